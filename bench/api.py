"""Measures the API: streams beside visitors, against the engine alone, and an end."""

import asyncio
import json
import statistics
import time
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import ClientResponse, ClientSession, ClientTimeout

from bench.app import AppProcess
from bench.figures import Figures, say
from bench.model_server import ModelServers
from bench.models import Work, WritingPace, model_text
from bench.visitors.visitor import Visitor
from moa_core.engine import Engine, Resilient
from moa_core.messages import Message
from moa_core.mixture import Preset
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.run import RunState
from moa_core.settings import Settings
from storage.api import ApiKeys
from storage.database import Database
from storage.presets import Presets

STREAMS, VISITORS = 20, 5
LAYERS, WIDTH = 2, 3
PACE: Final = WritingPace(tokens=131, per_s=60)
"""Seven calls of it have 917 tokens."""

VISITORS_PACE: Final = WritingPace(tokens=400, per_s=55)
ROUNDS = 3
LEFT_AFTER_S = 1.0
LEAVING_PACE: Final = WritingPace(tokens=600, per_s=60)
QUESTION: Final = "What does it cost?"


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer as its client would time it, in seconds from the question."""

    first_s: float
    wall_s: float


@dataclass(frozen=True, slots=True)
class Walls:
    """Seconds that answers took that were asked for at once."""

    wall_s: float
    slowest_s: float


def measure_api() -> Figures:
    """Stream twenty answers at once in turn from the engine alone and from the API."""
    with ModelServers() as servers:
        works = [
            Work.of(f"api{number}", servers.names, LAYERS, WIDTH, PACE)
            for number in range(STREAMS)
        ]
        leaving = Work.of("leaving", servers.names, 1, 6, LEAVING_PACE)
        watched = [
            Work.of(f"page{number}", servers.names, 1, 1, VISITORS_PACE)
            for number in range(VISITORS)
        ]
        app = AppProcess(servers)
        chats = app.seed(work.config for work in watched * ROUNDS)
        key = _prepare(app, [*works, leaving])
        with app:
            asyncio.run(_stream_all(app.url, key, works[:2]))  # the first one loads
            engine, api = [], []
            for number in range(ROUNDS):
                engine.append(asyncio.run(_engine_alone(servers, works)))
                own = chats[number * VISITORS : (number + 1) * VISITORS]
                api.append(asyncio.run(_beside_visitors(app, key, works, own)))
            servers.log()
            closing = [_leave(app, key, servers, leaving) for _ in range(ROUNDS)]
    ideal_s = works[0].ideal_s
    pairs = list(zip(api, engine, strict=True))
    say(
        f"api: {STREAMS} streams {_list(each['wall_s'] for each in api)} s, the engine "
        f"alone {_list(each.wall_s for each in engine)} s, ideal {ideal_s:.2f} s; "
        f"closed {_list(closing)} ms after the client had left"
    )
    return {
        "api_wall_over_engine": statistics.median(
            of_api["wall_s"] / alone.wall_s for of_api, alone in pairs
        ),
        "api_wall_over_engine_slowest": statistics.median(
            of_api["slowest_s"] / alone.slowest_s for of_api, alone in pairs
        ),
        "api_wall_ratio_20": statistics.median(a["wall_s"] for a in api) / ideal_s,
        "api_first_token_ratio_20": statistics.median(a["first_s"] for a in api)
        / works[0].ideal_first_s,
        "api_cpu_s_per_run": statistics.median(a["cpu_s"] for a in api),
        "api_close_ms": statistics.median(closing),
        "api_close_ms_slowest": max(closing),
    }


def _list(values: Iterable[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in values)


def _prepare(app: AppProcess, works: Sequence[Work]) -> str:
    """Keep a preset for each work, and make a key; before the app is started."""
    database = Database.open(f"sqlite:///{app.database}")
    for work in works:
        name = _name(work)
        preset = Preset(name=name, title=name, description="", config=work.config)
        Presets(database).save(preset)
    _, secret = ApiKeys(database).create("bench")
    database.close()
    return secret


def _name(work: Work) -> str:
    return work.config.aggregator.model.partition("-")[0]


async def _engine_alone(servers: ModelServers, works: Sequence[Work]) -> Walls:
    """How long all works take that the engine answers alone."""
    settings = Settings.from_mapping(
        {"POLYPHONY_ENDPOINTS": servers.endpoints, "POLYPHONY_LOCAL_SERVERS": "off"}
    )
    endpoints = Endpoints(settings)
    await endpoints.warm_up()
    policies = Resilient(endpoints, settings.deadlines, settings.concurrent_calls)
    engine = Engine(policies, PriceBook(settings.prices))

    async def answer(work: Work) -> float:
        state, began_s = RunState(work.config), time.monotonic()
        messages = [Message.from_text("user", QUESTION)]
        async with aclosing(engine.run(work.config, messages)) as events:
            async for event in events:
                state.apply(event)
        _check(work, state.synthesis.text)
        return time.monotonic() - began_s

    await answer(works[0])  # loads what the others would wait for
    walls = await asyncio.gather(*map(answer, works))
    await endpoints.aclose()
    return Walls(statistics.median(walls), max(walls))


async def _beside_visitors(
    app: AppProcess, key: str, works: Sequence[Work], chats: Sequence[str]
) -> Figures:
    """Stream all works while visitors follow runs of their own on pages."""
    async with AsyncExitStack() as stack:
        visitors = [
            await stack.enter_async_context(Visitor(app.url, uid)) for uid in chats
        ]
        asking = [
            asyncio.create_task(visitor.ask("Can you keep up?")) for visitor in visitors
        ]
        cpu_s = app.cpu_s()
        streamed = await _stream_all(app.url, key, works)
        cpu_s = app.cpu_s() - cpu_s
        await asyncio.gather(*asking)
    return {
        "wall_s": statistics.median(each.wall_s for each in streamed),
        "slowest_s": max(each.wall_s for each in streamed),
        "first_s": statistics.median(each.first_s for each in streamed),
        "cpu_s": cpu_s / len(works),
    }


async def _stream_all(url: str, key: str, works: Sequence[Work]) -> list[Streamed]:
    async with _session(key) as session:
        return list(await asyncio.gather(*(_stream(session, url, w) for w in works)))


def _session(key: str) -> ClientSession:
    headers = {"Authorization": f"Bearer {key}"}
    return ClientSession(headers=headers, timeout=ClientTimeout(total=None))


async def _open(session: ClientSession, url: str, work: Work) -> ClientResponse:
    body = {
        "model": f"polyphony/{_name(work)}",
        "messages": [{"role": "user", "content": QUESTION}],
        "stream": True,
    }
    response = await session.post(f"{url}/v1/chat/completions", json=body)
    response.raise_for_status()
    return response


async def _stream(session: ClientSession, url: str, work: Work) -> Streamed:
    began_s, first_s, text = time.monotonic(), 0.0, ""
    async with await _open(session, url, work) as response:
        async for line in response.content:
            if line.startswith(b"data: {"):
                told: dict[str, Any] = json.loads(line[6:])
                if "error" in told:
                    raise ValueError(told["error"]["message"])
                words = told["choices"][0]["delta"].get("content", "")
                if words and not first_s:
                    first_s = time.monotonic() - began_s
                text += words
    _check(work, text)
    return Streamed(first_s, time.monotonic() - began_s)


def _check(work: Work, text: str) -> None:
    """Make sure that nothing is lost.

    Raises:
        ValueError: Something is; then no figure is worth anything.
    """
    model = work.config.aggregator.model
    if text.strip() != model_text(model).strip():
        raise ValueError(f"{model}'s text did not arrive whole")


def _leave(app: AppProcess, key: str, servers: ModelServers, work: Work) -> float:
    """Milliseconds until all streams of a run are closed whose client has left."""

    async def leave() -> float:
        async with _session(key) as session:
            response = await _open(session, app.url, work)
            await asyncio.sleep(LEAVING_PACE.first_s + LEFT_AFTER_S)
            left_s = time.monotonic()
            response.close()
            await asyncio.sleep(1)
            return left_s

    left_s = asyncio.run(leave())
    rows = servers.log()
    asked = len(work.config.layers[0].proposers)
    if len(rows) != asked or any(row.whole for row in rows):
        raise ValueError(f"not every stream was closed when its client left: {rows}")
    return 1000 * (max(row.ended_s for row in rows) - left_s)
