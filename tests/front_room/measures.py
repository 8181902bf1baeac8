"""Measures the page: columns, foot, layout shift, tab stops, and the jobs of a user."""

import re
import time
from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.front_room.points import ANSWER, answered, clicks_to_copy, columns_a_row
from tests.front_room.stage import QUESTION, THREE, Stage, first_words
from tests.front_room.visitor import PATIENCE_MS

Measure = Callable[[Stage], Awaitable[str]]
"""Gives a figure with its unit, in words."""

PAGES = ("History", "Settings", "Compare", "Presets", "Spend")


async def columns(stage: Stage) -> str:
    told = []
    for width in (1280, 1440, 1920):
        count, text_px = await columns_a_row(stage, width)
        told.append(f"{width} px: {count} of {text_px} px")
    return ", ".join(told)


async def foot(stage: Stage) -> str:
    async with stage.visit() as visitor:
        await answered(stage, visitor)
        return f"{await visitor.foot_px()} px of 900"


async def layout_shift(stage: Stage) -> str:
    """Of a run that is watched from its question to its answer, without a click."""
    async with stage.visit() as visitor:
        end = stage.play()
        await visitor.open(THREE)
        await visitor.watch_shifts()
        await visitor.ask(QUESTION)
        assert await visitor.sees(first_words("ada"), PATIENCE_MS)
        await visitor.page.wait_for_timeout(2000)
        end.set()
        assert await visitor.sees(f"Last of {ANSWER}.", PATIENCE_MS)
        await visitor.page.wait_for_timeout(1500)
        return f"{await visitor.shift():.2f}"


async def tab_stops(stage: Stage) -> str:
    async with stage.visit() as visitor:
        await visitor.open()
        await visitor.page.wait_for_timeout(500)
        return f"{await visitor.tab_stops_to_composer()}"


async def first_question(stage: Stage) -> str:
    async with stage.visit() as visitor:
        stage.play().set()
        await visitor.open(THREE)
        await visitor.page.wait_for_timeout(500)
        focused = await visitor.composer_has_focus()
        sent = await visitor.ask(QUESTION)
        assert await visitor.sees(first_words("ada"), PATIENCE_MS)
        first_s = time.monotonic() - sent
        assert await visitor.sees(f"Last of {ANSWER}.", PATIENCE_MS)
        clicks = 0 if focused else 1
        return f"{clicks} clicks, first text {first_s:.2f} s"


async def next_question(stage: Stage) -> str:
    """Whether one can write while models write, and how many clicks come first."""
    async with stage.visit() as visitor:
        end = stage.play()
        await visitor.open(THREE)
        await visitor.ask(QUESTION)
        assert await visitor.sees(first_words("ada"), PATIENCE_MS)
        meanwhile = await visitor.composer.first.is_enabled()
        end.set()
        assert await visitor.sees(f"Last of {ANSWER}.", PATIENCE_MS)
        await visitor.idle()
        clicks = 0 if await visitor.composer_has_focus() else 1
        return f"{clicks} clicks, {'open' if meanwhile else 'closed'} during a run"


async def stopping(stage: Stage) -> str:
    async with stage.visit() as visitor:
        end = stage.play()
        await visitor.open(THREE)
        await visitor.ask(QUESTION)
        assert await visitor.sees(first_words("ada"), PATIENCE_MS)
        stop = visitor.page.get_by_role("button", name=re.compile(r"\bStop\b"))
        await stop.first.click()
        pressed = time.monotonic()
        assert await visitor.sees(re.compile("^Stopped"), PATIENCE_MS)
        took_s = time.monotonic() - pressed
        end.set()
        return f"1 click, {took_s:.2f} s to Stopped"


async def copying(stage: Stage) -> str:
    async with stage.visit() as visitor:
        await answered(stage, visitor)
        return f"{await clicks_to_copy(visitor)} clicks"


async def pages(stage: Stage) -> str:
    """From the click in the sidebar to the drawn page, each page."""
    told = []
    async with stage.visit() as visitor:
        await visitor.open()
        for name in PAGES:
            link = visitor.page.get_by_role("link", name=name, exact=True)
            began = time.monotonic()
            await link.first.click()
            heading = visitor.page.get_by_role("heading", name=name, exact=True)
            await expect(heading).to_be_visible(timeout=PATIENCE_MS)
            await visitor.idle()
            told.append(f"{name} {time.monotonic() - began:.2f} s")
    return ", ".join(told)


async def comparing_twins(stage: Stage) -> str:
    """Of two chats with one title, the one that was opened stays open in Compare."""
    async with stage.visit() as visitor:
        for _ in range(2):
            await answered(stage, visitor)
        opened = re.search(r"c=(\w+)", visitor.page.url)
        await visitor.press("^(compare )?Compare$")
        await expect(visitor.page).to_have_url(re.compile("compare"))
        await visitor.idle()
        await visitor.page.goto(f"{stage.url}/compare?c={opened[1] if opened else ''}")
        await visitor.idle()
        await visitor.click(visitor.main.get_by_text("Word differences"))
        await visitor.idle()
        stays = not opened or opened[1] in visitor.page.url
        return "stays" if stays else "another chat is shown"


MEASURES: dict[str, Measure] = {
    "columns a row": columns,
    "foot height": foot,
    "layout shift of a run": layout_shift,
    "tab stops to the composer": tab_stops,
    "first question": first_question,
    "next question": next_question,
    "stop": stopping,
    "copy the answer": copying,
    "open a page": pages,
    "compare one of two chats of one title": comparing_twins,
}
