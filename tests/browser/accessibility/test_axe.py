"""axe-core finds nothing serious on any page: light and dark, wide and on a phone."""

import threading
from collections.abc import AsyncIterator
from functools import partial

import pytest
from playwright.async_api import Page, expect

from moa_core.mixture.links import encode_mixture
from tests.browser.accessibility.axe import (
    ALL_RULES,
    LAPTOP,
    PHONE,
    SCROLLERS_TAKE_FOCUS,
    UNLEVELLED,
    UNNAMED,
    appear,
    found_at_rest,
    seen_by_axe,
)
from tests.browser.app.lab import MIXTURE, NAMES, says
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.duel_page import DuelPage
from tests.browser.pages.hand import click
from tests.model_server import ModelServer, Play

WITH_HEADINGS = "# One\n\n### Three\n\nText.\n\n```py\nx = 1\n```\n"


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
        found += await seen_by_axe(page, f"{name}, {themes[0]}", ALL_RULES, [PHONE])
        themes.reverse()  # on a phone, every other state is seen in the dark
        await appear(page, themes[0])
        found += await seen_by_axe(page, f"{name}, {themes[0]}", ALL_RULES, [LAPTOP])
        for each in (UNNAMED, UNLEVELLED):
            await page.wait_for_function(SCROLLERS_TAKE_FOCUS, polling=50)
            found += [f"{name}: {told}" for told in await found_at_rest(page, each)]
    assert not found, "\n".join(found)


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
    benchmarks = ("evaluate?view=benchmarks", "evaluate?b=new")
    for name in ("history", "spend", "presets", *benchmarks, "settings"):
        await page.goto(f"{url}/{name}")
        await drawn(chat, name.partition("?")[0].capitalize())
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
