"""Batches on their page: listed, followed, read and removed."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from moa_core.batch import AskedBatch, BatchProgress
from moa_core.usage import Cost
from storage.batches import Batches, batch_list
from storage.database import workers
from tests.pages.app_page import by_key, drawn, fill, fitting, has, press, words

pytestmark = pytest.mark.slow

HALF = BatchProgress(
    rows=1000,
    answered=312,
    failed=4,
    under_way=8,
    spent=Cost(Decimal("1.23")),
    limit_usd=Decimal(5),
    seconds=79,
)


def line(custom_id, question, text, proposals=("One.", "Two.")):
    message = {"role": "assistant", "content": text}
    drafts = [
        {"layer": 1, "seat": n, "model": f"lab/model-{n}", "text": draft}
        for n, draft in enumerate(proposals, 1)
    ]
    about = {
        "messages": [{"role": "user", "content": question}],
        "cost_usd": 0.01,
        "calls": [{}, {}, {}],
        "latency_s": 12.0,
        "aggregator": "lab/chief",
        "proposals": drafts,
    }
    choice = {"message": message, "finish_reason": "stop"}
    body = {"choices": [choice], "polyphony": about}
    return json.dumps({"custom_id": custom_id, "response": {"body": body}}) + "\n"


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A machine that is busy takes no batch for gone."""
    monkeypatch.setattr(workers, "LEASE_MS", 10**9)


@pytest.fixture
def batches(app):
    return Batches(app.database)


@pytest.fixture
def asked(tmp_path):
    output = tmp_path / "answers.jsonl"
    output.write_text(line("q1", "Why?", "So.") + line("q2", "What is it?", "This."))
    return AskedBatch(
        name="Balanced",
        mixture="a" * 64,
        prompts=tmp_path / "prompts.jsonl",
        output=output,
        folder=tmp_path,
        words=("polyphony", "batch", "run", "my prompts.jsonl"),
    )


def test_without_a_batch_the_page_says_how_to_start_one(open_evaluate):
    page = open_evaluate(view="batches")
    assert has(page, "no-batches")
    told = drawn(page, "batch-command-text")["code"]
    assert told == (
        "polyphony batch run prompts.jsonl --preset simulated --output answers.jsonl"
    )


def test_a_running_batch_is_listed_and_followed(open_evaluate, batches, asked):
    uid = batches.begin(asked, HALF)
    batches.write(uid, HALF, {"rate_limited": (4, "The endpoint is busy.")})
    page = open_evaluate(view="batches")
    assert has(page, f"batch-{uid}")
    assert "312 of 1,000 answered · 4 failed" in words(by_key(page, f"batch-{uid}"))
    page = open_evaluate(batch=uid)
    told = words(by_key(page, "batch-progress"))
    assert "8 rows under way · 240 rows/min · $1.23 of $5.00" in told
    assert "The endpoint is busy." in words(by_key(page, "batch-failures"))
    assert by_key(page, "remove-batch").disabled
    assert not has(page, "batch-continue")
    batches.write(uid, replace(HALF, answered=996, under_way=0), {}, "incomplete")
    page.run()
    assert has(page, "batch-next")
    told = drawn(page, "batch-continue-text")["code"]
    assert told == f"cd {asked.folder} && polyphony batch run 'my prompts.jsonl'"


def test_removed_it_can_be_brought_back(open_evaluate, batches, asked):
    uid = batches.begin(asked, HALF)
    batches.write(uid, HALF, {}, "done")
    page = press(open_evaluate(batch=uid), "remove-batch")
    assert has(page, "no-batches")
    assert asked.output.exists()
    page = press(page, "undo-action")
    assert has(page, f"batch-{uid}")
    assert has(open_evaluate(batch="gone"), "batch-missing")


def test_answers_are_read_beside_their_proposals(open_evaluate, batches, asked):
    uid = batches.begin(asked, HALF)
    page = open_evaluate(batch=uid, view="answers")
    assert by_key(page, "batch-answer").options == ["q2: What is it?", "q1: Why?"]
    assert len(fitting(page, "batch-text-*")) == 3
    assert "12 s" in words(by_key(page, "batch-answer-facts"))
    fill(page, "batch-answer", "q1")
    with asked.output.open("a") as file:
        file.write(line("q3", "Who?", "", ()))
    page.run()
    assert by_key(page, "batch-answer").value == "q1"
    page = press(page, "newer-batch-answers")
    assert len(by_key(page, "batch-answer").options) == 3
    fill(page, "batch-answer", "q3")
    assert len(fitting(page, "batch-text-*")) == 1


def test_files_that_are_not_here_are_said_to_be(
    open_evaluate, batches, asked, monkeypatch
):
    uid = batches.begin(asked, HALF)
    asked.output.unlink()
    page = open_evaluate(batch=uid, view="answers")
    assert asked.output.name in words(by_key(page, "batch-files-missing"))
    monkeypatch.setattr(batch_list, "this_host", lambda: "node-7")
    uid = batches.begin(asked, HALF)
    page = open_evaluate(batch=uid, view="answers")
    assert "node-7" in words(by_key(page, "batch-files-missing"))
    assert has(open_evaluate(batch=uid), "batch-elsewhere")
    asked.output.write_text("no JSON\n")
    page = open_evaluate(batch=uid, view="answers")
    assert has(page, "no-batch-answers")
