"""Batches are listed with how far they are, on both kinds of database."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from moa_core.batch import AskedBatch, BatchProgress
from moa_core.usage import Cost
from storage.batches import Batches, batch_list
from storage.database.workers import Worker
from storage.errors import NotFoundError
from storage.upkeep import erase_everything

ASKED = AskedBatch(
    name="Balanced",
    mixture="a" * 64,
    prompts=Path("/data/prompts.jsonl"),
    output=Path("/data/answers.jsonl"),
    folder=Path("/data"),
    words=("polyphony", "batch", "run", "prompts.jsonl"),
)
BEGUN = BatchProgress(rows=10, answered=2, before=2, limit_usd=Decimal(5))
FURTHER = replace(BEGUN, answered=4, failed=1, spent=Cost(Decimal("0.3"), 2), seconds=6)
REASONS = {"no_answer": (1, "All models failed.")}


@pytest.fixture
def batches(database):
    return Batches(database)


def test_a_batch_is_listed_with_how_far_it_is(batches):
    uid = batches.begin(ASKED, BEGUN)
    batches.write(uid, FURTHER, REASONS)
    [listed] = batches.newest(10)
    assert (listed.uid, listed.asked, listed.progress) == (uid, ASKED, FURTHER)
    assert (listed.state, listed.reasons, listed.elsewhere) == (
        "running",
        REASONS,
        None,
    )
    batches.write(uid, FURTHER, REASONS, "incomplete")
    assert batches.load(uid).state == "incomplete"


def test_continued_it_stays_the_same_batch(batches):
    uid = batches.begin(ASKED, BEGUN)
    begun_at = batches.load(uid).begun_at
    batches.write(uid, FURTHER, REASONS, "stopped")
    assert batches.begin(replace(ASKED, words=("polyphony",)), FURTHER) == uid
    [listed] = batches.newest(10)
    assert (listed.state, listed.reasons, listed.begun_at) == ("running", {}, begun_at)
    assert listed.asked.words == ("polyphony",)
    assert batches.begin(replace(ASKED, output=Path("/data/b.jsonl")), BEGUN) != uid


def test_a_process_that_is_gone_has_left_it_interrupted(batches, monkeypatch):
    uid = batches.begin(ASKED, BEGUN)
    monkeypatch.setattr(Worker, "alive", lambda *_: False)
    assert batches.load(uid).state == "interrupted"


def test_files_of_another_machine_are_elsewhere(batches, monkeypatch):
    monkeypatch.setattr(batch_list, "this_host", lambda: "node-7")
    uid = batches.begin(ASKED, BEGUN)
    assert batches.load(uid).elsewhere == "node-7"


def test_removed_it_is_brought_back_as_it_was_and_not_by_its_progress(batches):
    uid = batches.begin(ASKED, BEGUN)
    known = batches.load(uid)
    removed = batches.remove(uid)
    batches.write(uid, FURTHER, REASONS)
    assert batches.newest(10) == []
    for missing in (batches.load, batches.remove):
        with pytest.raises(NotFoundError):
            missing(uid)
    batches.restore(removed)
    assert batches.load(uid) == known


def test_it_is_deleted_with_everything(batches, database):
    batches.begin(ASKED, BEGUN)
    erase_everything(database)
    assert batches.newest(10) == []
