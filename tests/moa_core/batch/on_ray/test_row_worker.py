"""Workers and their coordinator in one process: Ray itself is not needed."""

import asyncio
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from moa_core.batch import BatchFiles, BatchWriter, KnownBatch, gather, read_rows
from moa_core.batch.gathering import MARK
from moa_core.batch.on_ray.coordinator import Coordinator, RowEnd
from moa_core.batch.on_ray.shared import SharedRates
from moa_core.batch.on_ray.worker import RowWorker, Work
from moa_core.mixture import preset_named
from moa_core.settings import Settings
from moa_core.usage import FREE, Cost
from tests.moa_core.batch.answered import answers, questions

ROWS = 8


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("POLYPHONY_LOCAL_SERVERS", "off")
    questions(tmp_path, ROWS)
    files = BatchFiles.beside(tmp_path / "answers.jsonl")
    files.workers.mkdir()
    mark_of(files).touch()
    return tmp_path


def mark_of(files):
    return files.workers / f"x{MARK}"


def config_and_rows(folder):
    config = preset_named("simulated").config
    return config, read_rows(folder / "prompts.txt", config)


def worker(folder, coordinator, name="w", **more):
    config, _ = config_and_rows(folder)
    files = BatchFiles.beside(folder / "answers.jsonl")
    told = {
        "files": files, "mark": mark_of(files), "config": config,
        "settings": Settings(simulated_pace=0, probe_local=False),
        "limited": (), "concurrency": 2, "proposals": True,
    }  # fmt: skip
    return RowWorker(Work(**told | more), coordinator, name)


def coordinator(limit_usd=None, rates=None):
    return Coordinator(rates or {}, limit_usd, Decimal(0))


async def test_two_workers_answer_as_one_process_does(folder):
    _, rows = config_and_rows(folder)
    shared = coordinator()
    both = [worker(folder, shared, name) for name in "ab"]
    await asyncio.gather(both[0].answer(rows[:3]), both[1].answer(rows[3:]))
    told = await shared.news(0)
    assert Counter(each.outcome for each in told.ended) == {"answered": ROWS}
    for each in both:
        await each.aclose()
    files = BatchFiles.beside(folder / "answers.jsonl")
    assert len(files.parts) == 3
    with BatchWriter(files) as writer:
        gather(writer)
        gather(writer)
    assert len(answers(folder)) == ROWS
    assert not files.workers.exists()


async def test_a_row_that_has_ended_is_not_begun_by_the_next_worker(folder):
    _, rows = config_and_rows(folder)
    shared = coordinator()
    first = worker(folder, shared)
    await first.answer(rows[:3])
    await first.aclose()
    again = worker(folder, shared)  # Ray gives it the whole task again
    await again.answer(rows[:5])
    await again.aclose()
    told = await shared.news(0)
    assert [each.outcome for each in told.ended] == ["answered"] * 5
    assert (
        KnownBatch.read(*BatchFiles.beside(folder / "answers.jsonl").parts).answers == 5
    )


async def test_an_answer_that_was_written_and_not_told_is_told_by_the_next(folder):
    _, rows = config_and_rows(folder)
    first = worker(folder, coordinator())
    await first.answer(rows[:1])
    await first.aclose()
    shared = coordinator()  # has not heard of it
    again = worker(folder, shared)
    await again.answer(rows[:1])
    await again.aclose()
    told = await shared.news(0)
    assert [(each.outcome, each.cost) for each in told.ended] == [("answered", FREE)]


async def test_a_machine_that_sees_other_files_says_so(folder):
    _, rows = config_and_rows(folder)
    shared = coordinator()
    await worker(folder, shared, mark=Path("/nowhere/x.run")).answer(rows)
    told = await shared.news(0)
    assert "storage that all machines share" in told.refusal
    assert told.ending == "incomplete"


def dollars(usd):
    return Cost(Decimal(usd))


async def begun(shared, name, usd, by="w"):
    await shared.wanted(by, {name: FREE})
    return await shared.may_begin(by, name, Decimal(usd))


async def test_a_cap_holds_back_for_all_workers_and_ends_when_nothing_is_left():
    shared = coordinator(Decimal(3))
    assert (await begun(shared, "1", 2)).free_usd == 1
    waiting = asyncio.create_task(begun(shared, "2", 2, "v"))
    await asyncio.sleep(0)
    assert not waiting.done()
    assert await shared.ended(RowEnd("1", "answered", dollars(1))) == 2
    assert (await waiting).free_usd == 0
    await shared.ended(RowEnd("2", "answered", dollars("1.5")))
    assert await begun(shared, "3", 1) is None
    told = await shared.news(0)
    assert (told.ending, [each.cost.usd for each in told.ended]) == (
        "capped", [1, Decimal("1.5")],
    )  # fmt: skip


async def test_what_a_killed_worker_spent_counts_once():
    shared = coordinator(Decimal(10))
    await begun(shared, "1", 4)
    await shared.joined("w")
    assert await shared.wanted("w", {"1": dollars(3)}) == ["1"]
    assert (await shared.may_begin("w", "1", Decimal(4))).free_usd == 3
    assert await shared.ended(RowEnd("1", "answered", dollars(5))) == 5
    assert await shared.ended(RowEnd("1", "answered", dollars(5))) == 5
    assert [each.cost.usd for each in (await shared.news(0)).ended] == [5]
    assert await shared.wanted("w", {"1": None}) == []


async def test_what_a_lost_worker_holds_does_not_block_the_others_for_good():
    shared = coordinator(Decimal(3))
    await begun(shared, "1", 2)
    await shared.joined("w")
    assert await begun(shared, "2", 2, "v")


async def test_a_killed_worker_that_waited_gets_no_place():
    shared = coordinator(Decimal(3))
    await begun(shared, "1", 2, "v")
    waiting = asyncio.create_task(begun(shared, "2", 2))
    await asyncio.sleep(0)
    await shared.joined("w")
    assert await waiting is None
    await shared.ended(RowEnd("1", "answered", dollars(1)))
    assert (await begun(shared, "2", 2)).free_usd == 0


async def test_workers_share_turns_and_pauses():
    shared = coordinator(rates={"lab": 60_000})
    one, two = (SharedRates(shared, ["lab"]) for _ in range(2))
    await asyncio.gather(*(each.turn("lab") for each in (one, two) for _ in range(5)))
    assert one.at_once("free")
    assert await two.refused("free", 30.0) == pytest.approx(30.0)
    orders = await shared.orders(0)
    assert orders.pauses == {"free": pytest.approx(30.0)}
    assert not two.at_once("free")


async def test_a_stop_reaches_rows_under_way():
    shared = coordinator()
    listening = asyncio.create_task(shared.orders(0))
    await begun(shared, "1", 0)
    await shared.end("stopped")
    assert await begun(shared, "2", 0) is None
    await shared.stop()
    assert (await listening).stop
