"""Whether the page keeps up when twenty people follow twenty runs at once."""

import asyncio
import statistics
import time
from contextlib import AsyncExitStack

from bench.app import AppProcess, Visitor
from bench.figures import Figures, say
from bench.models import ModelServers, Work
from bench.page import COLUMNS, PACE, check_texts, expected, updates_hz

VISITORS = 20


def measure_crowd() -> Figures:
    """Follow twenty runs from twenty browsers and count what each gets to see."""
    with ModelServers() as servers:
        works = [
            Work.of(f"visitor{number}", servers.names, 1, COLUMNS, PACE)
            for number in range(VISITORS)
        ]
        app = AppProcess(servers)
        uids = app.seed(work.config for work in works)
        with app:
            return asyncio.run(_follow_all(app, uids, works))


async def _follow_all(app: AppProcess, uids: list[str], works: list[Work]) -> Figures:
    async with AsyncExitStack() as stack:
        visitors = [
            await stack.enter_async_context(Visitor(app.address, uid)) for uid in uids
        ]
        began_s, cpu_s = time.monotonic(), app.cpu_s()
        await asyncio.gather(*(v.ask("Can you all keep up?") for v in visitors))
        wall_s, cpu_s = time.monotonic() - began_s, app.cpu_s() - cpu_s
        rates = [
            updates_hz(visitor.drawn, expected(work.config)[-1])
            for visitor, work in zip(visitors, works, strict=True)
        ]
        for visitor, work in zip(visitors, works, strict=True):
            await check_texts(visitor, work.config)
    say(
        f"crowd: {VISITORS} runs in {wall_s:.1f} s, ideal {works[0].ideal_s:.1f} s; "
        f"{min(rates):.1f} to {max(rates):.1f} updates a second each"
    )
    return {
        "page_updates_hz_20": min(rates),
        "page_updates_hz_20_median": statistics.median(rates),
        "page_server_cpu_s_per_run_20": cpu_s / VISITORS,
        "page_wall_ratio_20": wall_s / works[0].ideal_s,
    }
