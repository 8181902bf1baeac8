import asyncio
import json
from decimal import Decimal

import pytest

from moa_core.batch import BatchFiles, BatchWriter, KnownBatch, Speed, batch_forecast
from moa_core.errors import ConfigError, KeyRefusedError
from moa_core.mixture.pace import Auto, EarlyExit, Pace
from moa_core.plan import Estimate
from moa_core.run import ToolCallDelta, ToolCallPiece
from moa_core.usage import FREE
from tests.moa_core.batch.answered import (
    MIXTURE,
    Attempt,
    World,
    Written,
    answers,
    lines,
    questions,
)
from tests.moa_core.scripted import failure, mixture

CALLS = 5
FREE_ESTIMATE = Estimate(
    calls=0, low=FREE, high=FREE, input_tokens=(0, 0), output_tokens=(0, 0)
)


@pytest.fixture
def folder(tmp_path):
    questions(tmp_path, 6)
    return tmp_path


async def test_every_row_is_answered_with_all_that_is_known(folder):
    world = World()
    ended = await Attempt(folder, world).run()
    assert (ended.reason, ended.progress.answered) == ("done", 6)
    assert len(world.asked) == 6 * CALLS
    assert {path.name for path in folder.iterdir()} == {
        "prompts.txt", "answers.jsonl",
    }  # fmt: skip
    line = next(
        x for x in lines(folder / "answers.jsonl") if x["custom_id"] == "line-2"
    )
    body, about = line["response"]["body"], line["response"]["body"]["polyphony"]
    assert line["response"]["status_code"] == 200
    assert line["error"] is None
    assert (body["object"], body["model"]) == ("chat.completion", "polyphony")
    assert body["usage"]["total_tokens"] == CALLS * 1500
    assert about["cost_usd"] == pytest.approx(CALLS * 0.003)
    assert [each["model"] for each in about["calls"]] == [
        "lab/a", "lab/b", "lab/c", "lab/d", "lab/chief",
    ]  # fmt: skip
    assert [(each["layer"], each["seat"]) for each in about["proposals"]] == [
        (1, 1), (1, 2), (2, 1), (2, 2),
    ]  # fmt: skip
    assert about["line"] == 2


async def test_what_is_done_is_not_asked_again_and_the_file_may_grow(folder):
    await Attempt(folder, World()).run()
    questions(folder, 8)
    world = World()
    ended = await Attempt(folder, world).run()
    assert (ended.progress.before, ended.progress.answered) == (6, 8)
    assert len(world.asked) == 2 * CALLS
    assert len(answers(folder)) == 8


async def test_a_row_that_changed_is_asked_again(folder):
    await Attempt(folder, World()).run()
    text = (folder / "prompts.txt").read_text().replace("What is 3?", "Who is 3?")
    (folder / "prompts.txt").write_text(text)
    ended = await Attempt(folder, World()).run()
    assert ended.progress.before == 5
    told = lines(folder / "answers.jsonl")
    assert [line["custom_id"] for line in told].count("line-4") == 2


@pytest.mark.parametrize(
    "config",
    [
        MIXTURE,
        mixture(["a", "b"], pace=Pace(auto=Auto(threshold=0.0))),
        mixture(
            ["a", "b"], ["c", "d"], pace=Pace(early_exit=EarlyExit(agreement=0.01))
        ),
    ],
    ids=["layers", "auto", "early exit"],
)
async def test_after_a_kill_at_any_moment_no_call_that_ended_is_made_again(
    folder, config, monkeypatch
):
    monkeypatch.setattr(Written, "log", [])
    questions(folder, 3)
    whole = World()
    await Attempt(folder, whole, config).run(writer=Written, concurrency=3)
    expected = answers(folder)
    for count in range(len(Written.log) + 1):
        Written.replay(count)
        kept = [r for _, r in Written.log[:count] if "call" in r]
        world = World()
        ended = await Attempt(folder, world, config).run(concurrency=2)
        assert ended.reason == "done"
        assert answers(folder) == expected
        assert len(world.asked) == len(whole.asked) - len(kept), count
        assert not (folder / "answers.journal.jsonl").exists()
        usd = ended.progress.spent.usd
        assert usd == pytest.approx(Decimal("0.003") * len(whole.asked))


async def test_calls_of_tools_come_back_after_a_kill(folder, monkeypatch):
    monkeypatch.setattr(Written, "log", [])
    tool = {"type": "function", "function": {"name": "look", "parameters": {}}}
    asked = {"messages": [{"role": "user", "content": "Why?"}], "tools": [tool]}
    (folder / "p.jsonl").write_text(json.dumps(asked) + "\n")
    world = World()
    world.tool = ToolCallDelta(
        (ToolCallPiece(index=0, id="c1", name="look", arguments="{}"),)
    )
    await Attempt(folder, world, name="p.jsonl").run(writer=Written)
    Written.replay(CALLS)  # all calls, and no answer
    again = World()
    await Attempt(folder, again, name="p.jsonl").run()
    assert again.asked == []
    (line,) = lines(folder / "answers.jsonl")
    choice = line["response"]["body"]["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    (call,) = choice["message"]["tool_calls"]
    assert (call["id"], call["function"]["name"]) == ("c1", "look")


async def test_an_answer_tells_of_all_attempts_on_one_clock(folder, monkeypatch):
    monkeypatch.setattr(Written, "log", [])
    questions(folder, 1)
    await Attempt(folder, World(pause_s=0.01)).run(writer=Written)
    Written.replay(3)  # a, b and one of the second layer
    await Attempt(folder, World(pause_s=0.01)).run()
    about = lines(folder / "answers.jsonl")[0]["response"]["body"]["polyphony"]
    calls = sorted(about["calls"], key=lambda call: call["started_s"])
    assert len(calls) == CALLS
    assert {call["attempt"] for call in calls} == {1}
    ends = [call["started_s"] + call["latency_s"] for call in calls]
    assert calls[3]["started_s"] >= ends[2] - 0.002
    assert about["latency_s"] >= max(ends) - 0.002
    assert about["cost_usd"] == pytest.approx(0.015)


async def test_half_a_line_at_the_end_is_cut_off(folder, monkeypatch):
    monkeypatch.setattr(Written, "log", [])
    await Attempt(folder, World()).run(writer=Written)
    Written.replay(20)
    for name in ("answers.jsonl", "answers.journal.jsonl"):
        file = folder / name
        file.write_bytes(file.read_bytes() + b'{"custom_id": "line-1", "resp')
    ended = await Attempt(folder, World()).run()
    assert ended.reason == "done"
    assert len(answers(folder)) == 6


async def test_failures_stand_in_a_file_of_their_own_and_are_asked_again(folder):
    world = World()

    def refuse(request):
        asked = any("What is 2?" in message.text for message in request.messages)
        if asked and request.agent.model == "chief":
            raise failure("chief", KeyRefusedError)

    world.before = refuse
    ended = await Attempt(folder, world).run()
    assert (ended.reason, ended.progress.failed) == ("incomplete", 1)
    (failed,) = lines(folder / "answers.errors.jsonl")
    error = failed["error"]
    assert failed["custom_id"] == "line-3"
    assert error["code"] == "configuration_required"
    assert failed["response"] == {
        "status_code": 424,
        "request_id": failed["id"].removeprefix("batch_req_"),
        "body": {"error": error},
    }
    assert [each["model"] for each in error["polyphony"]["members"]] == ["lab/chief"]
    again = World()
    ended = await Attempt(folder, again).run()
    assert ended.reason == "done"
    assert again.asked == ["chief"]  # its proposals were kept
    assert not (folder / "answers.errors.jsonl").exists()
    assert len(answers(folder)) == 6


async def test_a_row_that_fails_again_has_one_line(folder):
    for _ in range(2):
        world = World()
        world.before = refuse_all
        ended = await Attempt(folder, world).run()
        assert ended.progress.failed == 6
        assert len(lines(folder / "answers.errors.jsonl")) == 6


def refuse_all(request):
    raise failure(request.agent.model, KeyRefusedError)


async def test_twenty_failures_in_a_row_end_it(folder):
    questions(folder, 100)
    world = World()
    world.before = refuse_all
    ended = await Attempt(folder, world).run(concurrency=1)
    assert (ended.reason, ended.progress.failed) == ("failing", 20)
    assert "No model of layer 1 answered" in ended.last_failure


async def test_another_mixture_is_refused(folder):
    await Attempt(folder, World()).run()
    with pytest.raises(ConfigError, match="another mixture"):
        await Attempt(folder, World(), mixture(["a"])).run()


async def test_another_file_is_no_output(folder):
    (folder / "answers.jsonl").write_text('{"hello": 1}\n')
    with pytest.raises(ConfigError, match="not the output of a batch"):
        await Attempt(folder, World()).run()


async def test_two_processes_do_not_write_one_output(folder):
    with (
        BatchWriter(BatchFiles.beside(folder / "answers.jsonl")),
        pytest.raises(ConfigError, match="Another process is working"),
    ):
        await Attempt(folder, World()).run()


async def test_a_cap_is_not_overshot_by_rows_under_way(folder):
    """Each row costs $0.015 and holds back more; the cap allows less than four."""
    questions(folder, 40)
    attempt = Attempt(folder, World(pause_s=0.01))
    high = attempt.runner.estimate(attempt.rows[0]).high.usd
    assert high > Decimal("0.015")
    limit = Decimal("0.045") + high
    ended = await attempt.run(limit_usd=limit, concurrency=8)
    assert ended.reason == "capped"
    assert ended.progress.spent.usd <= limit
    assert ended.progress.answered == 4
    ended = await Attempt(folder, World()).run(limit_usd=limit)
    assert (ended.reason, ended.progress.answered) == ("capped", 4)
    assert (await Attempt(folder, World()).run()).reason == "done"


async def test_a_row_that_takes_more_than_it_held_is_stopped_and_goes_on(
    folder, monkeypatch
):
    questions(folder, 1)
    attempt = Attempt(folder, World())
    monkeypatch.setattr(attempt.runner, "estimate", lambda *_: FREE_ESTIMATE)
    ended = await attempt.run(limit_usd="0.006", concurrency=1)
    assert (ended.reason, ended.progress.answered) == ("capped", 0)
    assert ended.progress.spent.usd == Decimal("0.006")  # the first layer
    world = World()
    ended = await Attempt(folder, world).run()
    assert ended.reason == "done"
    assert world.asked == ["c", "d", "chief"]


async def test_a_stop_lets_rows_under_way_end(folder):
    world = World(pause_s=0.01)
    attempt = Attempt(folder, world)

    def stop(_request):
        if len(world.asked) == 3:
            attempt.batch.stop()

    world.before = stop
    ended = await attempt.run(concurrency=2)
    assert (ended.reason, ended.progress.answered) == ("stopped", 2)
    assert len(world.asked) == 2 * CALLS


async def test_a_second_stop_ends_those_under_way_and_keeps_what_they_have(folder):
    world = World(pause_s=0.01)
    attempt = Attempt(folder, world)

    def stop(request):
        if request.agent.model == "chief":
            attempt.batch.stop()
            attempt.batch.stop()

    world.before = stop
    ended = await attempt.run(concurrency=1)
    assert (ended.reason, ended.progress.answered) == ("stopped", 0)
    again = World()
    ended = await Attempt(folder, again).run()
    assert ended.reason == "done"
    assert len(again.asked) == 6 * CALLS - 4


async def test_a_full_disk_ends_it_with_a_sentence(folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("moa_core.journal.journal.Journal.append", full)
    with pytest.raises(ConfigError, match="No space left on device"):
        await Attempt(folder, World()).run()
    await asyncio.sleep(0)


def test_what_is_missing_is_estimated_whole_or_from_a_sample(folder):
    questions(folder, 100)
    attempt = Attempt(folder, World())
    speed, known = Speed(8, {"lab": 60}), KnownBatch()
    whole = batch_forecast(attempt.rows, known, attempt.runner, speed)
    assert (whole.rows, whole.calls) == (100, 500)
    assert whole.seconds[0] == 500  # a call a second
    some = batch_forecast(attempt.rows, known, attempt.runner, speed, 7)
    assert (some.rows, some.calls) == (100, 500)
    assert some.high.usd == pytest.approx(whole.high.usd, rel=Decimal("0.01"))
    known.done = {row.key.custom_id: row.key.fingerprint for row in attempt.rows}
    assert batch_forecast(attempt.rows, known, attempt.runner, speed).calls == 0


async def test_workers_write_files_of_their_own_in_one_folder(folder):
    both = [BatchFiles.of_worker(folder / "out", name) for name in ("a-1", "b-2")]
    for number, files in enumerate(both):
        attempt = Attempt(folder, World())
        attempt.files, attempt.rows = files, attempt.rows[number::2]
        await attempt.run()
    assert BatchFiles.in_folder(folder / "out") == both
    known = KnownBatch.read(*both)
    attempt = Attempt(folder, World())
    assert all(known.is_done(row.key) for row in attempt.rows)
    assert known.answers == 6
    assert known.spent.usd == Decimal("0.090")
