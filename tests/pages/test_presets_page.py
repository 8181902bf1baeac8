import pytest
from streamlit.testing.v1 import AppTest

from moa_core.mixture.files import preset_to_json
from moa_core.mixture.shipped import PRESETS
from tests.pages.app_page import (
    SHELL,
    ask,
    by_key,
    fill,
    fitting,
    has,
    last_run,
    press,
    words,
)

pytestmark = pytest.mark.slow


HEADS = ["layer-0", "layer-1", "answer"]


@pytest.fixture
def editor(app):
    page = AppTest.from_file(SHELL, default_timeout=20)
    return page.switch_page("presets.py").run()


def save_as(editor, name):
    by_key(editor, "preset-name").set_value(name)
    return press(editor, "save-as-new")


def upload(editor, name, data):
    by_key(editor, "preset-file").upload(name, data, "application/json").run()
    assert not editor.exception


def test_the_mixture_is_drawn_as_it_runs(editor):
    assert not editor.exception
    layers = (
        ("explainer", "sceptic", "builder"),
        ("analyst", "thinker"),
        ("synthesist",),
    )
    for index, models in enumerate(layers):
        for position, model in enumerate(models):
            card = by_key(editor, f"agent-{index}-{position}")
            assert f"**{model}**" in words(card)
    keys = [node.key for node in fitting(editor, "?*") if node.key in HEADS]
    assert keys == HEADS


def test_a_model_is_added_at_the_end_of_its_layer(editor):
    fill(editor, "add-model-0", "simulated/brief")
    assert "**brief**" in words(by_key(editor, "agent-0-3"))


def test_what_was_made_is_saved_under_a_name_and_found_again(app, editor, open_page):
    save_as(editor, "Three voices")
    [kept] = app.presets.all()
    assert kept.preset.title == "Three voices"
    again = press(open_page(), "choose-mixture")
    assert "Three voices" in by_key(again, "mixture-preset-*").options


def test_a_name_that_is_taken_is_refused_and_nothing_changes(app, editor):
    save_as(editor, "Mine")
    save_as(editor, "mine")
    assert len(app.presets.all()) == 1
    assert has(editor, "presets-problem")


def test_a_deleted_preset_comes_back_by_undo(app, editor):
    save_as(editor, "Mine")
    press(editor, "delete-preset")
    assert app.presets.all() == []
    assert "Mine" in words(by_key(editor, "preset-deleted"))
    press(editor, "undo-delete")
    assert [kept.preset.name for kept in app.presets.all()] == ["Mine"]


def test_a_preset_is_renamed_duplicated_and_made_the_default(app, editor, open_page):
    save_as(editor, "Mine")
    press(editor, "duplicate-preset")
    names = {kept.preset.name for kept in app.presets.all()}
    assert names == {"Mine", "Mine (copy)"}
    press(editor, "default-preset")
    assert app.presets.default().preset.name == "Mine (copy)"
    assert not open_page().exception


def test_a_preset_that_ships_cannot_be_overwritten(editor):
    assert by_key(editor, "save-preset").disabled
    fill(editor, "add-model-0", "simulated/brief")
    assert by_key(editor, "save-preset").disabled


def test_the_chat_runs_what_the_editor_made(app, editor):
    fill(editor, "add-model-0", "simulated/brief")
    page = ask(editor.switch_page("chat.py").run(), "Why?")
    assert len(last_run(app, page).config.layers[0].proposers) == 4


def test_a_preset_that_is_only_looked_at_leaves_the_chat_as_it_was(app, editor):
    before, taken, seen = [each for each in PRESETS if each.config.is_demo]
    for looked_at in (taken, seen):
        fill(editor, "preset-picked-*", f"shipped:{looked_at.name}")
    page = ask(editor.switch_page("chat.py").run(), "Why?")
    assert last_run(app, page).config == before.config
    page.switch_page("presets.py").run()
    fill(page, "preset-picked-*", f"shipped:{taken.name}")
    press(page, "use-in-chat")
    assert last_run(app, ask(page, "And then?")).config == taken.config


def test_every_shipped_preset_can_be_drawn(editor):
    for preset in PRESETS:
        fill(editor, "preset-picked-*", f"shipped:{preset.name}")
        assert preset.description in words(editor)


def test_a_file_brings_presets_back(app, editor):
    save_as(editor, "Mine")
    file = preset_to_json(app.presets.all()[0].preset)
    press(editor, "delete-preset")
    upload(editor, "mine.json", file.encode())
    assert "Mine" in words(by_key(editor, "imported"))
    assert [kept.preset.name for kept in app.presets.all()] == ["Mine"]


def test_a_broken_file_is_said_and_changes_nothing(app, editor):
    for number, broken in enumerate([b"{", b"[1]", b'{"polyphony": 99}', b"\xff"]):
        upload(editor, f"{number}.json", broken)
        assert has(editor, "import-problem")
        assert app.presets.all() == []


def test_two_presets_are_compared_in_words(editor):
    fill(editor, "compare-with", "shipped:moa-lite")
    assert "Aggregator" in words(by_key(editor, "diff"))
