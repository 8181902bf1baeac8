"""Auto: one model answers first; the others are asked where in doubt, or anyway."""

import re
from dataclasses import replace

import pytest
from playwright.async_api import expect

from moa_core.mixture.links import encode_mixture
from moa_core.mixture.pace import Auto, Pace
from tests.browser.app.lab import MIXTURE
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click
from tests.browser.pages.pictures import look
from tests.model_server import ModelServer, Play

AUTO = replace(MIXTURE, pace=Pace(auto=Auto()))
BLUE = "The sky is blue since air scatters short waves of sunlight the most."
WIZARD = "Ask the wizard of the third mountain, who painted everything at dawn."
WRITTEN = "Air scatters blue light the most, whatever wizards say."


@pytest.fixture
def chat(page) -> ChatPage:
    return ChatPage(page)


def asked(server: ModelServer) -> list[str]:
    return [call.body["model"] for call in server.calls]


def writes(body: dict) -> list[str]:
    """The chief's first answer, or the one that it writes from drafts."""
    prompt = "\n".join(message["content"] for message in body["messages"])
    return [WRITTEN if "draft" in prompt.lower() else BLUE]


async def test_one_model_is_enough_and_the_others_can_be_asked_anyway(
    lab, chat, server, go_on
):
    server.plays["chief"] = Play(writes=writes)
    server.plays["ada"] = Play(pieces=["", BLUE], held_until=go_on)
    await chat.open(f"{lab.url}/?preset={encode_mixture(AUTO)}")
    await chat.ask("Why is the sky blue?")
    answer = chat.main.locator(".answer-text")
    await expect(answer).to_have_text(BLUE)
    await look(chat, "auto-first")
    await chat.page.reload()  # before it is judged
    await expect(answer).to_have_text(BLUE)
    go_on.set()
    await chat.answered()
    assert sorted(asked(server)) == ["ada", "chief"]
    await chat.see("One model was enough")
    await chat.see("A second opinion is 100% like it.")
    by = chat.main.locator(".answer-head .by")
    await expect(by).to_have_text("by chief")
    await look(chat, "auto-enough")
    anyway = re.compile("^Ask the others anyway")
    await click(chat.main.get_by_role("button", name=anyway))
    await chat.see(WRITTEN)
    await chat.answered()
    assert sorted(asked(server)[2:]) == ["ben", "chief", "cleo"]
    for version in ("v1", "v2"):
        chip = chat.main.get_by_role(
            "button", name=re.compile(f"Show version {version}")
        )
        await expect(chip).to_be_visible()
    await expect(chat.main.get_by_role("button", name=anyway)).to_have_count(0)
    await look(chat, "auto-anyway")


async def test_a_doubted_answer_is_shown_until_the_others_have_answered(
    lab, chat, server, go_on
):
    server.plays["chief"] = Play(writes=writes)
    server.plays["ada"] = Play(pieces=[WIZARD])
    server.plays["ben"] = Play(pieces=["Ben says ", "so."], held_until=go_on)
    await chat.open(f"{lab.url}/?preset={encode_mixture(AUTO)}")
    await chat.ask("Why is the sky blue?")
    await chat.see("Asked the other models")
    answer = chat.main.locator(".answer-text")
    await expect(answer).to_have_text(BLUE)
    await look(chat, "auto-doubted")
    await chat.page.reload()
    await expect(answer).to_have_text(BLUE)
    await expect(chat.main.locator(".answer h3")).to_have_text("First answer")
    await chat.see("Asked the other models")
    go_on.set()
    await expect(answer).to_have_text(WRITTEN)
    await chat.answered()
    assert sorted(asked(server)) == ["ada", "ben", "chief", "chief", "cleo"]
    await expect(chat.main.locator(".answer-head .by")).to_have_text(
        "by chief · from 3 drafts"
    )
    await click(chat.main.get_by_text("First answer, by one model"))
    await chat.see(BLUE)
    await look(chat, "auto-asked")
    await chat.page.reload()
    await expect(answer).to_have_text(WRITTEN)
