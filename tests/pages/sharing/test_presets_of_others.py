"""Presets that others share are listed as theirs, fixed, and models of the API."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from moa_core.mixture.shipped import DEFAULT_PRESET
from services.api import model_of, preset_models, preset_of_model
from storage.presets import SharedPresets
from tests.pages.app_page import (
    SHELL,
    by_key,
    drawn,
    fitting,
    has,
    open_sheet,
    press,
    words,
)

ADAS = replace(
    DEFAULT_PRESET,
    name="Of *Ada*",
    title="Of *Ada*",
    config=replace(DEFAULT_PRESET.config, length="thorough"),
)


@pytest.fixture
def ada(app):
    """What Ada shares; the one user of the app is among several now."""
    app.presets._sharing = SharedPresets(app.database, "", lambda: "root")
    return SharedPresets(app.database, "uid-of-ada", lambda: "ada@example.org")


def open_presets():
    page = AppTest.from_file(SHELL, default_timeout=20)
    return page.switch_page("presets.py").run()


def picker_of(page):
    [picker] = fitting(page, "preset-picked-*") or fitting(page, "mixture-preset-*")
    return picker


def adas(page):
    """How the preset is called in the list, wherever it is there."""
    return [each for each in picker_of(page).options if "Ada" in each]


def choose(page, choice_id):
    picker_of(page).set_value(choice_id).run()
    assert not page.exception


def test_a_preset_of_another_is_listed_fixed_and_can_be_copied(app, ada):
    ada.share("preset-1", ADAS)
    page = open_presets()
    assert adas(page) == ["Of *Ada* · Shared by ada@example.org"]
    choose(page, f"shared:{app.presets.of_others()[0].uid}")
    assert "Shared by ada" in words(page)
    assert by_key(page, "save-preset").disabled
    assert not has(page, "preset-more")
    by_key(page, "preset-name").set_value("My copy")
    press(page, "save-as-new")
    [copy] = app.presets.all()
    assert (copy.preset.name, copy.preset.config) == ("My copy", ADAS.config)
    assert copy.based_on is None


def test_it_is_in_the_sheet_of_a_chat_and_names_the_mixture(app, ada, page):
    ada.share("preset-1", ADAS)
    open_sheet(page)
    choose(page, f"shared:{app.presets.of_others()[0].uid}")
    assert "Ada" in by_key(page, "choose-mixture").label


def test_it_is_a_model_of_the_api(app, ada):
    ada.share("preset-1", ADAS)
    [shared] = app.presets.of_others()
    assert preset_models(app.presets)["polyphony/of-ada"].config == ADAS.config
    assert model_of(ADAS, shared.uid, app.presets) == "polyphony/of-ada"
    app.presets.save(ADAS)
    unique = f"polyphony/of-ada-{shared.uid[:4]}"
    assert preset_of_model(unique, app.presets).config == ADAS.config
    ada.unshare("preset-1")
    assert unique not in preset_models(app.presets)
    assert preset_of_model(unique, app.presets) is None


def test_ones_own_is_shared_and_unshared(app, ada):
    uid = app.presets.save(ADAS).uid
    page = open_presets()
    choose(page, f"own:{uid}")
    press(page, "share-preset")
    assert app.presets.shared() == {uid}
    assert [each.shared_by for each in ada.of_others()] == ["root"]
    press(page, "share-preset")
    assert ada.of_others() == []


def test_what_is_no_longer_shared_leaves_the_lists(app, ada):
    ada.share("preset-1", ADAS)
    page = open_presets()
    choose(page, f"shared:{app.presets.of_others()[0].uid}")
    ada.unshare("preset-1")
    page.run()
    assert not page.exception
    assert adas(page) == []


def test_where_nobody_signs_in_nothing_of_it_shows(app):
    page = open_presets()
    uid = app.presets.save(ADAS).uid
    choose(page.run(), f"own:{uid}")
    assert not has(page, "share-preset")
    assert drawn(page, "copy-model")["code"] == "polyphony/of-ada"
    assert fitting(page, "preset-more")
