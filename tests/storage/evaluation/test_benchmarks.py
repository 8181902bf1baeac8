"""Benchmarks in a database: turns that follow one another, grades, and exports."""

import io
import json

import pytest

from moa_core.experiments import benchmark_result, benchmark_to_dict, questions_of
from storage.conversations import messages_of_turn
from storage.database.sessions import Database
from storage.errors import ImportRefusedError, NotFoundError
from storage.evaluation import Benchmarks, Experiments, ExperimentWork
from storage.schema import TurnRow
from storage.transfer import export_lines, import_file
from tests.moa_core.experiments.desk import JUDGE, MIXTURE, reply
from tests.storage.evaluation.laboratory import Laboratory
from tests.support.new_database import copy_new_file

pytestmark = pytest.mark.slow

FLASK = {
    "idx": 1, "instruction": "Why?", "answer": "So.", "domain": ["Law"],
    "skill": ["Readability", "Logical Correctness", "Conciseness"],
    "difficulty": "easy",
}  # fmt: skip
ALPACA = {"instruction": "Why?", "output": "So.", "generator": "gpt4"}


def judged(prompt, _):
    if "Respects:" not in prompt:
        return json.dumps({"score": 7})
    scores = {"readability": {"score": 4}, "conciseness": {"score": None}}
    return json.dumps({"scores": scores})


@pytest.fixture
def laboratory(database, recorder):
    laboratory = Laboratory(database, recorder)
    laboratory.world.judge = judged
    return laboratory


def create(laboratory, found, count=None):
    items = found.drawn(count, seed=1)
    protocol = found.protocol_for(items, "Mine", MIXTURE, JUDGE)
    return Benchmarks(laboratory.database).create("Mine", protocol, items)


def result_in(database, uid):
    stored = Benchmarks(database).load(uid)
    progress = ExperimentWork(database, uid, stored.protocol).progress()
    return benchmark_result(stored.protocol, stored.items, progress)


async def test_what_is_given_with_a_question_is_kept(laboratory):
    found = questions_of("flask", json.dumps(FLASK).encode())
    uid = create(laboratory, found)
    [item] = Benchmarks(laboratory.database).load(uid).items
    assert item.reference == found.items[0].reference
    assert (await laboratory.run(uid)).reason == "done"
    result = result_in(laboratory.database, uid)
    assert {name: f.mean for name, f in result.groups["skill"].items()} == {
        "readability": 4
    }
    [listed] = Benchmarks(laboratory.database).newest()
    assert listed.summary.uid == uid
    assert Experiments(laboratory.database).newest() == []
    with pytest.raises(NotFoundError):
        Experiments(laboratory.database).load(uid)


async def test_a_second_turn_went_on_from_the_answer_to_the_first(laboratory):
    uid = create(laboratory, questions_of("mt_bench"), 1)
    assert (await laboratory.run(uid)).reason == "done"
    stored = Benchmarks(laboratory.database).load(uid)
    first, second = stored.items
    assert second.follows == first.id
    work = ExperimentWork(laboratory.database, uid, stored.protocol)
    own = work.texts_of(first)["B"]
    with laboratory.database.reading() as session:
        turn = session.query(TurnRow).filter_by(uid=second.id).one()
        said = messages_of_turn(session, turn)
    assert [message.text for message in said] == [first.question, own, second.question]
    sent = [m for model, m in laboratory.world.asked if model == "a"]
    assert said in sent


async def test_pairs_with_a_baseline_are_judged(laboratory):
    laboratory.world.judge = lambda _, __: reply("same")
    uid = create(laboratory, questions_of("alpaca", json.dumps(ALPACA).encode()))
    assert (await laboratory.run(uid)).reason == "done"
    result = result_in(laboratory.database, uid)
    assert (result.overall.mean, result.pair.tally.ties) == (50, 1)


async def test_a_run_comes_back_from_an_export(laboratory, tmp_path):
    uid = create(laboratory, questions_of("mt_bench"), 2)
    await laboratory.run(uid)
    lines = "".join(export_lines(laboratory.database)).splitlines()
    elsewhere = Database.open(f"sqlite:///{copy_new_file(tmp_path / 'elsewhere.db')}")
    try:
        take_in(elsewhere, lines)
        assert "".join(export_lines(elsewhere)).splitlines()[1:] == lines[1:]
        one, other = (
            benchmark_to_dict(result_in(database, uid))
            for database in (laboratory.database, elsewhere)
        )
        assert one == other
        assert one["overall"]["mean"] == 7
    finally:
        elsewhere.close()


async def test_a_changed_export_is_refused(laboratory, tmp_path):
    uid = create(laboratory, questions_of("mt_bench"), 1)
    await laboratory.run(uid)
    first, *rest = "".join(export_lines(laboratory.database)).splitlines()
    elsewhere = Database.open(f"sqlite:///{copy_new_file(tmp_path / 'elsewhere.db')}")
    try:
        for old, new, said in (
            ('"benchmark":"mt_bench"}', '"benchmark":"flask"}', "benchmark: this is"),
            ('"category":', '"colour":', "colour is unknown"),
            ('"scores":{"overall":7.0}', '"scores":{"overall":70}', "are no grades"),
        ):
            changed = [line.replace(old, new) for line in rest]
            assert changed != rest
            with pytest.raises(ImportRefusedError, match=said):
                take_in(elsewhere, [first, *changed])
    finally:
        elsewhere.close()


def take_in(database, lines):
    return import_file(database, io.BytesIO("\n".join(lines).encode()), "export.json")
