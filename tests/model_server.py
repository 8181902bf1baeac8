"""A real HTTP server on 127.0.0.1 that plays model servers, good and bad.

It speaks chat completions and lists models. What a model does is a ``Play``; a model
without one answers well. It runs in its own thread with its own loop, so that a test's
loop is free to be late, and it notes every request and how each connection ended.
"""

import asyncio
import itertools
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from aiohttp import web

Fault = Literal["stall", "drop", "end", "error", "garbage"]
TEXT = "Grüße from a model server: 2 + 2 = 4, and that is all — 完."
USAGE = {
    "prompt_tokens": 11,
    "completion_tokens": 7,
    "total_tokens": 18,
    "prompt_tokens_details": {"cached_tokens": 3},
    "completion_tokens_details": {"reasoning_tokens": 2},
}
_LOOK_S = 0.01
LOADING = {"code": 503, "message": "Loading model", "type": "unavailable_error"}
REFUSALS: Mapping[str, tuple[int, dict[str, Any]]] = {
    "max_tokens": (
        400,
        {
            "message": "Unsupported parameter: 'max_tokens' is not supported with this "
            "model. Use 'max_completion_tokens' instead.",
            "type": "invalid_request_error",
            "param": "max_tokens",
            "code": "unsupported_parameter",
        },
    ),
    "temperature": (
        400,
        {
            "message": "Unsupported value: 'temperature' does not support 0.7 with "
            "this model. Only the default (1) value is supported.",
            "type": "invalid_request_error",
            "param": "temperature",
            "code": "unsupported_value",
        },
    ),
    "reasoning_effort": (
        400,
        {
            "message": "Unsupported parameter: 'reasoning_effort' is not supported "
            "with this model.",
            "type": "invalid_request_error",
            "param": "reasoning_effort",
            "code": "unsupported_parameter",
        },
    ),
    "stream_options": (
        422,
        {"message": "stream_options: Extra inputs are not permitted", "code": None},
    ),
    "same role": (
        400,
        {
            "message": "Conversation roles must alternate "
            "user/assistant/user/assistant/..."
        },
    ),
    "system": (400, {"message": "System role not supported"}),
}


@dataclass(frozen=True, kw_only=True)
class Play:
    """What one model does.

    Attributes:
        pieces: The answer, one event each.
        pause_s: Wait before each piece.
        held_until: What the last piece waits for.
        headers_after_s: Wait before the response begins.
        status: Anything but 200 is an error response with ``body`` and ``headers``.
        refuses: What it does not take, names of ``REFUSALS``.
        writes: Given the body of a request, the answer, in place of ``pieces``.
        calls_tool: Given the body of a request, name and arguments (JSON) of the tool
            that it calls in place of an answer, if any.
        judge: Given the body of a request, the status and body of its refusal, if any.
        fault: What goes wrong after ``after`` pieces.
        times: Only so many requests meet the status or fault; later ones go well.
        last_delta: The delta of the event with the finish reason.
        usage: The usage event; ``None`` sends none.
        counts: Given the body of a request and the answer, the usage, in its place.
        done: Whether it says ``[DONE]``.
        stays_open: Whether it leaves the finished response open.
        wire: Exact bytes to send instead of an answer, in these packets.
    """

    pieces: Sequence[str] = tuple(TEXT[i : i + 5] for i in range(0, len(TEXT), 5))
    reasoning: Sequence[str] = ()
    reasoning_name: str = "reasoning_content"
    pause_s: float = 0.0
    held_until: threading.Event | None = None
    headers_after_s: float = 0.0
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    refuses: Sequence[str] = ()
    writes: Callable[[dict[str, Any]], str] | None = None
    calls_tool: Callable[[dict[str, Any]], tuple[str, str] | None] | None = None
    judge: Callable[[dict[str, Any]], tuple[int, object] | None] | None = None
    fault: Fault | None = None
    after: int = 2
    times: float = float("inf")
    finish: str | None = "stop"
    last_delta: Mapping[str, Any] | None = field(default_factory=dict)
    usage: Mapping[str, Any] | None = field(default_factory=lambda: USAGE)
    counts: Callable[[dict[str, Any], str], Mapping[str, Any]] | None = None
    done: bool = True
    stays_open: bool = False
    wire: Sequence[bytes] | None = None
    content_type: str = "text/event-stream"


@dataclass(kw_only=True)
class Received:
    """One request, and how it ended.

    Attributes:
        port: The client's port: equal ports are one connection.
        ended: ``answered``, or ``dropped`` when the client closed the connection.
        ended_at: ``time.monotonic()`` of that.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    port: int
    ended: str = ""
    ended_at: float = 0.0


class ModelServer:
    """The running server; a context manager.

    Args:
        port: Where it listens; a free one by default.

    Attributes:
        plays: What each model does, by its id.
        models: What ``/v1/models`` answers, as JSON.
        pages: Other answers by path: content type and text.
        slots: How many calls it says that it answers at once.
        loads_s: How long it answers 503 from the first call on, as if it loaded.
        lists_when: What it waits for before it answers that.
        listed: Set when it has been asked for its models.
        refuses_keys: Whether every request is answered with 401.
        is_loading: Whether every request is answered with 503, as while it starts.
        requests: Everything that was asked, in order.
    """

    def __init__(self, port: int = 0) -> None:
        self.plays: dict[str, Play] = {}
        self.models: object = {"object": "list", "data": [{"id": "good"}]}
        self.pages: dict[str, tuple[str, str]] = {}
        self.slots = 64
        self.loads_s = 0.0
        self._loading_until: float | None = None
        self.refuses_keys = False
        self.lists_when: threading.Event | None = None
        self.is_loading = False
        self.listed = threading.Event()
        self.requests: list[Received] = []
        self.base = ""
        self._port = port
        self._counts: dict[str, int] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def forget(self) -> None:
        """Begin anew for the next test: no plays, and nothing was asked."""
        self.plays, self.requests, self._counts = {}, [], {}
        self.loads_s, self._loading_until, self.lists_when = 0.0, None, None

    @property
    def url(self) -> str:
        """Base URL of the API, with ``/v1``."""
        return f"{self.base}/v1"

    @property
    def calls(self) -> list[Received]:
        """Only the chat completions."""
        return [each for each in self.requests if each.path.endswith("/completions")]

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def wait_until_asked(self, count: int, within_s: float = 30.0) -> None:
        """Wait until so many chat completions have been asked for."""
        deadline = time.monotonic() + within_s
        while len(self.calls) < count:
            assert time.monotonic() < deadline, "it was not asked so often"
            time.sleep(0.01)

    def wait_until_dropped(self, count: int = 1, within_s: float = 30.0) -> float:
        """When the ``count``-th connection was closed by the client."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            dropped = [each.ended_at for each in self.calls if each.ended == "dropped"]
            if len(dropped) >= count:
                return sorted(dropped)[count - 1]
            time.sleep(0.002)
        raise AssertionError("the client did not close the connection")

    async def _start(self) -> None:
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", self._any)
        self._runner = web.AppRunner(
            app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _stop(self) -> None:
        await self._runner.cleanup()
        others = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _any(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/props":  # asked once, whenever; no test counts it
            return web.json_response({"total_slots": self.slots})
        raw = await request.read()
        received = Received(
            method=request.method,
            path=request.path,
            headers=dict(request.headers),
            body=json.loads(raw) if raw else {},
            port=request.transport.get_extra_info("peername")[1],
        )
        self.requests.append(received)
        try:
            response = await self._answer(request, received)
            received.ended = received.ended or "answered"
            return response
        except (asyncio.CancelledError, ConnectionError):
            received.ended = "dropped"
            raise
        finally:
            received.ended_at = time.monotonic()

    def _play_of(self, model: str) -> Play:
        """What is played to the next call of a model."""
        if self._loading_until is None:
            self._loading_until = time.monotonic() + self.loads_s
        if time.monotonic() < self._loading_until:
            return Play(status=503, body={"error": LOADING})
        play = self.plays.get(model, Play())
        self._counts[model] = self._counts.get(model, 0) + 1
        return Play() if self._counts[model] > play.times else play

    def _refused(self) -> web.Response | None:
        if self.refuses_keys:
            return web.json_response({"error": {"message": "bad key"}}, status=401)
        if self.is_loading:
            return web.json_response({"error": LOADING}, status=503)
        return None

    async def _answer(
        self, request: web.Request, received: Received
    ) -> web.StreamResponse:
        if refused := self._refused():
            return refused
        if request.path in self.pages:
            content_type, text = self.pages[request.path]
            return web.Response(text=text, content_type=content_type)
        if request.path == "/v1/models":
            self.listed.set()
            if self.lists_when is not None:
                await asyncio.to_thread(self.lists_when.wait)
            return web.json_response(self.models)
        if request.path != "/v1/chat/completions":
            return web.json_response({"detail": "Not Found"}, status=404)
        play = self._play_of(received.body["model"])
        await asyncio.sleep(play.headers_after_s)
        play = _judged(play, received.body)
        if play.status != 200 or play.body is not None:
            return _error(play)
        if not received.body.get("stream", True):
            return web.json_response(_document(play))
        return await _Response(request, play, received.body).send()


def _judged(play: Play, body: dict[str, Any]) -> Play:
    """What is played to this request: a refusal, if it has what is not taken."""
    if refusal := _refusal(play, body):
        return replace(play, status=refusal[0], body={"error": refusal[1]})
    if play.judge and (judged := play.judge(body)):
        return replace(play, status=judged[0], body=judged[1])
    if play.writes:
        play = replace(play, pieces=(play.writes(body),))
    if play.counts:
        play = replace(play, usage=play.counts(body, "".join(play.pieces)))
    return play


def _refusal(play: Play, body: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
    roles = [message["role"] for message in body["messages"]]
    found = {
        "same role": any(a == b for a, b in itertools.pairwise(roles)),
        "system": "system" in roles,
    }
    for name in play.refuses:
        if found.get(name, name in body):
            return REFUSALS[name]
    return None


def _document(play: Play) -> dict[str, Any]:
    message = {"role": "assistant", "content": "".join(play.pieces)}
    choice = {"index": 0, "message": message, "finish_reason": play.finish}
    return {**_HEAD, "choices": [choice], "usage": play.usage}


def _error(play: Play) -> web.Response:
    if isinstance(play.body, str):
        kind = "text/html" if play.body.startswith("<") else "text/plain"
        return web.Response(
            text=play.body, status=play.status, headers=play.headers, content_type=kind
        )
    return web.json_response(play.body, status=play.status, headers=play.headers)


class _Response:
    """One streamed response."""

    def __init__(self, request: web.Request, play: Play, body: dict[str, Any]) -> None:
        self._request = request
        self._play = play
        self._tool = play.calls_tool(body) if play.calls_tool else None
        self._sent = 0
        self._response = web.StreamResponse(headers={"Content-Type": play.content_type})

    async def send(self) -> web.StreamResponse:
        play, response = self._play, self._response
        await response.prepare(self._request)
        if play.wire is not None:
            for packet in play.wire:
                await response.write(packet)
                await asyncio.sleep(0.001)
        elif self._tool:
            await self._call(*self._tool)
        else:
            if not await self._pieces():
                return response
            await self._end()
        if play.stays_open:
            await asyncio.sleep(3600)
        await response.write_eof()
        return response

    async def _pieces(self) -> bool:
        """Send the answer; ``False`` when the response has ended early."""
        play = self._play
        await self._delta({"role": "assistant", "content": ""})
        for thought in play.reasoning:
            await self._delta({play.reasoning_name: thought})
        for index, piece in enumerate(play.pieces):
            if play.fault and index == play.after and not await self._go_wrong():
                return False
            if play.pause_s:
                await asyncio.sleep(play.pause_s)
            if play.held_until and index == len(play.pieces) - 1:
                while not play.held_until.is_set():  # noqa: ASYNC110 - of a thread
                    await asyncio.sleep(_LOOK_S)
            await self._delta({"content": piece})
        return True

    async def _call(self, name: str, arguments: str) -> None:
        """Call a tool: its id and name first, and its arguments in two pieces."""
        half = len(arguments) // 2
        first = {"id": "call_1", "type": "function", "function": {"name": name}}
        for call in (
            first,
            {"function": {"arguments": arguments[:half]}},
            {"function": {"arguments": arguments[half:]}},
        ):
            await self._delta({"tool_calls": [{"index": 0, **call}]})
        await self._delta({}, "tool_calls")
        await self._event({**_HEAD, "choices": [], "usage": self._play.usage})
        await self._response.write(b"data: [DONE]\n\n")

    async def _end(self) -> None:
        play = self._play
        if play.finish is not None:
            await self._delta(play.last_delta, play.finish)
        if play.usage is not None:
            await self._event({**_HEAD, "choices": [], "usage": play.usage})
        if play.done:
            await self._response.write(b"data: [DONE]\n\n")

    async def _go_wrong(self) -> bool:
        match self._play.fault:
            case "stall":
                await asyncio.sleep(3600)
            case "drop":
                await asyncio.sleep(0.02)
                self._request.transport.abort()
                return False
            case "end":
                await self._response.write_eof()
                return False
            case "error":
                error = {"message": "upstream overloaded", "type": "server_error"}
                await self._event({"error": error})
                await self._response.write_eof()
                return False
            case "garbage":
                await self._response.write(b'data: {"choices": [{"delta\n\n')
            case None:
                pass
        return True

    async def _delta(
        self, delta: Mapping[str, Any] | None, finish: str | None = None
    ) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        await self._event({**_HEAD, "choices": [choice]})

    async def _event(self, payload: Mapping[str, Any]) -> None:
        text = json.dumps(payload, ensure_ascii=False)
        await self._response.write(f"data: {text}\n\n".encode())


_HEAD = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "good-2026"}
