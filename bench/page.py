"""What one run costs the page: bytes on the wire and CPU of the server."""

import asyncio
import time

from bench import texts
from bench.app_process import AppProcess
from bench.figures import Figures, say
from bench.mixtures import Work
from bench.model_server import ModelServers
from bench.pace import Pace
from bench.visitor import Drawn, Visitor
from moa_core.config import MoAConfig

COLUMNS = 6
PACE = Pace(tokens=400, per_s=50)
IDLE_S = 3.0
CERTAIN_CHARS = 20
"""So many characters of one text do not occur in another."""


def measure() -> Figures:
    """Follow one run of six columns and a synthesis, 400 tokens each."""
    with ModelServers() as servers:
        app = AppProcess(servers)
        warm, work = (
            Work.of("warm", servers.names, 1, COLUMNS, Pace(5, 50)),
            Work.of("page", servers.names, 1, COLUMNS, PACE),
        )
        warm_uid, uid = app.seed([warm.config, work.config])
        with app:
            asyncio.run(_ask_once(app, warm_uid))
            return asyncio.run(_follow(app, uid, work))


async def _ask_once(app: AppProcess, uid: str) -> None:
    async with Visitor(app.address, uid) as visitor:
        await visitor.ask("Are you awake?")


async def _follow(app: AppProcess, uid: str, work: Work) -> Figures:
    async with Visitor(app.address, uid) as visitor:
        idle_share = await _idle_share(app)
        began_s, cpu_s = time.monotonic(), app.cpu_s()
        received_bytes = visitor.received_bytes
        await visitor.ask("What does the page cost?")
        wall_s = time.monotonic() - began_s
        cpu_s = app.cpu_s() - cpu_s - idle_share * wall_s
        received_bytes = visitor.received_bytes - received_bytes
        messages, drawn = visitor.messages, visitor.drawn
        await check_texts(visitor, work.config)
    text_bytes = sum(len(text.encode()) for text in expected(work.config))
    say(
        f"page: {received_bytes:,} bytes in {messages:,} messages for {text_bytes:,} "
        f"bytes of text; {cpu_s:.2f} s of CPU in {wall_s:.1f} s"
    )
    return {
        "page_bytes_ratio": received_bytes / text_bytes,
        "page_server_cpu_s_per_run": cpu_s,
        "page_messages_per_run": messages,
        "page_updates_hz_1": updates_hz(drawn, expected(work.config)[-1]),
    }


async def _idle_share(app: AppProcess) -> float:
    """CPU seconds that the server uses in a second while nothing happens."""
    cpu_s = app.cpu_s()
    await asyncio.sleep(IDLE_S)
    return (app.cpu_s() - cpu_s) / IDLE_S


def expected(config: MoAConfig) -> list[str]:
    """What every seat of ``config`` writes, the synthesis last."""
    agents = [agent for layer in config.layers for agent in layer.proposers]
    models = [agent.model for agent in (*agents, config.aggregator)]
    return [texts.text(model, Pace.of(model).tokens) for model in models]


async def check_texts(visitor: Visitor, config: MoAConfig) -> None:
    """Unfold the layer and make sure that every text arrived whole.

    Raises:
        ValueError: One did not; then no figure is worth anything.
    """
    await visitor.click("**Layer 1**")
    shown = texts.squeezed(visitor.page.text())
    missing = [t for t in expected(config) if texts.squeezed(t) not in shown]
    if missing:
        raise ValueError(f"{len(missing)} texts are not whole on the page")


def updates_hz(drawn: list[Drawn], synthesis: str) -> float:
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
    return (len(times_s) - 1) / (times_s[-1] - times_s[0])
