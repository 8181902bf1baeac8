"""What is offered while simulated models are in hand."""

import pytest

import pages.widgets.models
import services
from moa_core.messages import Question
from moa_core.mixture.config import MoAConfig
from moa_core.mixture.shipped import DEFAULT_PRESET, preset_named
from tests.pages.app_page import ask, by_key, has, press, words
from tests.support.waiting import eventually

OPENAI = preset_named("openai").config


@pytest.fixture
def app(environment, model_server):
    """The app after a look around: the demo was used last."""
    models = {agent.model for agent in OPENAI.agents}
    model_server.models = {"data": [{"id": model} for model in sorted(models)]}
    environment.setenv("OPENAI_BASE_URL", model_server.url)
    app = services.services()
    begun = app.asking().start_question(Question("Why?"), DEFAULT_PRESET.config)
    eventually(lambda: app.live.get(begun.run_uid) is None)
    yield app
    services.close_services()


def connect(app):
    app.remembering.save_key("openai", "sk-0123456789-abcdef")
    app.live.submit(app.endpoints.refresh()).result(30)


def mixture(page) -> MoAConfig:
    return page.session_state["mixture"]


def test_what_is_connected_while_the_demo_is_in_hand_is_offered_and_used(
    app, open_page
):
    page = open_page()
    assert has(page, "demo")
    assert not has(page, "offer")
    connect(app)
    page.run()
    assert mixture(page) == DEFAULT_PRESET.config
    assert "3 models" in words(by_key(page, "offer"))
    assert "$" in by_key(page, "offer-use").label
    press(page, "offer-use")
    assert mixture(page) == OPENAI
    assert not has(page, "offer")
    assert not has(page, "demo")


def test_an_offer_that_was_declined_is_not_made_again(app, open_page):
    connect(app)
    page = press(open_page(), "offer-decline")
    assert not has(page, "offer")
    assert mixture(page) == DEFAULT_PRESET.config
    assert not has(open_page(), "offer")
    assert by_key(page, "begin-with-connected").disabled is False


def test_it_is_offered_in_an_open_chat_too(app, open_page):
    page = ask(open_page(), "And why are sunsets red?")
    assert not has(page, "offer")
    connect(app)
    assert has(page.run(), "offer")


def test_the_cards_of_a_new_chat_choose_what_answers(app, open_page):
    connect(app)
    page = open_page()
    assert by_key(page, "begin-with-demo").disabled is True
    press(page, "begin-with-connected")
    assert mixture(page) == OPENAI
    assert by_key(page, "begin-with-connected").disabled is True
    press(page, "begin-with-demo")
    assert mixture(page) == DEFAULT_PRESET.config


def test_models_that_are_gone_are_replaced_beside_the_question(app, open_link):
    page = open_link("moa-lite")
    assert has(page, "mixture-warning")
    press(page, "replace-missing-composer")
    assert not has(page, "replace-missing-composer")
    assert has(page, "to-settings-composer")  # of the key that is still missing
    replaced = {agent.model for agent in mixture(page).agents}
    assert "Qwen/Qwen1.5-110B-Chat" not in replaced


def test_what_becomes_known_while_the_page_is_drawn_is_offered_at_once(
    app, open_page, monkeypatch
):
    """After it was looked for offers, and before it is looked for what is new."""

    def connect_meanwhile(_endpoints):
        connect(app)
        return False

    page = open_page()
    monkeypatch.setattr(pages.widgets.models, "models_are_coming", connect_meanwhile)
    assert has(page.run(), "offer")
