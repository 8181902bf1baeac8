"""What a new tab and a new chat begin with."""

from dataclasses import replace

import pytest

import pages.widgets.layout
import services
from moa_core.messages import Question
from moa_core.mixture.shipped import DEFAULT_PRESET, preset_named
from tests.pages.app_page import ask, fill, open_sheet, press
from tests.support.waiting import eventually

RANKED = preset_named("simulated-ranked").config


@pytest.fixture
def lab(environment, model_server):
    """The app while a server of the user's own answers."""
    environment.setenv("POLYPHONY_ENDPOINTS", f"lab={model_server.url}")
    app = services.services()
    eventually(lambda: app.endpoints.models_of("lab").models)
    yield app
    services.close_services()


def mixture(page):
    return page.session_state["mixture"]


def asked(app, config):
    begun = app.asking().start_question(Question("Why?"), config)
    eventually(lambda: app.live.get(begun.run_uid) is None)
    return begun


def test_a_server_that_is_there_answers_the_first_question(lab, open_page):
    page = open_page()
    assert mixture(page).endpoints == {"lab"}
    ask(page, "Why?")
    assert lab.presets.last_used().endpoints == {"lab"}


def test_a_default_comes_before_what_was_used_last(app, open_page):
    asked(app, RANKED)
    assert mixture(open_page()) == RANKED
    own = app.presets.save(replace(DEFAULT_PRESET, name="Mine", title="Mine"))
    app.presets.make_default(own.uid)
    assert mixture(open_page()) == DEFAULT_PRESET.config


def test_a_new_chat_leaves_the_mixture_of_an_older_one_unless_it_was_changed(
    app, open_page
):
    older = asked(app, RANKED)
    asked(app, DEFAULT_PRESET.config)
    page = open_page(older.conversation_uid)
    assert mixture(page) == RANKED
    press(page, "new-chat")
    assert mixture(page) == DEFAULT_PRESET.config
    page = open_page(older.conversation_uid)
    press(open_sheet(page), "add-layer")
    changed = mixture(page)
    press(page, "new-chat")
    assert mixture(page) == changed != RANKED


def test_until_all_servers_have_answered_it_is_decided_anew_unless_one_has_chosen(
    app, open_page, monkeypatch
):
    monkeypatch.setattr(type(app.endpoints), "settled", False)
    monkeypatch.setattr(pages.widgets.layout, "rerun_soon", lambda: None)
    page, chosen = open_page(), open_page()
    assert mixture(page) == DEFAULT_PRESET.config
    fill(open_sheet(chosen), "mixture-preset-*", "shipped:self-moa")
    asked(app, RANKED)
    assert mixture(page.run()) == RANKED
    assert mixture(chosen.run()) == preset_named("self-moa").config
