"""Presets are kept under one name each, found by use, and deleted with a way back."""

import time
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import insert, select, update

from moa_core.errors import ConfigError
from moa_core.messages import Question
from moa_core.mixture.config import Preset
from moa_core.mixture.shipped import PRESETS
from storage.database.sessions import Database
from storage.errors import NameTakenError, NotFoundError
from storage.presets.preset_store import Presets
from storage.presets.stored_preset import PresetSource
from storage.schema import RunRow
from storage.values.text import new_uid
from tests.storage.fabricated import mixture


@pytest.fixture
def presets(database) -> Presets:
    return Presets(database)


def preset(name: str = "Mine", **more) -> Preset:
    fields = {"title": name, "description": "What I like.", "config": mixture()}
    return Preset(name=name, **(fields | more))


def names(presets: Presets) -> list[str]:
    return [kept.preset.name for kept in presets.all()]


def test_what_is_saved_is_found_again_whole(presets, url):
    given = preset("My mix é 🎈", config=mixture(3, 4, 2))
    saved = presets.save(given, based_on=PresetSource("moa-lite", 2))
    again = Database.open(url)
    try:
        [found] = Presets(again).all()
    finally:
        again.close()
    assert found == saved
    assert found.preset == given
    assert found.based_on == PresetSource("moa-lite", 2)


@pytest.mark.parametrize("shipped", PRESETS, ids=lambda preset: preset.name)
def test_a_copy_of_every_shipped_preset_can_be_kept(presets, shipped):
    saved = presets.save(shipped, based_on=PresetSource(shipped.name, shipped.version))
    assert saved.preset.config == shipped.config


def test_saving_again_changes_the_same_preset(presets):
    first = presets.save(preset())
    changed = preset("Ours", config=mixture(1, 1), description="Shorter.")
    second = presets.save(changed, first.uid)
    assert second.uid == first.uid
    assert [kept.preset for kept in presets.all()] == [changed]


@pytest.mark.parametrize("name", ["Mine", "MINE", "mine", "ＭＩＮＥ"])
def test_a_name_is_taken_however_it_is_written(presets, name):
    presets.save(preset("Mine"))
    with pytest.raises(NameTakenError, match="A preset named"):
        presets.save(preset(name))
    assert names(presets) == ["Mine"]


def test_names_beyond_ascii_are_compared_without_case(presets):
    presets.save(preset("Größe Ü"))
    with pytest.raises(NameTakenError):
        presets.save(preset("GRÖSSE ü"))


def test_a_preset_keeps_its_own_name_when_saved_again(presets):
    uid = presets.save(preset("mine")).uid
    assert presets.save(preset("Mine"), uid).preset.name == "Mine"


def test_a_name_that_is_taken_changes_nothing(presets):
    presets.save(preset("One"))
    two = presets.save(preset("Two"))
    with pytest.raises(NameTakenError):
        presets.save(preset("One", config=mixture(1, 1)), two.uid)
    with pytest.raises(NameTakenError):
        presets.rename(two.uid, "one")
    assert presets.load(two.uid) == two


def test_renaming_changes_name_and_title_only(presets):
    old = presets.save(preset())
    new = presets.rename(old.uid, "  Better\n<b>mix</b> ")
    assert new.preset == replace(
        old.preset, name="Better <b>mix</b>", title="Better <b>mix</b>"
    )


@pytest.mark.parametrize("name", ["", "  \n ", "\x00"])
def test_a_preset_cannot_be_renamed_to_nothing(presets, name):
    uid = presets.save(preset()).uid
    with pytest.raises(ConfigError, match="needs a name"):
        presets.rename(uid, name)
    assert names(presets) == ["Mine"]


def test_copies_get_names_of_their_own(presets):
    original = presets.save(preset(), based_on=PresetSource("moa", 1))
    copies = [presets.duplicate(original.uid) for _ in range(3)]
    assert [copy.preset.title for copy in copies] == [
        "Mine (copy)",
        "Mine (copy 2)",
        "Mine (copy 3)",
    ]
    assert {copy.preset.config for copy in copies} == {original.preset.config}
    assert {copy.based_on for copy in copies} == {PresetSource("moa", 1)}


def test_the_longest_name_can_be_copied(presets):
    original = presets.save(preset("n" * 80))
    copies = [presets.duplicate(original.uid).preset.name for _ in range(2)]
    assert [len(name) for name in copies] == [80, 80]
    assert len(set(copies)) == 2


def test_many_are_added_at_once_under_free_names(presets):
    presets.save(preset("Mine"))
    added = presets.add_all([preset("mine"), preset("Mine"), preset("Other")])
    assert [kept.preset.name for kept in added] == ["mine (2)", "Mine (3)", "Other"]


def test_what_cannot_all_be_added_is_not_added_at_all(presets):
    def some():
        yield preset("One")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        presets.add_all(some())
    assert presets.all() == []


def test_a_deleted_preset_is_gone_until_it_is_restored(presets):
    saved = presets.save(preset())
    presets.delete(saved.uid)
    assert presets.all() == []
    assert presets.named("Mine") is None
    for look in (presets.load, presets.delete, presets.duplicate):
        with pytest.raises(NotFoundError):
            look(saved.uid)
    assert presets.restore(saved.uid) == saved
    assert presets.all() == [saved]


def test_a_restored_preset_whose_name_was_taken_gets_a_number(presets):
    old = presets.save(preset("Mine"))
    presets.delete(old.uid)
    presets.save(preset("mine"))
    assert presets.restore(old.uid).preset.name == "Mine (2)"


def test_restoring_what_was_not_deleted_changes_nothing(presets):
    saved = presets.save(preset())
    assert presets.restore(saved.uid) == saved
    with pytest.raises(NotFoundError):
        presets.restore("nobody")


def test_one_preset_at_most_is_the_default(presets):
    one, two = presets.save(preset("One")), presets.save(preset("Two"))
    assert presets.default() is None
    for chosen in (one, two):
        presets.make_default(chosen.uid)
        assert presets.default().uid == chosen.uid
        assert sum(kept.is_default for kept in presets.all()) == 1
    presets.make_default(None)
    assert presets.default() is None


def test_a_deleted_default_is_none_and_comes_back_as_one(presets):
    one, two = presets.save(preset("One")), presets.save(preset("Two"))
    presets.make_default(one.uid)
    presets.delete(one.uid)
    assert presets.default() is None
    assert presets.restore(one.uid).is_default
    presets.delete(one.uid)
    presets.make_default(two.uid)
    assert not presets.restore(one.uid).is_default
    assert presets.default().uid == two.uid


def test_a_default_that_does_not_exist_leaves_the_old_one(presets):
    uid = presets.save(preset()).uid
    presets.make_default(uid)
    with pytest.raises(NotFoundError):
        presets.make_default("nobody")
    assert presets.default().uid == uid


def test_the_last_used_come_first_the_others_by_name(presets, runs):
    configs = {name: mixture(1, width) for width, name in enumerate("CDAB", 1)}
    for name, config in configs.items():
        presets.save(preset(name, config=config))
    for name in "DC":
        runs.begin(Question("Why?"), configs[name], preset_name=name)
        _wait_a_millisecond()
    runs.begin(Question("Why?"), configs["A"], preset_name="something else")
    runs.begin(Question("Why?"), configs["B"])
    assert names(presets) == ["C", "D", "A", "B"]


def _wait_a_millisecond() -> None:
    time.sleep(0.002)


def test_a_mixture_that_never_ran_has_no_record(presets):
    record = presets.save(preset()).record
    assert record.runs == 0
    assert (record.median_ttft_s, record.mean_cost_usd, record.answered) == (None,) * 3
    assert presets.record_of(PRESETS[0].config) == record


def ended(database, run_uid: str, **columns) -> None:
    with database.writing() as session:
        session.execute(
            update(RunRow).where(RunRow.uid == run_uid).values(finished_at=1, **columns)
        )


def test_a_record_tells_of_times_costs_and_answers(presets, runs, database):
    config = mixture(1, 1)
    results = [
        {"status": "succeeded", "ttft_ms": 100, "latency_ms": 1000, "cost_nusd": 1},
        {"status": "succeeded", "ttft_ms": 300, "latency_ms": 2000, "cost_nusd": 2},
        {"status": "succeeded", "ttft_ms": 900, "latency_ms": 9000, "cost_nusd": 3},
        {"status": "failed", "latency_ms": 50, "cost_nusd": 8},
        {"status": "stopped", "latency_ms": 60, "cost_nusd": 6},
        {"status": "interrupted", "cost_nusd": 700, "cost_unknown_calls": 1},
    ]
    for columns in results:
        ended(database, runs.begin(Question("Why?"), config).run_uid, **columns)
    runs.begin(Question("Under way"), config)
    runs.begin(Question("Another mixture"), mixture(2, 1))
    record = presets.save(preset(config=config)).record
    assert record.runs == 7
    assert record.median_ttft_s == 0.3
    assert record.median_total_s == 2.0
    assert record.mean_cost_usd == Decimal("4E-9")
    assert record.unknown_cost_runs == 1
    assert record.answered == 3 / 5
    assert presets.record_of(config) == record


def test_a_record_is_of_the_newest_runs(presets, runs, database):
    config = mixture(1, 1)
    runs.begin(Question("Why?"), config)
    with database.writing() as session:
        session.execute(
            update(RunRow).values(
                status="succeeded", finished_at=1, cost_nusd=10**9, latency_ms=7
            )
        )
        first = dict(session.execute(select(RunRow.__table__)).mappings().one())
        del first["id"]
        later = [
            {**first, "uid": new_uid(), "cost_nusd": 10**9 if number < 3 else 5}
            for number in range(1, 203)
        ]
        session.execute(insert(RunRow.__table__), later)
    record = presets.record_of(config)
    assert record.runs == 203
    assert record.mean_cost_usd == Decimal("5E-9")
