"""Measures what a run costs a browser that shows it, and how soon it shows a stop.

`python -m bench view` measures this checkout; `python -m bench.browser.view FOLDER ...`
others and this one in turn: theirs by their own code, of which this file is none.
"""

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from playwright.async_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Page,
    async_playwright,
)

from bench import models
from bench.app import AppProcess
from bench.figures import Figures, say
from bench.model_server import ModelServers
from bench.models import Work, model_text
from tests.browser.app.chromium import arguments, executable_path

COLUMNS: Final = 6
# This module runs in older checkouts as well, by their models.
WritingPace: Final = getattr(models, "WritingPace", None) or models.Pace  # type: ignore[attr-defined]
PACE: Final = WritingPace(tokens=400, per_s=50)
TIMES: Final = 3
TURNS: Final = 2
"""How often checkouts are measured in turn."""

_WATCH: Final = Path(__file__).with_suffix(".js")
_PATIENCE_MS: Final = 120_000
_SETTLE_MS: Final = 1_000  # what is drawn of a run that has ended
_WRITE_MS: Final = 1_500  # how long models write before they are stopped
_LEAST_CHARS: Final = 16
"""So many characters of one text do not occur in another."""


def measure_view() -> Figures:
    """Watch runs of six columns and a synthesis in Chromium, and stop some."""
    with ModelServers() as servers:
        app = AppProcess(servers)
        paces = [WritingPace(20, 50), *[PACE] * 2 * TIMES]  # the first warms up
        works = [
            Work.of(f"view{number}", servers.names, 1, COLUMNS, pace)
            for number, pace in enumerate(paces)
        ]
        uids = app.seed(work.config for work in works)
        with app:
            addresses = [f"{app.url}/?c={uid}" for uid in uids]
            pairs = list(zip(addresses, works, strict=True))
            watched, stops_s = asyncio.run(_measured(pairs))
    names = watched[0].keys()
    medians = {
        name: statistics.median(each[name] for each in watched) for name in names
    }
    return {
        **medians,
        "view_stop_s": statistics.median(stops_s),
        "view_stop_s_slowest": max(stops_s),
    }


async def _measured(
    pairs: Sequence[tuple[str, Work]],
) -> tuple[list[Figures], list[float]]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable_path(), args=arguments()
        )
        visitor = await _visitor(browser)
        _, *watched = [await _watch(visitor, *each) for each in pairs[: TIMES + 1]]
        stops_s = [await _stop(visitor, *each) for each in pairs[TIMES + 1 :]]
        await browser.close()
    for figures in watched:
        say(f"view: {', '.join(f'{n[5:]} {v:.4g}' for n, v in figures.items())}")
    say(f"view: stopped after {', '.join(f'{s:.2f}' for s in stops_s)} s")
    return watched, stops_s


async def _visitor(browser: Browser) -> BrowserContext:
    visitor = await browser.new_context(viewport={"width": 1440, "height": 900})
    await visitor.add_init_script(path=_WATCH)
    return visitor


async def _ask(page: Page, address: str, work: Work) -> CDPSession:
    """Open a conversation and ask in it; returns a counter that begins there."""
    await page.goto(address)
    field = page.get_by_test_id("stChatInput").locator("textarea")
    await field.fill("What does a browser do for it?")
    said = (_plain(model_text(agent.model))[0] for agent in work.config.agents)
    texts = [each[:_LEAST_CHARS] for each in said]
    await page.evaluate("texts => watch.begin(texts)", texts)
    counter = await page.context.new_cdp_session(page)
    await counter.send("Performance.enable", {"timeDomain": "threadTicks"})
    return counter


async def _watch(visitor: BrowserContext, address: str, work: Work) -> Figures:
    """Follow a run to its end."""
    page = await visitor.new_page()
    counter = await _ask(page, address, work)
    before = await _used(counter)
    await page.keyboard.press("Enter")
    answer = model_text(work.config.aggregator.model)
    last = page.get_by_text(_plain(answer)[-1])
    await last.last.wait_for(state="attached", timeout=_PATIENCE_MS)
    await page.wait_for_timeout(_SETTLE_MS)
    after, seen = await _used(counter), await page.evaluate("watch.end()")
    await page.close()
    return _figures(seen) | {
        "view_thread_s": after["TaskDuration"] - before["TaskDuration"],
        "view_script_s": after["ScriptDuration"] - before["ScriptDuration"],
    }


def _figures(seen: dict[str, Any]) -> Figures:
    frames_ms = [later - earlier for earlier, later in pairwise(seen["frames"])]
    return {
        "view_text_s": seen["textMs"] / 1000,
        "view_frames": len(frames_ms),
        "view_frames_over_34_ms": sum(ms > 34 for ms in frames_ms),
        "view_frames_over_100_ms": sum(ms > 100 for ms in frames_ms),
        "view_longest_frame_ms": max(frames_ms),
        "view_long_tasks": len(seen["tasks"]),
        "view_long_tasks_ms": sum(seen["tasks"]),
        "view_layout_shift": seen["shift"],
    }


async def _stop(visitor: BrowserContext, address: str, work: Work) -> float:
    """Seconds from a click on Stop until the page says so."""
    page = await visitor.new_page()
    await _ask(page, address, work)
    await page.keyboard.press("Enter")
    button = page.get_by_role("button", name=re.compile(r"^(stop )?Stop$"))
    await button.first.wait_for(timeout=_PATIENCE_MS)
    await page.wait_for_timeout(_WRITE_MS)
    handle = await button.first.element_handle()
    taken_ms: float = await page.evaluate("b => watch.clicked(b, 'Stopped')", handle)
    await page.close()
    return taken_ms / 1000


async def _used(counter: CDPSession) -> dict[str, float]:
    """Seconds of CPU that the page's main thread has used so far, by kind."""
    counted = await counter.send("Performance.getMetrics")
    return {each["name"]: each["value"] for each in counted["metrics"]}


def _plain(text: str) -> list[str]:
    """What of a Markdown text stands on the page as it is, in order."""
    pieces = (piece.strip(" .") for piece in re.split(r"[*#\n-]+", text))
    return [piece for piece in pieces if len(piece) >= _LEAST_CHARS]


def _in_turn(folders: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Name and figures of each checkout, this one last, some times."""
    here = Path(__file__).parents[2]
    for _ in range(TURNS):
        for root in (*map(Path, folders), here):
            environment = {**os.environ, "PYTHONPATH": str(root.resolve())}
            command = [sys.executable, __file__]
            yield (
                root.name,
                subprocess.check_output(command, cwd=root, env=environment, text=True),
            )


if __name__ == "__main__":
    if sys.argv[1:]:
        for name, figures in _in_turn(sys.argv[1:]):
            print(f"{name}: {figures}", end="", flush=True)
    else:
        rounded = {name: float(f"{v:.4g}") for name, v in measure_view().items()}
        print(json.dumps(rounded))
