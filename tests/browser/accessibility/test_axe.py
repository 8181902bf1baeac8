"""axe-core finds nothing serious on any page: light and dark, wide and on a phone."""

import threading
from collections.abc import AsyncIterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.async_api import Page, expect

from moa_core.mixture.links import encode_mixture
from tests.browser.app.lab import MIXTURE, says
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click
from tests.model_server import ModelServer

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
WIDTHS = (1440, 390)
SCROLLERS_TAKE_FOCUS = """() =>
  [...document.querySelectorAll("[data-testid=stHorizontalBlock]")].every(
    row => row.scrollWidth <= row.clientWidth
      || row.querySelector("a[href], button, input, select, textarea, [tabindex]")
      || row.tabIndex === 0)"""
"""A script gives it to them soon after something was drawn."""

ALL_RULES: dict[str, object] = {}
COLOURS: dict[str, object] = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""The rules that look at colours: the others see the same in both themes."""

APPEARS = """theme => {
  const app = document.querySelector(".stApp");
  const fades = document.getAnimations().some(each => each instanceof CSSTransition);
  return !app || (getComputedStyle(app).colorScheme === theme && !fades);
}"""
"""Whether the page stands there in a theme, or will when it comes."""

VIOLATIONS = """async rules => {
  const found = await axe.run(document, { resultTypes: ["violations"], ...rules });
  return found.violations
    .filter(each => ["serious", "critical"].includes(each.impact))
    .map(each => `${each.id} (${each.impact}): ` + each.nodes.slice(0, 4).map(
      node => `${node.html.slice(0, 160)} [${node.any.map(check => check.message)}]`));
}"""


@pytest.mark.slow
async def test_no_page_has_a_serious_violation(
    lab: RunningApp, server: ModelServer, page: Page
) -> None:
    found, themes = [], ["light", "dark"]
    await appear(page, themes[0])
    async for name in states(page, lab.url, server):
        found += await seen_by_axe(page, f"{name}, {themes[0]}", ALL_RULES)
        themes.reverse()  # the next state begins in the theme that this one ends in
        await appear(page, themes[0])
        found += await seen_by_axe(page, f"{name}, {themes[0]}", COLOURS)
    assert not found, "\n".join(found)


async def appear(page: Page, theme: str) -> None:
    """Have the page in another theme: only its colours change."""
    await page.emulate_media(color_scheme=theme)
    await page.wait_for_function(APPEARS, arg=theme)


async def seen_by_axe(page: Page, state: str, rules: dict[str, object]) -> list[str]:
    """What axe-core finds at each width, with the state that it was found in."""
    found = []
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        found += [
            f"{state}, {width} px: {each}" for each in await violations(page, rules)
        ]
    await page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    return found


async def violations(page: Page, rules: dict[str, object]) -> list[str]:
    """What axe-core finds serious or critical on the page as it stands, in words."""
    await page.wait_for_function(SCROLLERS_TAKE_FOCUS)
    await page.evaluate(AXE)
    told: list[str] = await page.evaluate(VIOLATIONS, rules)
    return told


async def states(page: Page, url: str, server: ModelServer) -> AsyncIterator[str]:
    """Bring the page into every state that it can be read in; give the name of each."""
    chat, end = ChatPage(page), threading.Event()
    await chat.open(f"{url}/?preset={encode_mixture(MIXTURE)}")
    yield "new chat"
    server.plays["cleo"] = says("cleo", held_until=end)
    await chat.ask("Is every control named?")
    await chat.see("This is what ada says.")
    yield "running chat"
    end.set()
    await chat.answered()
    yield "finished chat"
    await click(chat.layer(1))
    await chat.settled()
    yield "finished chat with its layer open"
    address = page.url.partition("?")[2]
    for view in ("proposals", "mix", "duel", "scoreboard"):
        await page.goto(f"{url}/compare?view={view}&{address}")
        await drawn(chat, "Compare")
        yield f"compare, {view}"
    for name in ("history", "spend", "presets", "settings"):
        await page.goto(f"{url}/{name}")
        await drawn(chat, name.capitalize())
        yield name
    await page.goto(f"{url}/history")
    await drawn(chat, "History")
    await click(page.get_by_role("button", name="Filters"))
    await expect(page.get_by_role("combobox", name="Status")).to_be_visible()
    yield "filters of the history"
    await page.keyboard.press("Escape")
    await click(chat.main.locator('[class*="st-key-menu-"] button').first)
    await click(page.get_by_text("Rename", exact=True))
    await expect(page.get_by_role("dialog")).to_be_visible()
    yield "dialog"


async def drawn(chat: ChatPage, title: str) -> None:
    """Wait until the page of this title stands there."""
    heading = chat.main.get_by_role("heading", name=title, exact=True)
    await expect(heading.first).to_be_visible()
    await chat.settled()
