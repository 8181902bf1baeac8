"""A long chat in a real browser: what is far back rests, and comes back where it is."""

import re

import pytest
from playwright.async_api import expect

from moa_core.messages import Question
from storage.database.sessions import Database
from storage.recording.recorder import Recorder
from storage.recording.runs import Runs
from tests.browser.app.lab import MIXTURE
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click, stands_still
from tests.storage.fabricated import said

TURNS = 14
FAR_BACK = 3
LONG = "\n\n".join(["**Lorem** ipsum dolor sit amet."] * 20)


@pytest.fixture
async def long_chat(lab: RunningApp) -> str:
    """The address of a chat of many turns."""
    database = Database.open(f"sqlite:///{lab.database}")
    runs, recorder = Runs(database), Recorder(database)
    uid = None
    for number in range(TURNS):
        asked = Question(f"Question {number}?")
        begun = runs.begin(asked, MIXTURE, conversation_uid=uid)
        uid = begun.conversation_uid
        await said(recorder, begun, MIXTURE, f"Answer {number}.\n\n{LONG}")
    recorder.close()
    database.close()
    return f"{lab.url}/?c={uid}"


async def test_turns_far_back_can_be_found_opened_and_edited_where_they_are(
    page, long_chat
):
    chat = await ChatPage(page).open(long_chat)
    asked = re.compile(r"^Question \d+\?$")
    headings = chat.main.get_by_role("heading", name=asked, level=2)
    await expect(headings).to_have_count(TURNS)
    await expect(chat.main.get_by_text("Answer 0.")).to_have_count(1)
    await expect(chat.questions.last).to_be_in_viewport()
    await expect(chat.main.locator(".undrawn")).to_have_count(0)
    answers = chat.main.locator(".polyphony .answer")
    drawn_whole = await answers.count()

    turn = chat.questions.nth(FAR_BACK)
    opener = chat.main.get_by_role("button", name="Layers, versions and costs")
    await opener.nth(FAR_BACK).focus()
    await stands_still(turn)
    before = await turn.bounding_box()
    await page.keyboard.press("Enter")
    await expect(answers).to_have_count(drawn_whole + 1)
    await expect(turn).to_be_focused()
    after = await turn.bounding_box()
    assert abs(after["y"] - before["y"]) < 10

    earlier = chat.questions.nth(FAR_BACK - 1)
    await click(earlier.get_by_role("button", name="Edit question"))
    await page.keyboard.type(" And then?")
    field = earlier.get_by_role("textbox", name="Your question")
    await expect(field).to_have_value(f"Question {FAR_BACK - 1}? And then?")
    await page.keyboard.press("Escape")
    await expect(earlier.get_by_role("button", name="Edit question")).to_be_focused()
    await expect(answers).to_have_count(drawn_whole + 1)
