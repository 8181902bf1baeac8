"""Model servers that keep an exact pace, as processes of their own, and their log.

A model continues a last message of the assistant's, ends at ``max_tokens``, and finds
that a provisional answer stands.
`python -m bench.model_server` runs one on a free port and prints the port.
"""

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from bench.models import WritingPace, pieces
from moa_core.run import STANDS

ROOT = Path(__file__).parents[1]


@dataclass(slots=True)
class Row:
    """One request, by the clock that all processes of this machine share.

    Attributes:
        asked_s: When it arrived.
        first_s: When the first token left.
        ended_s: When the last byte left, or the client closed the connection.
        whole: Whether the answer was sent to its end.
    """

    model: str
    asked_s: float
    first_s: float = 0.0
    ended_s: float = 0.0
    whole: bool = False

    @property
    def took_s(self) -> float:
        """Seconds from the request to its end."""
        return self.ended_s - self.asked_s


class ModelServers:
    """Several servers, so that none of them is what is measured; a context manager."""

    def __init__(self, count: int = 2) -> None:
        self._count = count
        self._processes: list[subprocess.Popen[str]] = []
        self._ports: list[int] = []

    @property
    def names(self) -> list[str]:
        """Their endpoint names."""
        return [f"bench{number}" for number in range(len(self._ports))]

    @property
    def endpoints(self) -> str:
        """Their addresses, as ``POLYPHONY_ENDPOINTS`` takes them."""
        pairs = zip(self.names, self._ports, strict=True)
        return ";".join(f"{name}=http://127.0.0.1:{port}/v1" for name, port in pairs)

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "bench.model_server"]
        self._processes = [
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
            for _ in range(self._count)
        ]
        for process in self._processes:
            assert process.stdout
            self._ports.append(int(process.stdout.readline()))
        return self

    def __exit__(self, *_error: object) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()

    def log(self) -> list[Row]:
        """What has ended since the log was last read, oldest first."""
        rows: list[Row] = []
        for port in self._ports:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/log") as response:
                rows += [Row(**row) for row in json.load(response)]
        return sorted(rows, key=lambda row: row.asked_s)


_log: list[Row] = []


async def _chat(request: web.Request) -> web.StreamResponse:
    row = Row("", time.monotonic())
    body = await request.json()
    row.model = body["model"]
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    try:
        await _answer(response, row, body)
    finally:
        row.ended_s = time.monotonic()
        _log.append(replace(row))
    return response


async def _answer(response: web.StreamResponse, row: Row, body: dict[str, Any]) -> None:
    pace = WritingPace.of(row.model)
    written, left = writes(body, pieces(row.model, pace.tokens))
    for index, piece in enumerate(written):
        await asyncio.sleep(row.asked_s + pace.due_s(index) - time.monotonic())
        await response.write(_chunk(row.model, {"content": piece}))
        row.first_s = row.first_s or time.monotonic()
    usage = {"prompt_tokens": 1000, "completion_tokens": len(written)}
    reason = "length" if left else "stop"
    end = _chunk(row.model, {}, reason) + _event({"choices": [], "usage": usage})
    await response.write(end + b"data: [DONE]\n\n")
    await response.write_eof()
    row.whole = True


def writes(body: dict[str, Any], whole: list[str]) -> tuple[list[str], int]:
    """What is written now of a whole answer, and how much stays unwritten."""
    last = body["messages"][-1]
    if STANDS in last["content"]:
        return [STANDS], 0
    if last["role"] == "assistant":
        ends = accumulate(map(len, whole))
        known = len(last["content"].rstrip())
        whole = whole[sum(end <= known for end in ends) :]
    most = body.get("max_tokens") or len(whole)
    return whole[:most], len(whole[most:])


def _chunk(model: str, delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    head = {"id": "chatcmpl-0", "object": "chat.completion.chunk", "created": 0}
    return _event({**head, "model": model, "choices": [choice]})


def _event(payload: dict[str, object]) -> bytes:
    return f"data: {json.dumps(payload)}\n\n".encode()


def _always(answer: dict[str, object]) -> Callable[..., Awaitable[web.Response]]:
    """A handler that answers the same to every request."""

    async def handle(_request: web.Request) -> web.Response:
        return web.json_response(answer)

    return handle


async def _read_log(request: web.Request) -> web.Response:
    rows = [asdict(row) for row in _log]
    _log.clear()
    return web.json_response(rows)


async def _serve() -> None:
    app = web.Application(client_max_size=2**24)
    app.router.add_post("/v1/chat/completions", _chat)
    app.router.add_get("/v1/models", _always({"object": "list", "data": []}))
    app.router.add_get("/props", _always({"total_slots": 1000}))
    app.router.add_get("/log", _read_log)
    runner = web.AppRunner(app, handler_cancellation=True, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
