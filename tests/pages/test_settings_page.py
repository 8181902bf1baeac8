from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

import services
from moa_core.settings import OwnPrice
from tests.model_server import Play
from tests.pages.app_page import SHELL, ask, button, words


@pytest.fixture
def settings(open_page):
    return open_page().switch_page("settings.py").run()


def cap(settings, label):
    return next(each for each in settings.number_input if each.label.startswith(label))


def test_the_page_says_what_is_connected_and_where_data_is(settings, tmp_path):
    assert not settings.exception
    said = words(settings)
    assert "OpenAI" in said
    assert "no key" in said
    assert "polyphony.db" in said


def test_a_cap_is_kept_and_taken_back(app, settings):
    cap(settings, "Per run").set_value(0.25).run()
    assert not settings.exception
    assert app.app_settings.caps().per_run_usd == Decimal("0.25")
    cap(settings, "Per run").set_value(None).run()
    assert app.app_settings.caps().per_run_usd is None


def test_a_cap_refuses_a_run_before_its_first_call_and_keeps_the_question(
    app, settings
):
    cap(settings, "Per run").set_value(0.0001).run()
    page = settings.switch_page("chat.py").run()
    page.selectbox[0].set_value("shipped:openai").run()
    page.chat_input[0].set_value("Why is the sky blue?").run()
    assert not page.exception
    assert page.error
    assert "cap" in page.error[0].value
    assert app.history.newest() == []


def test_a_free_run_goes_on_under_any_cap(settings):
    cap(settings, "Per day").set_value(0.0).run()
    page = ask(settings.switch_page("chat.py").run(), "Why?")
    assert "5 of 5 answered" in "".join(e.label for e in page.expander)


def test_an_own_price_is_set_and_forgotten(app, settings):
    settings.selectbox(key="price model").set_value("simulated/brief").run()
    settings.number_input(key="price input").set_value(1.5).run()
    settings.number_input(key="price output").set_value(2.0).run()
    button(settings, "Set price").click().run()
    assert not settings.exception
    price = OwnPrice(
        input_usd_per_mtok=Decimal("1.5"), output_usd_per_mtok=Decimal("2.0")
    )
    assert app.app_settings.own_prices() == {"simulated/brief": price}
    settings.button(key="price-simulated/brief").click().run()
    assert app.app_settings.own_prices() == {}


@pytest.mark.parametrize(
    ("play", "said"),
    [(Play(), "answered in"), (Play(status=500), "failed"), (Play(status=401), "key")],
    ids=["well", "broken", "keyless"],
)
def test_an_endpoint_is_tested_by_one_call(environment, model_server, play, said):
    model_server.plays["good"] = play
    environment.setenv("POLYPHONY_ENDPOINTS", f"lab={model_server.url}")
    app = services.services()
    app.live.submit(app.endpoints.refresh(force=True)).result(10)
    page = AppTest.from_file(SHELL, default_timeout=30).run()
    page.switch_page("settings.py").run()
    page.button(key="test-lab").click().run()
    assert not page.exception
    answers = [each.value for each in (*page.success, *page.error)]
    assert said in "".join(answers)
    assert len(model_server.calls) == 1
    services.close_services()
