"""axe-core finds nothing serious on any page: light and dark, wide and on a phone."""

import threading
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.async_api import Page, expect

from moa_core.mixture.links import encode_mixture
from tests.browser.app.lab import MIXTURE, NAMES, says
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.duel_page import DuelPage
from tests.browser.pages.hand import click
from tests.model_server import ModelServer, Play

WITH_HEADINGS = "# One\n\n### Three\n\nText.\n\n```py\nx = 1\n```\n"
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
WIDTHS = (1440, 390)
SCROLLERS_TAKE_FOCUS = """() =>
  [...document.querySelectorAll("[data-testid=stHorizontalBlock]")].every(
    row => row.scrollWidth <= row.clientWidth
      || row.querySelector("a[href], button, input, select, textarea, [tabindex]")
      || row.tabIndex === 0)
  && [...document.querySelectorAll(".polyphony .sideways")].every(
    box => box.scrollWidth <= box.clientWidth || box.tabIndex === 0)
  && !document.querySelector('[data-testid=stElementContainer] [aria-label="Open"]')"""
"""Scripts give it to them, and names to buttons, soon after something was drawn."""

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
UNNAMED = r"""() => {
  const root = document.querySelector('[role="dialog"]') ?? document.body;
  axe.setup(root);
  const names = [...root.querySelectorAll("button:not([role=radio])")]
    .filter(each => each.checkVisibility({ visibilityProperty: true }))
    .map(each => axe.commons.text.accessibleText(each).trim() || each.innerText.trim());
  axe.teardown();
  const icons = names.filter(name => !name || /\bicon$|^[a-z]+(_[a-z]+)+$/.test(name));
  const alike = names.filter((name, at) => names.indexOf(name) !== at);
  return [
    ...icons.map(name => `a button is called "${name}"`),
    ...alike.filter(name => !/^(Help: |Menu of )/.test(name))
      .map(name => `two buttons are called "${name}"`)];
}"""
"""Help is the same wherever it is offered; a chat's menu stands in two lists."""

UNLEVELLED = """() => {
  if (document.querySelector('[role="dialog"]')) return [];
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .filter(each => each.checkVisibility())
    .map(each => [Number(each.ariaLevel ?? each.tagName[1]), each.textContent]);
  return levels.flatMap(([level, text], at) =>
    level > (at ? levels[at - 1][0] : 0) + 1 ? [`"${text}" skips a level`] : []);
}"""


@pytest.mark.slow
@pytest.mark.timeout(600)  # a dozen states in one session
@pytest.mark.parametrize("part", ["chat", "compare", "pages"])
async def test_no_state_has_a_serious_violation(
    lab: RunningApp, server: ModelServer, page: Page, part: str, go_on: threading.Event
) -> None:
    chat, found, themes = ChatPage(page), [], ["light", "dark"]
    states = {
        "chat": lambda: chat_states(chat, lab.url, server, go_on),
        "compare": lambda: compare_states(chat, lab.url, server, go_on),
        "pages": lambda: page_states(chat, lab.url),
    }
    await appear(page, themes[0])
    async for name in states[part]():
        found += await seen_by_axe(page, f"{name}, {themes[0]}", ALL_RULES)
        for each in (UNNAMED, UNLEVELLED):
            await page.wait_for_function(SCROLLERS_TAKE_FOCUS)
            found += [f"{name}: {told}" for told in await page.evaluate(each)]
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
    for width in reversed(WIDTHS):  # it ends as wide as one clicks in it
        await page.set_viewport_size({"width": width, "height": 900})
        await page.wait_for_function(SCROLLERS_TAKE_FOCUS)
        if not await page.evaluate("'axe' in window"):
            await page.evaluate(AXE)
        told = await page.evaluate(VIOLATIONS, rules)
        found += [f"{state}, {width} px: {each}" for each in told]
    return found


async def chat_states(
    chat: ChatPage, url: str, server: ModelServer, go_on: threading.Event
) -> AsyncIterator[str]:
    async for name in runs(chat, url, server, go_on):
        yield name
    async for name in ways_to_read(chat):
        yield name


async def runs(
    chat: ChatPage, url: str, server: ModelServer, go_on: threading.Event
) -> AsyncIterator[str]:
    """A chat from its beginning on: nothing, a run, a model that fails, the answer."""
    await chat.open(f"{url}/?preset={encode_mixture(MIXTURE)}")
    yield "new chat"
    server.plays["cleo"] = says("cleo", held_until=go_on)
    await chat.ask("Is every control named?")
    await chat.see("This is what ada says.")
    yield "running chat"
    go_on.set()
    await chat.answered()
    yield "finished chat"
    for name in NAMES:
        server.plays[name] = Play(status=401 if name == "chief" else 400)
    await chat.ask_on("Are errors said?")
    yield "a run of which all failed"
    for name in NAMES:
        server.plays[name] = says(name)
    server.plays["ben"] = Play(status=400)
    server.plays["ada"] = Play(pieces=[WITH_HEADINGS])
    await chat.ask_on("Are headings levelled?")


async def ways_to_read(chat: ChatPage) -> AsyncIterator[str]:
    """The proposals of a run, and what there is below its answer."""
    button = partial(chat.main.get_by_role, "button")
    await click(chat.layer(1))
    yield "its layer open, with headings and a model that failed"
    for name in ("Expand ada", "Two at a time", "Full length"):
        await click(
            button(name=f"{name}, layer 1, question 3").or_(
                button(name=f"{name}, Layer 1, question 3")
            )
        )
        yield name
    await click(chat.main.locator('[class*="-calls"] summary').last)
    await click(chat.main.get_by_text("Timeline", exact=True))
    await chat.settled()
    yield "timeline"
    await click(button(name="More for the answer, question 3"))
    await click(chat.page.get_by_role("menuitem", name="Replay"))
    await expect(button(name="End replay")).to_be_visible()
    yield "replay"
    await click(button(name="End replay"))
    await chat.mixture.open()
    await chat.settled()
    yield "the mixture's sheet"
    await chat.mixture.done()


async def compare_states(
    chat: ChatPage, url: str, server: ModelServer, go_on: threading.Event
) -> AsyncIterator[str]:
    """A chat's texts side by side; a blind duel under way, to be judged and judged."""
    await chat.open(f"{url}/?preset={encode_mixture(MIXTURE)}")
    await chat.ask_on("Who is read aloud?")
    address = chat.page.url.partition("?")[2]
    for view in ("proposals", "mix", "duel", "scoreboard"):
        await chat.page.goto(f"{url}/compare?view={view}&{address}")
        await drawn(chat, "Compare")
        yield f"compare, {view}"
    server.plays["chief"] = says("chief", held_until=go_on)
    await chat.page.goto(f"{url}/compare?view=duel&{address}")
    tab = DuelPage(chat.page)
    await drawn(chat, "Compare")
    await tab.start("Who is read aloud?")
    await expect(chat.page.get_by_text("sides are answering").first).to_be_visible()
    yield "a duel under way"
    go_on.set()
    await tab.can_vote()
    yield "a blind vote"
    await tab.vote("A is better")
    yield "a duel with its vote"


async def page_states(chat: ChatPage, url: str) -> AsyncIterator[str]:
    """The other pages, and what opens over them."""
    page = chat.page
    for name in ("history", "spend", "presets", "settings"):
        await page.goto(f"{url}/{name}")
        await drawn(chat, name.capitalize())
        yield name
    await click(chat.main.get_by_text("Add endpoint", exact=True))
    await expect(chat.main.get_by_role("textbox", name="Base URL")).to_be_visible()
    await chat.settled()
    yield "the form of an endpoint"
    await page.keyboard.press("Control+K")
    await page.get_by_role("searchbox", name="Search").fill("named")
    await chat.settled()
    yield "search"
    await chat.open(url)
    await chat.ask_on("What has a menu?")
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
