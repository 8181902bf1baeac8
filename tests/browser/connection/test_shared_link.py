"""Whoever opens a shared link can look, and do nothing, until the link is revoked."""

import json
import re

import pytest
from playwright.async_api import Page, WebSocket, expect

from pages.widgets.sharing.page_of_link import NOTHING
from tests.browser.accessibility.axe import (
    ALL_RULES,
    UNLEVELLED,
    UNNAMED,
    WIDTHS,
    appear,
    found_at_rest,
    seen_by_axe,
)
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click

READS: str = (
    r"Skip to main content|Copy |Layer \d|Show .*, layer \d|Expand |Full length|"
    r"Two at a time|Scroll together|Earlier columns|Later columns"
)
"""What helps to read, and changes nothing."""

CONTROLS = """() => [...document.querySelectorAll(
    "button, a[href], input, textarea, select, [role=button], [role=menu], summary")]
  .filter(each => each.checkVisibility())
  .map(each => each.getAttribute("aria-label") || each.innerText || each.outerHTML)"""


@pytest.mark.slow
async def test_a_visitor_looks_and_can_do_nothing(lab: RunningApp, page: Page) -> None:
    chat = await ChatPage(page).open(lab.url)
    await chat.ask_on("What may visitors see?")
    address = await shared(page)
    uids = set(re.findall(r"[0-9a-f]{32}", page.url))
    frames: list[str] = []
    page.on("websocket", lambda socket: hear(socket, frames))
    await page.goto(address)
    await expect(page.locator(".polyphony .answer-text")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("visitors")
    await click(page.get_by_role("button", name=re.compile("^Layer 1")))
    controls = await page.evaluate(CONTROLS)
    assert controls
    assert [each for each in controls if not re.match(READS, each)] == []
    await expect(page.get_by_test_id("stSidebar")).to_have_count(0)
    told = [frame for frame in frames if frame.startswith("{")]
    assert [json.loads(frame).get("end") for frame in told] == [None, "done"]
    assert uids
    for word in (*uids, "$", "tokens", "endpoint"):
        assert word not in "".join(told)
    found = []
    for theme in ("light", "dark"):
        await appear(page, theme)
        found += await seen_by_axe(page, f"shared, {theme}", ALL_RULES, WIDTHS)
    for each in (UNNAMED, UNLEVELLED):
        found += await found_at_rest(page, each)
    assert not found
    await revoke(page, lab.url)
    await page.goto(address)
    await expect(page.get_by_text(NOTHING)).to_be_visible()
    await expect(page.locator(".polyphony")).to_have_count(0)


def hear(socket: WebSocket, frames: list[str]) -> None:
    """Write down what the socket of runs is told."""
    if socket.url.endswith("/runs/stream"):
        socket.on("framereceived", lambda frame: frames.append(str(frame)))


async def shared(page: Page) -> str:
    """Share the answer that stands there; gives the link."""
    await click(page.get_by_role("button", name="More for the answer").last)
    await click(page.get_by_role("menuitem", name="Share"))
    await click(page.get_by_role("button", name="Create link"))
    link = page.get_by_role("dialog").get_by_text(re.compile(r"/\?s="))
    return (await link.inner_text()).strip()


async def revoke(page: Page, url: str) -> None:
    """Revoke the newest link in Settings."""
    await page.goto(f"{url}/settings")
    await click(page.get_by_role("button", name="Revoke").first)
    await expect(page.get_by_role("button", name="Undo").first).to_be_visible()
