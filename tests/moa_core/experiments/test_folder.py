import json

import pytest

from moa_core.errors import ConfigError
from moa_core.experiments import AnswerKey
from moa_core.experiments.folder import ExperimentFolder
from moa_core.mixture.pace import EarlyExit, Pace
from moa_core.run import LayersSkipped
from tests.moa_core.experiments.desk import Desk, World, protocol, questions
from tests.moa_core.scripted import mixture


async def test_all_of_it_comes_back_from_the_files(tmp_path):
    desk = Desk(tmp_path, World(), count=3, arms=("A", "B", "C", "D", "E2"))
    await desk.run()
    known = {item.id: await desk.folder.runs_of(item) for item in desk.items}
    folder = ExperimentFolder.open(tmp_path)
    folder.load()
    assert await folder.progress() == desk.progress
    for item in desk.items:
        runs = await folder.runs_of(item)
        assert runs.keys() == known[item.id].keys()
        for key, run in runs.items():
            before = known[item.id][key]
            assert (run.uid, run.unread) == (before.uid, before.unread)
            assert run.state.calls == before.state.calls
            assert run.state.rework.reused == before.state.rework.reused
        texts = await folder.texts_of(item)
        answers = (runs[AnswerKey(item.id, arm)].state for arm in texts)
        assert list(texts.values()) == [each.synthesis.text for each in answers]
    folder.close()


async def test_a_line_that_was_cut_off_is_asked_for_again(tmp_path):
    desk = Desk(tmp_path, World(), count=2, arms=("A", "B"))
    await desk.run()
    file = tmp_path / "runs.jsonl"
    whole = file.read_bytes()
    for end in range(len(whole) - 1, 0, -997):
        file.write_bytes(whole[:end])
        assert (await desk.run()).reason == "done"


async def test_an_answer_counts_though_the_end_of_its_run_was_not_written(tmp_path):
    desk = Desk(tmp_path, World(), count=2, arms=("A", "B", "C"))
    await desk.run()
    file, asked = tmp_path / "runs.jsonl", len(desk.world.asked)
    lines = file.read_text().splitlines(keepends=True)
    whole = [number for number, line in enumerate(lines) if '"call":{' in line]
    for number in whole[::5]:  # the last that is there is a call
        file.write_text("".join(lines[: number + 1]))
        assert (await desk.run()).reason == "done"
    kept = sum(number + 1 for number in range(0, len(whole), 5))
    assert len(desk.world.asked) == asked + len(whole[::5]) * len(whole) - kept


class Unanimous(World):
    """All models say the same."""

    def _text(self, model, messages):
        if model == "judge":
            return super()._text(model, messages)
        return super()._text("anybody", messages[:1])


async def test_what_a_run_decided_comes_back_from_the_files(tmp_path):
    """Else nobody knew which proposals its aggregator has read."""
    mixed = mixture(["a", "b"], ["c"], pace=Pace(early_exit=EarlyExit()))
    world = Unanimous()
    desk = Desk(
        tmp_path, world, count=2, mixture=mixed, arms=("B", "D"), primary="BD"
    )  # fmt: skip
    assert (await desk.run()).reason == "done"
    folder = ExperimentFolder.open(tmp_path)
    folder.load()
    for item in desk.items:
        runs = await folder.runs_of(item)
        panel = runs[AnswerKey(item.id, "B")].state
        assert [type(each) for _, each in panel.decisions] == [LayersSkipped]
        assert [seat.agent.model for seat in panel.read_by(2)] == ["a", "b"]
    folder.close()
    assert world.count("c") == 0


async def test_a_damaged_line_is_named(tmp_path):
    desk = Desk(tmp_path, World(), count=2, arms=("A", "B"))
    await desk.run()
    lines = (tmp_path / "runs.jsonl").read_text().splitlines(keepends=True)
    for damage in ('{"run": "x"}\n', "hello\n", "[1]\n"):
        (tmp_path / "runs.jsonl").write_text("".join([*lines[:2], damage, *lines[2:]]))
        with pytest.raises(ConfigError, match="line 3 is damaged"):
            await desk.run()


def test_a_changed_protocol_is_refused(tmp_path):
    ExperimentFolder.create(tmp_path, protocol(2), questions(2))
    file = tmp_path / "experiment.json"
    described = json.loads(file.read_text())
    described["protocol"]["worth"] = 0.55
    file.write_text(json.dumps(described))
    with pytest.raises(ConfigError, match="changed after the start"):
        ExperimentFolder.open(tmp_path)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"protocol": 1}'])
def test_a_damaged_description_is_refused(tmp_path, content):
    (tmp_path / "experiment.json").write_text(content)
    with pytest.raises(ConfigError, match="is damaged"):
        ExperimentFolder.open(tmp_path)


def test_an_experiment_is_not_begun_over_another(tmp_path):
    ExperimentFolder.create(tmp_path, protocol(2), questions(2))
    with pytest.raises(ConfigError, match="There is an experiment"):
        ExperimentFolder.create(tmp_path, protocol(2), questions(2))
    with pytest.raises(ConfigError, match="no experiment"):
        ExperimentFolder.open(tmp_path / "elsewhere")


def test_two_processes_do_not_work_on_one_folder(tmp_path):
    first = ExperimentFolder.create(tmp_path, protocol(2), questions(2))
    first.load()
    second = ExperimentFolder.open(tmp_path)
    with pytest.raises(ConfigError, match="Another process"):
        second.load()
    first.close()
    second.load()
    second.close()
