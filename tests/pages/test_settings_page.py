from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

import services
from moa_core.settings import OwnPrice
from tests.model_server import Play
from tests.pages.app_page import (
    SHELL,
    ask,
    by_key,
    fill,
    has,
    last_run,
    listed_chats,
    open_sheet,
    open_uid,
    press,
    words,
)
from tests.support.waiting import eventually


@pytest.fixture
def settings(app):
    page = AppTest.from_file(SHELL, default_timeout=20)
    return page.switch_page("settings.py").run()


def test_the_page_says_what_is_connected_and_where_data_is(settings, tmp_path):
    assert not settings.exception
    assert has(settings, "enter-key-openai-0")
    assert "polyphony.db" in words(by_key(settings, "storage-facts"))


def test_a_cap_is_kept_and_taken_back(app, settings):
    fill(settings, "cap-per_run_usd", 0.25)
    assert app.app_settings.caps().per_run_usd == Decimal("0.25")
    fill(settings, "cap-per_run_usd", None)
    assert app.app_settings.caps().per_run_usd is None


def test_a_cap_refuses_a_run_before_its_first_call_and_keeps_the_question(
    app, settings
):
    fill(settings, "cap-per_run_usd", 0.0001)
    page = settings.switch_page("chat.py").run()
    fill(open_sheet(page), "mixture-preset-*", "shipped:openai")
    ask(page, "Why is the sea salty?")
    assert "cap" in words(by_key(page, "problem"))
    assert by_key(page, "question-*").value == "Why is the sea salty?"
    assert app.history.newest() == []


def test_a_free_run_goes_on_under_any_cap(app, settings):
    fill(settings, "cap-per_day_usd", 0.0)
    page = ask(settings.switch_page("chat.py").run(), "Why?")
    assert last_run(app, page).answered == 5


def test_an_own_price_is_set_and_forgotten(app, settings):
    by_key(settings, "price-model").set_value("simulated/brief")
    by_key(settings, "price-input").set_value(1.5)
    by_key(settings, "price-output").set_value(2.0)
    press(settings, "set-price")
    price = OwnPrice(
        input_usd_per_mtok=Decimal("1.5"), output_usd_per_mtok=Decimal("2.0")
    )
    assert app.app_settings.own_prices() == {"simulated/brief": price}
    press(settings, "price-simulated/brief")
    assert app.app_settings.own_prices() == {}


@pytest.mark.parametrize(
    ("play", "kind", "said"),
    [
        (Play(), "success", "good"),
        (Play(status=500), "error", "500"),
        (Play(status=401), "error", "key"),
    ],
    ids=["well", "broken", "keyless"],
)
def test_an_endpoint_is_tested_by_one_call(environment, model_server, play, kind, said):
    model_server.plays["good"] = play
    environment.setenv("POLYPHONY_ENDPOINTS", f"lab={model_server.url}")
    app = services.services()
    app.live.submit(app.endpoints.refresh(force=True)).result(10)
    page = AppTest.from_file(SHELL, default_timeout=30).run()
    page.switch_page("settings.py").run()
    press(page, "test-lab")
    [answer] = (*page.success, *page.error)
    assert answer.type == kind
    assert said in answer.value
    assert len(model_server.calls) == 1
    services.close_services()


def test_a_page_is_answered_while_a_title_is_being_written(app, page, monkeypatch):
    monkeypatch.setattr(type(app.titles), "is_due", lambda *_: True)
    ask(page, "Why is the sea salty?")
    assert has(press(page, "search-chats"), "search-query")


def test_titles_by_a_model_are_chosen_here(app, settings):
    assert app.titles.chosen == "question"
    fill(settings, "chat-titles", "model")
    assert app.titles.chosen == "model"
    page = ask(settings.switch_page("chat.py").run(), "Why is the sea salty?")
    eventually(lambda: not app.titles.is_due(open_uid(page)))
    page.run()  # as a browser does each second until then
    assert listed_chats(page)[open_uid(page)]["title"] == "Sea salty"
    assert app.conversations.load(open_uid(page)).title == "Sea salty"
