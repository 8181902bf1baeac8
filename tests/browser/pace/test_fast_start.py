"""A fast start: an answer before its drafts, which is never silently replaced."""

from dataclasses import replace

import pytest
from playwright.async_api import expect

from moa_core.mixture.links import encode_mixture
from moa_core.mixture.pace import FastStart, FastStartWay, Pace
from tests.browser.app.lab import MIXTURE
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click
from tests.browser.pages.pictures import look
from tests.model_server import Play

BEGINNING = "Light from the sun is scattered by the molecules of the air. " * 4
FIRST = "Air scatters blue light the most. Violet is scattered too."
REVISED = "Air scatters violet light the most. Eyes see blue."


@pytest.fixture
def chat(page) -> ChatPage:
    return ChatPage(page)


def link(lab, way: FastStartWay) -> str:
    paced = replace(MIXTURE, pace=Pace(fast_start=FastStart(way=way)))
    return f"{lab.url}/?preset={encode_mixture(paced)}"


def play_drafts(server, go_on):
    """Two drafts come at once; a third one only begins."""
    for name in ("ada", "ben"):
        server.plays[name] = Play(pieces=[BEGINNING, f"So says {name}."])
    server.plays["cleo"] = Play(pieces=[BEGINNING, "So it is."], held_until=go_on)


async def test_a_provisional_answer_is_revised_and_another_one_stands(
    lab, chat, server, go_on
):
    replies = [REVISED, "STANDS"]

    def writes(body: dict) -> str:
        checks = "reply with the one word STANDS" in body["messages"][-1]["content"]
        return replies.pop(0) if checks else FIRST

    play_drafts(server, go_on)
    server.plays["chief"] = Play(writes=writes)
    await chat.open(link(lab, "provisional"))
    await chat.ask("Why is the sky blue?")
    card = chat.main.locator("section.answer").last
    title, text = card.locator("h3"), card.locator(".answer-text")
    await expect(title).to_have_text("Provisional answer")
    await expect(text).to_have_text(FIRST)
    await look(chat, "fast-start-provisional")
    await chat.page.reload()
    await expect(title).to_have_text("Provisional answer")
    await expect(text).to_have_text(FIRST)
    go_on.set()
    await expect(title).to_have_text("Revised answer")
    await expect(text).to_have_text(REVISED)
    await chat.answered()
    await chat.see("The provisional answer was revised")
    before = card.locator("details.provisional")
    await click(before.locator("summary"))
    await expect(before.locator(".text")).to_have_text(FIRST)
    changes = card.locator("details.changes")
    await click(changes.locator("summary"))
    await expect(changes.locator("ins").first).to_be_visible()
    await expect(changes.locator("del").first).to_be_visible()
    await look(chat, "fast-start-revised")
    await chat.page.reload()
    await expect(title).to_have_text("Revised answer")
    await chat.ask("Really?")
    await chat.see("still stands with all drafts read")
    await expect(title).to_have_text("Answer")
    await expect(text).to_have_text(FIRST)
    await expect(card.locator("details.provisional")).to_have_count(0)
    await look(chat, "fast-start-stands")


async def test_an_answer_goes_on_as_its_drafts_grow(lab, chat, server, go_on):
    half = FIRST.index(" Violet")

    def writes(body: dict) -> str:
        last = body["messages"][-1]
        if "[k7]" in last["content"]:
            return " six, seven"
        return FIRST[half:] if last["role"] == "assistant" else FIRST[:half]

    play_drafts(server, go_on)
    server.plays["chief"] = Play(writes=writes)
    await chat.open(link(lab, "chunks"))
    await chat.ask("Why is the sky blue?")
    text = chat.main.locator("section.answer .answer-text")
    await expect(text).to_have_text(FIRST[:half])
    await chat.page.reload()
    await expect(text).to_have_text(FIRST[:half])
    await look(chat, "fast-start-chunks")
    go_on.set()
    await expect(text).to_have_text(FIRST)
    await chat.answered()
    await chat.see("and was continued once as they grew")
    await chat.page.reload()
    await expect(text).to_have_text(FIRST)
    chief = [call for call in server.calls if call.body["model"] == "chief"]
    assert len(chief) == 3
    await look(chat, "fast-start-continued")
