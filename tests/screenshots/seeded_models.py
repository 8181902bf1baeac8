"""Serves the tiny models with seeds, so that their answers can be had again."""

import asyncio
import itertools
import json
import threading
from collections.abc import Sequence
from typing import Self

from aiohttp import ClientResponse, ClientSession, ClientTimeout, web

from services.demo_models.install import DemoModelsError, installed
from services.demo_models.server import DemoServer

HELD_TOKENS = 100
DRIP_S = 4.0
"""Between the tokens of an answer that waits: none would soon be told as silence."""


class SeededModels:
    """A llama.cpp, and before it a server that puts a seed into each request.

    Args:
        seeds: Of the first calls, the next ones, and so on from the beginning.

    Attributes:
        url: Its address, with ``/v1``.
        go_on: While it is not set, each answer hardly grows after ``HELD_TOKENS``.
        waiting: How many answers wait, or have ended before that.
    """

    def __init__(self, seeds: Sequence[int]) -> None:
        self._seeds = itertools.cycle(seeds)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.url = ""
        self.go_on = threading.Event()
        self.waiting = 0

    def __enter__(self) -> Self:
        there = installed()
        if there is None:
            raise DemoModelsError(
                "The tiny models are not installed.",
                "Run: python -m services.demo_models --install-only",
            )
        self._server = DemoServer(there, slots=4)
        self._server.wait_until_loaded()
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._server.stop()

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._pass)
        app.router.add_post("/{path:.*}", self._pass)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if request.path.endswith("/completions"):
            body = json.dumps({**json.loads(body), "seed": next(self._seeds)}).encode()
        base = self._server.base_url.removesuffix("/v1")
        async with (
            ClientSession(timeout=ClientTimeout(total=None)) as session,
            session.request(
                request.method,
                f"{base}{request.path}",
                data=body or None,
                headers={"Content-Type": "application/json"},
            ) as answer,
        ):
            response = web.StreamResponse(status=answer.status)
            response.content_type = answer.content_type
            await response.prepare(request)
            await self._pass_answer(answer, response)
            await response.write_eof()
            return response

    async def _pass_answer(
        self, answer: ClientResponse, response: web.StreamResponse
    ) -> None:
        events = 0
        async for line in answer.content:
            await response.write(line)
            if not line.startswith(b"data:"):
                continue
            events += 1
            self.waiting += events == HELD_TOKENS
            if events >= HELD_TOKENS and not self.go_on.is_set():
                await asyncio.to_thread(self.go_on.wait, DRIP_S)
        self.waiting += 0 < events < HELD_TOKENS
