"""Measures what runs cost the page: one alone, and twenty with as many visitors."""

import asyncio
import statistics
import time
from contextlib import AsyncExitStack

from bench.app import AppProcess
from bench.figures import Figures, say
from bench.model_server import ModelServers
from bench.models import Work, WritingPace, model_text
from bench.visitors.run_reader import DrawnText, FollowedRun
from bench.visitors.visitor import Visitor
from moa_core.mixture import MoAConfig

COLUMNS = 6
PACE = WritingPace(tokens=400, per_s=50)
TIMES = 3
VISITORS = 20
IDLE_S = 2.0
CERTAIN_CHARS = 20
"""So many characters of one text do not occur in another."""


def measure_page() -> Figures:
    """Follow a run of six columns and a synthesis, 400 tokens each, a few times."""
    with ModelServers() as servers:
        app = AppProcess(servers)
        paces = [WritingPace(5, 50), *[PACE] * TIMES]  # the first warms up
        works = [
            Work.of(f"page{number}", servers.names, 1, COLUMNS, pace)
            for number, pace in enumerate(paces)
        ]
        uids = app.seed(work.config for work in works)
        with app:
            pairs = zip(uids, works, strict=True)
            runs = [asyncio.run(_follow(app, uid, work)) for uid, work in pairs]
    names = runs[-1].keys()
    return {name: statistics.median(run[name] for run in runs[1:]) for name in names}


async def _follow(app: AppProcess, uid: str, work: Work) -> Figures:
    async with Visitor(app.url, uid) as visitor:
        idle_share = await _idle_share(app)
        began_s, cpu_s = time.monotonic(), app.cpu_s()
        received_bytes, messages = visitor.received_bytes, visitor.messages
        run = await visitor.ask("What does the page cost?")
        wall_s = time.monotonic() - began_s
        cpu_s = app.cpu_s() - cpu_s - idle_share * wall_s
        received_bytes = visitor.received_bytes - received_bytes
        messages = visitor.messages - messages
        check_texts(run, work.config)
    text_bytes = sum(len(text.encode()) for text in expected(work.config))
    say(
        f"page: {received_bytes:,} bytes in {messages:,} messages for {text_bytes:,} "
        f"bytes of text; {cpu_s:.2f} s of CPU in {wall_s:.1f} s"
    )
    return {
        "page_bytes_ratio": received_bytes / text_bytes,
        "page_server_cpu_s_per_run": cpu_s,
        "page_messages_per_run": messages,
        "page_updates_hz_1": updates_hz(visitor.drawn, expected(work.config)[-1]),
        "page_first_text_s": visitor.first_text_s,
    }


async def _idle_share(app: AppProcess) -> float:
    """CPU seconds that the server uses in a second while nothing happens."""
    cpu_s = app.cpu_s()
    await asyncio.sleep(IDLE_S)
    return (app.cpu_s() - cpu_s) / IDLE_S


def expected(config: MoAConfig) -> list[str]:
    """What every seat of ``config`` writes, the synthesis last."""
    return [model_text(agent.model) for agent in config.agents]


def check_texts(run: FollowedRun, config: MoAConfig) -> None:
    """Make sure that every text arrived whole.

    Raises:
        ValueError: One did not; then no figure is worth anything.
    """
    texts = expected(config)
    missing = [seat for seat, text in enumerate(texts) if run.texts.get(seat) != text]
    if missing:
        raise ValueError(f"{len(missing)} texts are not whole on the page")


def updates_hz(drawn: list[DrawnText], synthesis: str) -> float:
    """How often a second the synthesis grew on the page while it was being written.

    What is drawn again without having grown does not count, nor do its first words,
    which stand in any text.
    """
    seen: set[str] = set()
    times_s: list[float] = []
    for each in drawn:
        body = each.body.strip()
        if body in seen or body not in synthesis:
            continue
        if times_s or len(body) >= CERTAIN_CHARS:
            seen.add(body)
            times_s.append(each.at_s)
    span_s = times_s[-1] - times_s[0] if times_s else 0.0
    return (len(times_s) - 1) / span_s if span_s else 0.0


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
            await stack.enter_async_context(Visitor(app.url, uid)) for uid in uids
        ]
        began_s, cpu_s = time.monotonic(), app.cpu_s()
        runs = await asyncio.gather(*(v.ask("Can you all keep up?") for v in visitors))
        wall_s, cpu_s = time.monotonic() - began_s, app.cpu_s() - cpu_s
        rates = [
            updates_hz(visitor.drawn, expected(work.config)[-1])
            for visitor, work in zip(visitors, works, strict=True)
        ]
        for run, work in zip(runs, works, strict=True):
            check_texts(run, work.config)
    say(
        f"crowd: {VISITORS} runs in {wall_s:.1f} s, ideal {works[0].ideal_s:.1f} s; "
        f"{min(rates):.1f} to {max(rates):.1f} updates a second each"
    )
    return {
        "page_updates_hz_20": min(rates),
        "page_updates_hz_20_median": statistics.median(rates),
        "page_server_cpu_s_per_run_20": cpu_s / VISITORS,
        "page_wall_ratio_20": wall_s / works[0].ideal_s,
        "page_first_text_s_20": statistics.median(v.first_text_s for v in visitors),
    }
