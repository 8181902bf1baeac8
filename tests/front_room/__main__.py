"""Tries the first five minutes in a browser, and measures the page.

`python -m tests.front_room` prints a table of the sixteen points of a newcomer, each
with its evidence, and one of figures; it starts its own apps and models, and needs no
key and no network. `--root FOLDER` does so with another checkout, such as an earlier
version. The exit code is the number of points that fail.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

from tests.browser.app.chromium import arguments, executable_path
from tests.browser.app.lab import NAMES
from tests.browser.app.running_app import ROOT
from tests.front_room.measures import MEASURES
from tests.front_room.points import POINTS
from tests.front_room.running import lab_environment, local_server, running_app
from tests.front_room.stage import Stage
from tests.model_server import ModelServer

Tried = tuple[bool, str]


def main() -> int:
    """Try everything, print it, and return how many points fail."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.front_room", description=__doc__
    )
    parser.add_argument("--root", type=Path, default=ROOT, help="another checkout")
    parser.add_argument("--only", metavar="TEXT", help="rows whose name holds it")
    options = parser.parse_args()
    with ExitStack() as stack:
        server = stack.enter_context(ModelServer())
        server.models = {"data": [{"id": name} for name in (*NAMES, "dora")]}
        lab, _ = stack.enter_context(
            running_app(options.root, **lab_environment(server.url))
        )
        bare, start_s = stack.enter_context(
            running_app(options.root, POLYPHONY_LOCAL_SERVERS="on")
        )
        offer = stack.enter_context(local_server())

        async def on_stage() -> int:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=executable_path(), args=arguments()
                )
                stage = Stage(browser, lab, bare, start_s, server, offer)
                return await _try_all(stage, options.only or "")

        return asyncio.run(on_stage())


async def _try_all(stage: Stage, only: str) -> int:
    points = await _table(stage, "point", POINTS, only)
    await _table(stage, "measured", MEASURES, only)
    if points:
        print(f"\n{sum(points)} of {len(points)}")
    return len(points) - sum(points)


async def _table(
    stage: Stage,
    title: str,
    rows: Mapping[str, Callable[[Stage], Awaitable[str]]],
    only: str,
) -> list[bool]:
    chosen = {name: row for name, row in rows.items() if only in name}
    if not chosen:
        return []
    print(f"\n| # | {title} | | evidence |\n|--:|---|---|---|", flush=True)
    results = []
    for number, (name, row) in enumerate(chosen.items(), 1):
        holds, told = await _try(stage, row)
        results.append(holds)
        sign = "yes" if holds else "**no**"
        print(f"| {number} | {name} | {sign} | {told} |", flush=True)
    return results


async def _try(stage: Stage, row: Callable[[Stage], Awaitable[str]]) -> Tried:
    stage.server.forget()
    try:
        return True, await row(stage)
    except (AssertionError, PlaywrightError) as error:
        lines = str(error).strip().splitlines()
        return False, lines[0].replace("|", "/") if lines else type(error).__name__


if __name__ == "__main__":
    sys.exit(main())
