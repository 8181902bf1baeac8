"""The wording of batches, a test a widget."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from moa_core.batch import AskedBatch, BatchProgress
from moa_core.usage import Cost
from storage.batches import Batches, batch_list
from storage.database import workers
from tests.pages.app_page import by_key
from tests.pages.wording.said import assert_wording, said

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wording of batches")]

HALF = BatchProgress(
    rows=1000,
    answered=312,
    failed=4,
    under_way=8,
    spent=Cost(Decimal("1.23")),
    limit_usd=Decimal(5),
    seconds=79,
)
REASONS = {"busy": (3, "The endpoint is busy."), "slow": (1, "It took too long.")}
DATE = re.compile(r"\d+ [A-Z][a-z]{2}\b")


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A machine that is busy takes no batch for gone."""
    monkeypatch.setattr(workers, "LEASE_MS", 10**9)


@pytest.fixture(scope="module")
def empty(open_page):
    """The list before there is a batch."""
    return open_page("evaluate", view="batches")


@pytest.fixture(scope="module")
def batches(empty, shared_app):
    return Batches(shared_app.database)


@pytest.fixture(scope="module")
def stored(batches, tmp_path_factory):
    """Stores a batch in a state, once; its uid."""
    folder, uids = tmp_path_factory.mktemp("batches"), {}

    def begun(state):
        if state not in uids:
            asked = AskedBatch(
                name="Balanced",
                mixture="a" * 64,
                prompts=folder / "prompts.jsonl",
                output=folder / f"{state}.jsonl",
                folder=folder,
                words=("polyphony", "batch", "run"),
            )
            uids[state] = uid = batches.begin(asked, HALF)
            ended = None if state == "running" else state
            progress = HALF if ended is None else replace(HALF, under_way=0)
            batches.write(uid, progress, REASONS, ended)
        return uids[state]

    return begun


def dated(part):
    return [DATE.sub("D M", line) for line in said(part)]


def test_no_batches_yet(empty):
    assert_wording("no-batches", by_key(empty, "readable-batches"))


@pytest.mark.parametrize(
    "state", ["running", "incomplete", "capped", "failing", "stopped"]
)
def test_the_progress(state, stored, open_page):
    page = open_page("evaluate", batch=stored(state))
    assert_wording(f"batch-{state}", by_key(page, "batch-progress"))


def test_a_batch_whose_process_is_gone(stored, open_page, monkeypatch):
    monkeypatch.setattr(workers, "LEASE_MS", -1)
    page = open_page("evaluate", batch=stored("running"))
    assert_wording("batch-interrupted", by_key(page, "batch-next"))


def test_a_batch_in_the_list(stored, open_page):
    uid = stored("capped")
    page = open_page("evaluate", view="batches")
    assert_wording("batch-listed", dated(by_key(page, f"batch-{uid}")))


def test_a_batch_without_its_answers(stored, open_page):
    page = open_page("evaluate", batch=stored("failing"), view="answers")
    told = said(by_key(page, "batch-files-missing"))
    assert_wording("batch-files-gone", [re.sub(r"^\S+/", "", line) for line in told])


def test_a_batch_of_another_machine(stored, open_page, monkeypatch):
    monkeypatch.setattr(batch_list, "this_host", lambda: "node-7")
    uid = stored("done")
    page = open_page("evaluate", batch=uid, view="answers")
    assert_wording("batch-files-elsewhere", by_key(page, "batch-files-missing"))
    page = open_page("evaluate", batch=uid)
    assert_wording("batch-elsewhere", by_key(page, "batch-progress"))


def test_a_batch_that_is_not_there(batches, open_page):
    page = open_page("evaluate", batch="gone")
    assert_wording("batch-missing", by_key(page, "batch-missing"))


def test_a_batch_that_was_removed(stored, open_page):
    page = open_page("evaluate", batch=stored("stopped"))
    by_key(page, "remove-batch").click().run()
    assert_wording("batch-removed", by_key(page, "conversation-undo"))
