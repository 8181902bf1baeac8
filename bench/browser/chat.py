"""Measures what a long chat costs where it is opened: browser and server."""

import asyncio
import statistics
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from typing import Final

from playwright.async_api import BrowserContext, CDPSession, async_playwright

from bench.app import AppProcess
from bench.figures import Figures, say
from moa_core.messages import Question
from moa_core.mixture import AgentSpec, Seat, mixture_from_refs
from moa_core.run import (
    Call,
    CallFinished,
    CallRole,
    CallStarted,
    LayerFinished,
    LayerStarted,
    RunEvent,
    RunFinished,
    RunStarted,
    RunState,
)
from storage.database import Database
from storage.recording import Recorder, Runs
from tests.browser.app.chromium import arguments, executable_path
from tests.browser.app.heavy import ORDINARY
from tests.storage.fabricated import call

TURNS: Final = 30
OPENINGS: Final = 6
"""The first is by a browser that has nothing of the page; it is left out."""

_LOOK_MS: Final = 500
_IDLE_S: Final = 0.015  # of the page's thread, in that time: cursors blink
_CONFIG: Final = mixture_from_refs(("lab/a", "lab/b", "lab/c"), aggregator="lab/chief")


@dataclass(frozen=True, slots=True)
class _Opening:
    """Seconds of CPU that one took: of the page's main thread, and of the server."""

    thread_s: float
    server_s: float


def measure_chat() -> Figures:
    """Open a chat of 30 turns, in which all but the last eight rest."""
    with AppProcess() as app:
        uid = asyncio.run(_seeded(f"sqlite:///{app.database}"))
        first, *others = asyncio.run(_openings(app, f"{app.url}/?c={uid}"))
    for each in (first, *others):
        say(f"chat: page {each.thread_s:.2f} s, server {each.server_s:.2f} s")
    return {
        "chat_open_thread_s": statistics.median(each.thread_s for each in others),
        "chat_open_server_cpu_s": statistics.median(each.server_s for each in others),
    }


async def _seeded(url: str) -> str:
    """Store the chat; returns its uid."""
    with closing(Database.open(url)) as database:
        runs, recorder = Runs(database), Recorder(database)
        uid = None
        for turn in range(TURNS):
            question = Question(f"Question {turn}: what of it?")
            begun = runs.begin(question, _CONFIG, conversation_uid=uid)
            uid, state = begun.conversation_uid, RunState(_CONFIG)
            for event in _story(turn):
                state.apply(event)
                await recorder.record(begun.run_uid, event, state)
        recorder.close()
    assert uid
    return uid


def _story(turn: int) -> list[RunEvent]:
    """A layer of three answers, and one written from them."""
    ticks = count(1)
    proposers = _CONFIG.layers[0].proposers
    asked = [_asked(Seat(0, at), agent, turn) for at, agent in enumerate(proposers)]
    last = _asked(Seat(1, 0), _CONFIG.aggregator, turn)
    calls: list[RunEvent] = []
    for each in (*asked, last):
        began = CallStarted(next(ticks), each.role, each.seat, each.agent, 1)
        calls += [began, CallFinished(next(ticks), each)]
    end = RunFinished(
        at_s=next(ticks),
        text=last.text,
        finish_reason="stop",
        usage=last.usage,
        cost=last.cost,
        ttft_s=0.2,
        latency_s=next(ticks),
    )
    begin: list[RunEvent] = [RunStarted(0.0, _CONFIG), LayerStarted(0.1, 0)]
    layer = LayerFinished(next(ticks), 0, len(asked), len(asked))
    return [*begin, *calls[:-2], layer, *calls[-2:], end]


def _asked(seat: Seat, agent: AgentSpec, turn: int) -> Call:
    role: CallRole = "aggregator" if seat.layer_index else "proposer"
    text = f"Answer {turn} of {agent.model}.\n\n{ORDINARY * 2}"
    return call(seat, role=role, agent=agent, text=text)


async def _openings(app: AppProcess, address: str) -> list[_Opening]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable_path(), args=arguments()
        )
        visitor = await browser.new_context(viewport={"width": 1440, "height": 900})
        openings = [await _open(visitor, app, address) for _ in range(OPENINGS)]
        await browser.close()
    return openings


async def _open(visitor: BrowserContext, app: AppProcess, address: str) -> _Opening:
    """Open it in a new tab, until nothing happens there any more."""
    page = await visitor.new_page()
    counter = await page.context.new_cdp_session(page)
    await counter.send("Performance.enable", {"timeDomain": "threadTicks"})
    before_s = app.cpu_s()
    await page.goto(address)
    await page.get_by_text(f"Answer {TURNS - 1} of chief.").wait_for(timeout=120_000)
    used_s, looked_s = await _thread_s(counter), 0.0
    while used_s - looked_s > _IDLE_S:
        await page.wait_for_timeout(_LOOK_MS)
        used_s, looked_s = await _thread_s(counter), used_s
    if not await page.get_by_text("Answer 0 of chief.").count():
        raise ValueError("the first answer is not on the page")
    server_s = app.cpu_s() - before_s
    await page.close()
    return _Opening(used_s, server_s)


async def _thread_s(counter: CDPSession) -> float:
    """What the page's main thread has used so far."""
    counted = await counter.send("Performance.getMetrics")
    metrics = {each["name"]: each["value"] for each in counted["metrics"]}
    return float(metrics["TaskDuration"])
