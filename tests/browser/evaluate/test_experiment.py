"""An experiment in a browser: set up from a file, voted on by keys, blindly; found."""

import hashlib
import json
import re
from collections.abc import Sequence

import pytest
from playwright.async_api import expect

from moa_core.mixture.links import encode_mixture
from tests.browser.accessibility.axe import (
    ALL_RULES,
    COLOURS,
    UNLEVELLED,
    UNNAMED,
    appear,
    found_at_rest,
    seen_by_axe,
)
from tests.browser.app.lab import mixture
from tests.browser.pages.evaluate_page import EvaluatePage
from tests.browser.pages.hand import click, pick
from tests.model_server import Play

QUESTIONS = ("Why is it dark?", "How deep is it?", "Who was here?", "What is next?")
REASON = "so thinks the one who compares"
SECRETS = re.compile(
    r"\b(?:ada|ben|chief|solo|aggregator|alone)\b|another question|\$\d+\.\d"
    rf"|{REASON}"
)


def answer(body: dict[str, Sequence[dict[str, str]]]) -> str:
    """By what was read, without a name; a proposer and the aggregator differ."""
    read = "|".join(message["content"] for message in body["messages"])
    return f"Answer {hashlib.sha256(read.encode()).hexdigest()[:10]}."


def judgement(_: object) -> str:
    """Always the first: nothing can be known by it."""
    said = {"reason": REASON, "better": "1", "clearly": False, "kind": "facts"}
    return json.dumps(said)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_an_experiment_from_its_questions_to_its_verdict(
    lab, server, page, warm_context
):
    for name in ("ada", "ben", "chief"):
        server.plays[name] = Play(writes=answer)
    server.plays["solo"] = Play(writes=judgement)
    form = EvaluatePage(page)
    preset = encode_mixture(mixture("ada", "ben"))
    await form.open(lab.url, f"?e=new&preset={preset}")
    await form.bring(QUESTIONS)
    await pick(page.get_by_role("combobox", name="Judge"), "lab/solo")
    await form.settled()
    found = await seen_by_axe(page, "the form", ALL_RULES)
    await expect(form.part("experiment-forecast")).to_contain_text("$")
    await form.start()
    await form.finished(120_000)
    found += await seen_by_axe(page, "the result", ALL_RULES)
    await is_voted_on_blindly(await warm_context.new_page(), page.url)
    await form.page.reload()
    await expect(form.part("verdict")).to_contain_text("Not known yet")
    await expect(form.part("three-lines")).to_contain_text("4")
    await expect(form.part("experiment-warnings")).to_contain_text("fewer than 60 %")
    await appear(page, "dark")
    found += await seen_by_axe(page, "the result, dark", COLOURS)
    for told in (UNNAMED, UNLEVELLED):
        found += await found_at_rest(page, told)
    await form.view("Answers")
    await pick(page.get_by_role("combobox", name="Question", exact=True), "1. ")
    await expect(form.part("answer-of-B")).to_be_visible()
    found += await seen_by_axe(page, "the answers, dark", COLOURS)
    await form.view("Vote")
    await expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert not found, "\n".join(found)


async def is_voted_on_blindly(tab, address: str) -> None:
    """By keys, with a way back and forth; the socket tells nothing before the vote."""
    votes = EvaluatePage(tab)
    await tab.goto(f"{address}&view=votes")
    await expect(votes.votes).to_contain_text("question 1 of 4")
    await votes.settled()
    await votes.press_at_once("1", "1", "t")  # the others vote on nothing
    await expect(votes.votes).to_contain_text("1 vote · question 2 of 4")
    for verdict in ("first", "tie"):
        await votes.vote(verdict)
    await expect(votes.votes).to_contain_text("3 votes · question 4 of 4")
    found = await seen_by_axe(tab, "a pair", ALL_RULES)
    assert not found, "\n".join(found)
    await votes.vote("both_bad")
    await expect(votes.part("no-pair")).to_be_visible()
    undo = tab.get_by_role("button", name="Undo")
    await click(undo)
    await expect(votes.votes).to_contain_text("3 votes · question 4 of 4")
    await click(tab.get_by_role("button", name="Redo"))
    await expect(votes.votes).to_contain_text("4 votes")
    wire = b"".join(votes.sent).decode("utf-8", "replace")
    assert "Answer " in wire, "it can be read"
    assert QUESTIONS[0] in wire
    assert set(SECRETS.findall(wire)) == set()
    await tab.close()
