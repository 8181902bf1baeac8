"""The wording of the page of presets, a test a widget."""

import pytest

from moa_core.mixture.files import preset_to_json
from storage.presets import SharedPresets
from tests.pages.app_page import by_key, fill, press
from tests.pages.wording.said import assert_wording

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wording of presets")]


@pytest.fixture(scope="module")
def shipped(open_page):
    """The page at a preset that ships, with the settings of a model open."""
    page = open_page("presets")
    page.session_state[by_key(page, "mixture-set-0-0-*").key] = True
    return page.run()


@pytest.fixture(scope="module")
def own(shipped, open_page):
    """The page at a preset of one's own."""
    page = open_page("presets")
    by_key(page, "preset-name").set_value("Mine")
    return press(page, "save-as-new")


def test_the_shelf(shipped):
    keys = ("preset-picked-*", "save-preset", "save-as")
    assert_wording("preset-shelf", *(by_key(shipped, key) for key in keys))


def test_the_layers(shipped):
    keys = ("layer-0", "layer-1", "answer", "agent-0-1")
    assert_wording("editor-layers", *(by_key(shipped, key) for key in keys))


def test_the_settings_of_a_model(shipped):
    assert_wording("agent-settings", by_key(shipped, "mixture-set-0-0-*"))


def test_what_the_aggregator_does(shipped):
    keys = ("mixture-answer-length-*", "mixture-method-*")
    assert_wording("editor-answer", *(by_key(shipped, key) for key in keys))


def test_sharing(shipped):
    assert_wording("preset-sharing", by_key(shipped, "share"))


def test_the_prompts(shipped):
    keys = ("mixture-placement-*", "default-wording", "preview-question")
    nodes = [by_key(shipped, key) for key in (*keys, "preview-model")]
    assert_wording("prompts-editor", *nodes)


def test_differences(shipped):
    fill(shipped, "compare-with", "shipped:moa-lite")
    assert_wording("preset-differences", by_key(shipped, "diff"))


def test_a_preset_of_ones_own(own):
    keys = ("save-preset", "preset-more")
    assert_wording("own-preset", *(by_key(own, key) for key in keys))


def test_a_preset_that_can_be_shared(own, shared_app, monkeypatch):
    sharing = SharedPresets(shared_app.database, "", lambda: "root")
    monkeypatch.setattr(shared_app.presets, "_sharing", sharing)
    assert_wording("preset-to-share", by_key(own.run(), "preset-more"))
    press(own, "share-preset")
    assert_wording("preset-shared", by_key(own, "preset-more"))


def test_a_name_that_is_taken(own, open_page):
    page = open_page("presets")
    by_key(page, "preset-name").set_value("mine")
    assert_wording(
        "preset-taken", by_key(press(page, "save-as-new"), "presets-problem")
    )


def test_an_import(own, shared_app):
    [kept] = shared_app.presets.all()
    file = preset_to_json(kept.preset).encode()
    press(own, "delete-preset")
    assert_wording("preset-deleted", by_key(own, "preset-deleted"))
    for name, data in (("imported", file), ("import-problem", b"[1]")):
        by_key(own, "preset-file").upload(
            f"{name}.json", data, "application/json"
        ).run()
        assert_wording(f"preset-{name}", by_key(own, name))
