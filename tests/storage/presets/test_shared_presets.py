"""Presets are shared with everybody else, as they were saved last."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from moa_core.errors import ConfigError
from moa_core.mixture.shipped import PRESETS
from storage.errors import NotFoundError
from storage.presets.preset_store import Presets
from storage.presets.shared_presets import SharedPresets
from storage.schema import SharedPresetRow
from storage.transfer.export import export_lines

ONE, TWO = (
    replace(preset, name=f"Mine {number}", title=f"Mine {number}")
    for number, preset in enumerate(PRESETS[:2], 1)
)


@pytest.fixture
def ada(database) -> SharedPresets:
    return SharedPresets(database, "uid-of-ada", lambda: "ada@example.org")


@pytest.fixture
def administrator(database) -> SharedPresets:
    return SharedPresets(database, "", lambda: "root")


def seen(presets):
    return [(each.preset.name, each.shared_by) for each in presets.of_others()]


def test_others_see_what_is_shared_and_its_owner_does_not(ada, administrator):
    ada.share("preset-1", ONE)
    administrator.share("preset-1", TWO)
    assert seen(administrator) == [("Mine 1", "ada@example.org")]
    assert seen(ada) == [("Mine 2", "root")]
    [shared] = administrator.of_others()
    assert shared.preset.config == ONE.config
    assert ada.mine() == administrator.mine() == {"preset-1"}


def test_what_was_saved_since_is_what_is_shared(ada, administrator):
    ada.share("preset-1", ONE)
    [before] = administrator.of_others()
    ada.share("preset-1", TWO)
    [after] = administrator.of_others()
    assert (after.uid, after.preset.config) == (before.uid, TWO.config)


def test_what_is_no_longer_shared_is_gone(ada, administrator):
    ada.share("preset-1", ONE)
    administrator.unshare("preset-1")
    assert len(seen(administrator)) == 1
    ada.unshare("preset-1")
    ada.unshare("preset-1")
    assert seen(administrator) == []
    assert ada.mine() == frozenset()


def test_there_is_an_end_to_sharing(ada, monkeypatch):
    monkeypatch.setattr("storage.presets.shared_presets.MOST_SHARED", 1)
    ada.share("preset-1", ONE)
    ada.share("preset-1", TWO)
    with pytest.raises(ConfigError, match="Stop sharing"):
        ada.share("preset-2", TWO)


def test_an_export_has_no_presets_of_others(ada, database):
    ada.share("preset-1", ONE)
    assert "Mine 1" not in "".join(export_lines(database))


def test_what_cannot_be_read_keeps_nobody_from_the_others(ada, administrator, database):
    ada.share("preset-1", ONE)
    ada.share("preset-2", TWO)
    with database.writing() as session:
        broken = update(SharedPresetRow).where(SharedPresetRow.preset_uid == "preset-1")
        session.execute(broken.values(preset={"polyphony_preset": 99}))
    assert [name for name, _ in seen(administrator)] == ["Mine 2"]


def test_ones_presets_are_shared_as_they_stand(database, ada, administrator):
    presets = Presets(database, ada)
    uid = presets.save(ONE).uid
    assert presets.shared() == frozenset()
    presets.share(uid)
    assert presets.shared() == {uid}
    presets.save(replace(TWO, name="Mine 1"), uid)
    [shared] = administrator.of_others()
    assert shared.preset.config == TWO.config
    presets.rename(uid, "Renamed")
    assert seen(administrator) == [("Renamed", "ada@example.org")]
    presets.delete(uid)
    assert seen(administrator) == []
    presets.restore(uid)
    assert seen(administrator) == []
    with pytest.raises(NotFoundError):
        presets.share("no such preset")


def test_where_nobody_signs_in_nothing_is_shared(database):
    presets = Presets(database)
    uid = presets.save(ONE).uid
    assert not presets.can_share
    assert (presets.of_others(), presets.shared()) == ([], frozenset())
    presets.delete(uid)
