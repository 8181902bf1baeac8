"""The mixture is a button at the composer, which opens a sheet."""

import pytest

from moa_core.mixture import edits
from moa_core.mixture.config import MAX_LAYERS
from moa_core.mixture.links import encode_mixture
from moa_core.mixture.shipped import DEFAULT_PRESET, PRESETS
from pages.widgets.mixture.picker import OWN
from tests.pages.app_page import (
    ask,
    by_key,
    fill,
    fitting,
    has,
    last_run,
    listed_chats,
    open_listed,
    open_sheet,
    open_uid,
    pick,
    press,
    words,
)

pytestmark = pytest.mark.slow

PRESET = "mixture-preset-*"


@pytest.fixture
def sheet(page):
    return open_sheet(page)


def models(config, layer=0):
    return [agent.model for agent in config.layers[layer].proposers]


def test_a_model_is_added_as_often_as_it_is_picked(app, sheet):
    fill(sheet, "add-model-0", "simulated/brief")
    fill(sheet, "add-model-0", "simulated/brief")
    assert "**brief** #2" in words(by_key(sheet, "agent-0-4"))
    press(sheet, "mixture-done")
    assert not has(sheet, "mixture-sheet")
    ask(sheet, "Why?")
    proposers = last_run(app, sheet).config.layers[0].proposers
    assert [each.model for each in proposers[3:]] == ["brief", "brief"]
    assert proposers[3].max_tokens == DEFAULT_PRESET.config.aggregator.max_tokens


def test_the_list_says_what_a_model_costs_and_who_has_answered_before(page):
    ask(page, "Why?")
    open_sheet(page)
    entries = by_key(page, "add-model-0").options
    assert "synthesist · simulated · free · used before" in entries
    assert "brief · simulated · free" in entries
    before = [entry.endswith("used before") for entry in entries]
    assert before == sorted(before, reverse=True)


def test_a_layer_may_be_empty_while_one_chooses_and_nothing_is_asked_then(app, sheet):
    for _ in range(3):
        pick(sheet, "mixture-menu-0-0-*", "Remove")
    assert not has(sheet, "agent-0-*")
    press(sheet, "mixture-done")
    ask(sheet, "Why?")
    assert "Layer 1 needs a model." in words(by_key(sheet, "problem"))
    assert "Layer 1 needs a model." in words(by_key(sheet, "next-turn"))
    assert by_key(sheet, "question-*").proto.value == "Why?"
    assert app.history.is_empty()
    press(sheet, "example-0")
    assert app.history.is_empty()
    fill(open_sheet(sheet), "mixture-temperature-*", 0.2)
    fill(sheet, "add-model-0", "simulated/brief")
    ask(sheet, "Why?")
    assert models(last_run(app, sheet).config) == ["brief"]


def test_layers_are_added_and_removed(app, sheet):
    press(sheet, "add-layer")
    assert len(fitting(sheet, "add-model-*")) == 3
    pick(sheet, "mixture-layer-menu-2-*", "Remove layer")
    pick(sheet, "mixture-layer-menu-0-*", "Remove layer")
    ask(sheet, "Why?")
    config = last_run(app, sheet).config
    assert [models(config, index) for index in range(len(config.layers))] == [
        ["analyst", "thinker"]
    ]


def test_no_more_layers_than_a_mixture_may_have(open_link):
    config = DEFAULT_PRESET.config
    while len(config.layers) < MAX_LAYERS - 1:
        config = edits.with_layer_added(config)
    page = press(open_sheet(open_link(encode_mixture(config))), "add-layer")
    assert len(fitting(page, "add-model-*")) == MAX_LAYERS
    assert by_key(page, "add-layer").disabled


def test_aggregator_fallback_temperature_and_length_reach_the_run(app, sheet):
    fill(sheet, "choose-aggregator", "simulated/brief")
    fill(sheet, "add-fallback", "simulated/synthesist")
    by_key(sheet, "mixture-temperature-*").set_value(0.2)
    fill(sheet, "mixture-length-*", 512)
    ask(sheet, "Why?")
    config = last_run(app, sheet).config
    assert config.aggregator.model == "brief"
    assert [agent.model for agent in config.fallbacks] == ["synthesist"]
    assert {agent.temperature for agent in config.agents} == {0.2}
    assert {agent.max_tokens for agent in config.agents} == {512}


def test_the_last_aggregator_stays(sheet):
    pick(sheet, "mixture-menu-2-0-*", "Remove")
    assert has(sheet, "mixture-problem")
    assert has(sheet, "agent-2-0")


def test_every_preset_can_be_chosen(sheet):
    for preset in PRESETS:
        fill(sheet, PRESET, f"shipped:{preset.name}")
        assert by_key(sheet, PRESET).value == f"shipped:{preset.name}"
        assert preset.description in words(by_key(sheet, "mixture-sheet"))
    button = by_key(sheet, "choose-mixture")
    assert button.label.replace("\\", "") == PRESETS[-1].title


def test_a_changed_preset_is_ones_own_and_can_be_taken_back_or_saved(app, sheet):
    fill(sheet, "add-model-0", "simulated/brief")
    assert by_key(sheet, PRESET).value == OWN
    by_key(sheet, "picker-preset-name").set_value("Four voices")
    press(sheet, "picker-save-new")
    [kept] = app.presets.all()
    assert kept.preset.title == "Four voices"
    assert by_key(sheet, PRESET).value == f"own:{kept.uid}"
    assert by_key(sheet, "choose-mixture").label == "Four voices"
    fill(sheet, PRESET, f"shipped:{DEFAULT_PRESET.name}")
    assert len(fitting(sheet, "agent-0-*")) == 3


def test_a_mixture_goes_from_the_presets_into_the_open_chat_or_a_new_one(app, page):
    ask(page, "Why?")
    uid = open_uid(page)
    page.switch_page("presets.py").run()
    fill(page, "add-model-0", "simulated/brief")
    press(page, "use-in-chat")
    assert open_uid(page) == uid
    ask(page, "And then?")
    assert len(models(last_run(app, page).config)) == 4
    page.switch_page("presets.py").run()
    press(page, "use-in-new-chat")
    assert "c" not in page.query_params
    ask(page, "Who?")
    assert open_uid(page) != uid
    assert len(models(last_run(app, page).config)) == 4


def test_every_page_has_the_chats_and_leads_to_them(app, page):
    ask(page, "Why?")
    uid = open_uid(page)
    for name in ("compare", "history", "spend", "presets", "settings"):
        page.switch_page(f"{name}.py").run()
        assert not page.exception
        assert uid in listed_chats(page)
    press(page, "new-chat")
    assert has(page, "welcome")
    page.switch_page("spend.py").run()
    open_listed(page, uid)
    assert open_uid(page) == uid


def test_a_chat_is_found_from_any_page(app, page):
    ask(page, "Why is the sea salty?")
    page.switch_page("spend.py").run()
    press(page, "search-chats")
    fill(page, "search-query", "salty")
    assert "salty" in words(by_key(page, "hit-0"))
