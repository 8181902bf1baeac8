"""The keyboard alone does what one does in a chat, and the focus is never lost."""

import threading

import pytest
from playwright.async_api import Page, expect

from moa_core.mixture.links import encode_mixture
from tests.browser.app.lab import MIXTURE, mixture, says
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.keyboard import Keyboard
from tests.model_server import ModelServer

CARET_AT_END = """() => {
  const { selectionStart, value } = document.activeElement;
  return selectionStart === value.length;
}"""


@pytest.mark.slow
async def test_the_main_path_needs_no_mouse(
    lab: RunningApp, server: ModelServer, page: Page, go_on: threading.Event
) -> None:
    chat, keys = ChatPage(page), Keyboard(page)
    await chat.open(f"{lab.url}/?preset={encode_mixture(MIXTURE)}")
    server.plays["cleo"] = says("cleo", held_until=go_on)
    await ask_and_stop(chat, keys)
    go_on.set()
    await keys.type("Do keys do it all?")
    await keys.press("Enter")
    await expect(chat.questions).to_have_count(2)
    await chat.answered()
    await read_proposals(chat, keys)
    await retry(chat, keys)
    await add_a_model(chat, keys)
    await search(chat, keys)
    await rename_and_delete(chat, keys)


@pytest.mark.slow
async def test_a_preset_a_vote_and_a_comparison_need_no_mouse(
    lab: RunningApp, server: ModelServer, page: Page
) -> None:
    chat, keys = ChatPage(page), Keyboard(page)
    await chat.open(f"{lab.url}/?preset={encode_mixture(mixture('cleo', 'deputy'))}")
    await save_preset(chat, keys)
    await keys.type("Which is it?")
    await keys.press("Enter")
    await chat.answered()
    await vote_and_undo(chat, keys)
    await mark_differences(chat, keys)


async def save_preset(chat: ChatPage, keys: Keyboard) -> None:
    """In the sheet: what a popover holds is reached, and left, by keys."""
    popover = chat.page.get_by_test_id("stPopoverBody")
    await keys.go_to("Custom")
    await keys.press("Enter")
    await keys.go_to("Save as preset")
    await keys.press("Enter")
    await keys.go_to("Name")
    await keys.press("Escape")
    await expect(popover).to_have_count(0)
    await keys.comes_to("Save as preset")
    await keys.press("Enter")
    await keys.go_to("Name")
    await keys.press("Control+A")
    await keys.type("Saved by keys")
    await keys.go_to("Save$")
    await keys.press("Enter")
    await expect(popover).to_have_count(0)
    await chat.settled()
    await keys.keeps_focus()
    await keys.go_to("Done")
    await keys.press("Enter")
    await expect(chat.page.locator(".st-key-mixture-sheet")).to_have_count(0)
    await chat.settled()
    await keys.keeps_focus()
    await keys.go_to("Ask anything", back=True)


async def vote_and_undo(chat: ChatPage, keys: Keyboard) -> None:
    await keys.go_to("Did the mix help", back=True)
    await keys.press("Enter")
    await expect(chat.page.get_by_role("button", name="A is better")).to_be_visible()
    await keys.go_to("A is better")
    await keys.press("Enter")
    await expect(chat.main.get_by_text("You chose")).to_be_visible()
    await chat.settled()
    await keys.keeps_focus()
    if not (await keys.focused()).startswith("Undo"):
        await keys.go_to("Undo")
    await keys.press("Enter")
    await expect(chat.page.get_by_role("button", name="A is better")).to_be_visible()


async def mark_differences(chat: ChatPage, keys: Keyboard) -> None:
    await chat.settled()
    await keys.go_to("Did the mix help|Proposals|Duel")
    await keys.go_to("Compare$", back=True)
    await keys.press("Enter")
    await chat.settled()
    await keys.go_to("Proposals")
    await keys.press("Enter")
    await keys.go_to("Off$")
    await keys.press("ArrowRight", "Enter")
    await expect(chat.main.locator(".difference").first).to_be_visible()
    await chat.settled()
    await keys.go_to("Expand")
    await keys.press("Enter")
    await chat.settled()
    await keys.comes_to("Show all columns")


async def ask_and_stop(chat: ChatPage, keys: Keyboard) -> None:
    await expect(chat.composer).to_be_focused()
    await keys.type("Can it be stopped?")
    await keys.press("Enter")
    await chat.see("This is what ada says.")
    await keys.go_to("Stop$", back=True)
    await keys.press("Enter")
    await chat.see("Stopped.")
    await chat.answered()
    await expect(chat.composer).to_be_focused()


async def read_proposals(chat: ChatPage, keys: Keyboard) -> None:
    """Open the layer, read one alone, the next, and all of them again."""
    await keys.go_to("Layer 1, question 2", back=True)
    await keys.press("Enter")
    await expect(chat.columns).to_have_count(6)  # those that were stopped stand open
    await keys.go_to("Expand ada, layer 1, question 2")
    await keys.press("Enter")
    await expect(chat.columns).to_have_count(4)
    await keys.press("ArrowRight")
    await expect(chat.columns.last).to_contain_text("This is what ben says.")
    await keys.press("ArrowLeft")
    await keys.press("Escape")
    await expect(chat.columns).to_have_count(6)
    await keys.comes_to("Expand ada, layer 1, question 2")


async def retry(chat: ChatPage, keys: Keyboard) -> None:
    await keys.go_to("More for ada, layer 1, question 2", back=True)
    await keys.press("Enter")
    await keys.choose("Retry")
    new = chat.main.get_by_role("button", name="Show version new proposal")
    await expect(new).to_be_visible()
    await chat.settled()
    await keys.keeps_focus()


async def add_a_model(chat: ChatPage, keys: Keyboard) -> None:
    """In the sheet of the mixture; Enter takes the best match."""
    await keys.go_to("Custom")
    await keys.press("Enter")
    await keys.go_to("Add a model to layer 1")
    await keys.type("deputy")
    await expect(chat.page.get_by_role("option").first).to_contain_text("deputy")
    await keys.press("Enter")
    sheet = chat.page.locator(".st-key-mixture-sheet")
    await expect(sheet.get_by_text("deputy").first).to_be_visible()
    await chat.settled()
    await keys.go_to("Done")
    await keys.press("Enter")
    await expect(sheet).to_have_count(0)
    await chat.settled()
    await keys.keeps_focus()


async def search(chat: ChatPage, keys: Keyboard) -> None:
    await keys.press("Control+Shift+O")
    await expect(chat.questions).to_have_count(0)
    await keys.press("Control+K")
    await expect(chat.page.get_by_role("searchbox", name="Search")).to_be_focused()
    await keys.type("keys do it all")
    await expect(chat.page.locator(".st-key-hit-0")).to_be_visible()
    await chat.settled()
    await keys.go_to("Can it be stopped")
    await keys.press("Enter")
    await expect(chat.questions).to_have_count(2)
    await chat.settled()
    await keys.keeps_focus()


async def rename_and_delete(chat: ChatPage, keys: Keyboard) -> None:
    """Rename the chat in its menu, delete it, and take that back."""
    entries = chat.page.locator(".st-key-chats")
    await keys.go_to("Menu of “Can it be stopped", back=True)
    await keys.press("Enter")
    await keys.choose("Rename")
    await expect(chat.page.get_by_role("textbox", name="Title")).to_be_focused()
    await chat.page.wait_for_function(CARET_AT_END)  # put there after the focus
    await keys.press("Control+A")
    await keys.type("All by keys")
    await keys.press("Enter")
    await expect(entries).to_contain_text("All by keys")
    await chat.settled()
    await keys.go_to("Menu of “All by keys", back=True)
    await keys.press("Enter")
    await keys.choose("Delete")
    listed = entries.get_by_role("button", name="Menu of “All by keys")
    await expect(listed).to_have_count(0)
    await chat.settled()
    await keys.keeps_focus()
    if not (await keys.focused()).startswith("Undo"):
        await keys.go_to("Undo", back=True)
    await keys.press("Enter")
    await expect(entries).to_contain_text("All by keys")
    await chat.settled()
    await keys.keeps_focus()
