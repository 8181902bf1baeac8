import pytest

from moa_core.mixture.files import preset_to_json
from moa_core.mixture.shipped import PRESETS
from tests.pages.app_page import ask, button, by_label, last_run, words

pytestmark = pytest.mark.slow


@pytest.fixture
def editor(open_page):
    return open_page().switch_page("presets.py").run()


def save_as(editor, name):
    by_label(editor.text_input, "Name").set_value(name).run()
    button(editor, "Save as new").click().run()
    assert not editor.exception
    return editor


def test_the_mixture_is_drawn_as_it_runs(editor):
    assert not editor.exception
    said = words(editor)
    for model in (
        "explainer",
        "sceptic",
        "builder",
        "analyst",
        "thinker",
        "synthesist",
    ):
        assert f"**{model}**" in said
    assert (
        said.index("**Layer 1**") < said.index("**Layer 2**") < said.index("**Answer**")
    )
    assert "available" in said


def test_a_model_is_added_at_the_end_of_its_layer(editor):
    editor.button(key="mixture-add-0-1").click().run()
    assert words(editor).count("**builder**") == 2


def test_what_was_made_is_saved_under_a_name_and_found_again(app, editor, open_page):
    save_as(editor, "Three voices")
    [kept] = app.presets.all()
    assert kept.preset.title == "Three voices"
    again = open_page()
    assert "Three voices" in again.selectbox[0].options


def test_a_name_that_is_taken_is_refused_and_nothing_changes(app, editor):
    save_as(editor, "Mine")
    save_as(editor, "mine")
    assert len(app.presets.all()) == 1
    assert editor.error


def test_a_deleted_preset_comes_back_by_undo(app, editor):
    save_as(editor, "Mine")
    button(editor, "Delete").click().run()
    assert app.presets.all() == []
    assert "Mine was deleted" in words(editor)
    button(editor, "Undo").click().run()
    assert [kept.preset.name for kept in app.presets.all()] == ["Mine"]


def test_a_preset_is_renamed_duplicated_and_made_the_default(app, editor, open_page):
    save_as(editor, "Mine")
    button(editor, "Duplicate").click().run()
    names = {kept.preset.name for kept in app.presets.all()}
    assert names == {"Mine", "Mine (copy)"}
    button(editor, "New chats begin with this").click().run()
    assert app.presets.default().preset.name == "Mine (copy)"
    assert not open_page().exception


def test_a_preset_that_ships_cannot_be_overwritten(editor):
    assert button(editor, "Save").disabled
    editor.button(key="mixture-add-0-1").click().run()
    assert button(editor, "Save").disabled


def test_the_chat_runs_what_the_editor_made(app, editor):
    editor.button(key="mixture-add-0-1").click().run()
    page = ask(editor.switch_page("chat.py").run(), "Why?")
    assert len(last_run(app, page).config.layers[0].proposers) == 4


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_shipped_preset_can_be_drawn(editor, preset):
    editor.selectbox[0].set_value(f"shipped:{preset.name}").run()
    assert not editor.exception
    assert preset.description in words(editor)


def test_a_file_brings_presets_back(app, editor):
    save_as(editor, "Mine")
    file = preset_to_json(app.presets.all()[0].preset)
    button(editor, "Delete").click().run()
    editor.file_uploader[0].upload("mine.json", file.encode(), "application/json").run()
    assert not editor.exception
    assert "Mine" in editor.success[0].value
    assert [kept.preset.name for kept in app.presets.all()] == ["Mine"]


@pytest.mark.parametrize("broken", [b"{", b"[1]", b'{"polyphony": 99}', b"\xff"])
def test_a_broken_file_is_said_and_changes_nothing(app, editor, broken):
    editor.file_uploader[0].upload("x.json", broken, "application/json").run()
    assert not editor.exception
    assert editor.error
    assert app.presets.all() == []


def test_two_presets_are_compared_in_words(editor):
    compare = by_label(editor.selectbox, "Compare with")
    compare.set_value("shipped:moa-lite").run()
    assert not editor.exception
    assert "Aggregator" in words(editor)
