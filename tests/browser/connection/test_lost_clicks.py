"""What one clicks while the page is being drawn, or is on its way, is done."""

import re
import threading

import pytest
from playwright.async_api import expect

from moa_core.mixture.links import encode_mixture
from tests.browser.app.held_socket import HeldSocket
from tests.browser.app.lab import mixture
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import press_shortcut
from tests.model_server import Play

LINK = f"/?preset={encode_mixture(mixture('ada', aggregator='solo'))}"


@pytest.fixture
def go_on(server):
    """What ``solo`` waits for before it ends an answer."""
    lock = threading.Event()
    pieces = ["This is what solo ", "says."]
    server.plays["solo"] = Play(pieces=pieces, held_until=lock)
    yield lock
    lock.set()


async def test_a_new_chat_stays_open_when_the_run_that_was_left_ends(lab, page, go_on):
    socket = await HeldSocket().put_before(page)
    chat = await ChatPage(page).open(lab.url + LINK)
    await chat.ask("Why is the sky blue?")
    await expect(chat.stop).to_be_visible()
    await page.wait_for_url(re.compile("c="))
    socket.hold()
    await press_shortcut(page, "Control+Shift+O")
    await socket.answered()
    await page.keyboard.press("Escape")
    await chat.see("Stopped.")
    await socket.answered()  # the old chat's run has ended
    socket.let_go()
    await expect(chat.questions).to_have_count(0)
    await expect(page).not_to_have_url(re.compile("c="))


async def test_a_new_chat_opens_from_another_page_whatever_is_pressed_there(lab, page):
    socket = await HeldSocket().put_before(page)
    chat = ChatPage(page)
    await page.goto(f"{lab.url}/spend")
    await expect(page.get_by_role("heading", name="Spend", exact=True)).to_be_visible()
    await chat.settled()
    socket.hold()
    await press_shortcut(page, "Control+Shift+O")
    await socket.answered()
    await press_shortcut(page, "Control+K")
    await socket.answered()
    socket.let_go()
    await expect(chat.composer).to_be_visible()
    await expect(page).not_to_have_url(re.compile("spend"))
