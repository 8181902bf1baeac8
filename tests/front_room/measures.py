"""Measures the page: columns, foot, layout shift, tab stops, and pages that open."""

import time
from typing import Final

from playwright.async_api import expect

from tests.front_room.points import Row
from tests.front_room.stage import (
    ANSWER,
    QUESTION,
    THREE,
    Evidence,
    Stage,
    first_words,
    last_words,
)
from tests.front_room.watching import COLUMNS, columns_a_row

FOOT_PX = 130
SHIFT = 0.1
PAGES = ("History", "Settings", "Compare", "Presets", "Spend")


async def columns(stage: Stage, seen: Evidence) -> None:
    for width, least in COLUMNS.items():
        count, px = await columns_a_row(stage, width)
        seen.saw(f"{width} px: {count} of {px} px")
        seen.need(count >= least, f"{least} are wanted")


async def foot(stage: Stage, seen: Evidence) -> None:
    async with stage.answered() as visitor:
        px = await visitor.foot_px()
        seen.saw(f"{px} px of 900")
        seen.need(px <= FOOT_PX, f"at most {FOOT_PX} are wanted")


async def layout_shift(stage: Stage, seen: Evidence) -> None:
    """Of a run that is watched from its question to its answer, without a click."""
    async with stage.visit() as visitor:
        end = stage.play()
        await visitor.open(THREE)
        await visitor.watch_shifts()
        await visitor.ask(QUESTION)
        seen.need(
            await visitor.sees(first_words("ada"), visitor.patience_ms), "no text"
        )
        await visitor.page.wait_for_timeout(2000)
        end.set()
        came = await visitor.sees(last_words(ANSWER), visitor.patience_ms)
        seen.need(came, "no answer")
        await visitor.ended()
        await visitor.page.wait_for_timeout(1500)
        shift = await visitor.shift()
        seen.saw(f"{shift:.3f}")
        seen.need(shift <= SHIFT, f"at most {SHIFT} is wanted")


async def tab_stops(stage: Stage, seen: Evidence) -> None:
    async with stage.visit() as visitor:
        await visitor.open()
        for _ in range(20):
            if await visitor.composer_has_focus():
                break
            await visitor.page.wait_for_timeout(100)
        stops = await visitor.tab_stops_to_composer()
        seen.saw(str(stops))
        seen.need(stops == 0, "0 are wanted")


async def pages(stage: Stage, seen: Evidence) -> None:
    """From the click in the sidebar to the drawn page, each page."""
    async with stage.visit() as visitor:
        for name in PAGES:
            await visitor.open()
            link = visitor.control(
                rf"^(\w+ )?({name}{'|All ch.*' * (name == 'History')})$"
            )
            seen.need(await visitor.soon(link), f"no link to {name}")
            began = time.monotonic()
            await link.first.click()
            heading = visitor.page.get_by_role("heading", name=name, exact=True)
            await expect(heading).to_be_visible()
            await visitor.idle()
            seen.saw(f"{name} {time.monotonic() - began:.2f} s")


MEASURES: Final[dict[str, Row]] = {
    "columns a row": columns,
    "height of the foot": foot,
    "layout shift of a run": layout_shift,
    "tab stops to the composer": tab_stops,
    "a page opens": pages,
}
