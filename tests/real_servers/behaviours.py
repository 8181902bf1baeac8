"""Asks every behaviour of ../shared/tools/bad_server.py through the engine.

Each behaviour is the only proposer of a mixture whose aggregator repeats what it was
given: so a result also tells whether the text was passed on as a draft. The
conversation begins with a system message and has two questions in a row, as after a
turn that failed, since some servers refuse that.
"""

import asyncio
import contextlib
import importlib.util
import json
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from moa_core.engine import Engine, Resilient
from moa_core.errors import ProviderError
from moa_core.messages import Message
from moa_core.mixture import AgentSpec, Layer, MoAConfig
from moa_core.mixture.prompts import references_in
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.providers.catalogue import ModelList
from moa_core.run import Call, RunState
from moa_core.settings import Settings
from moa_core.usage import FREE, Cost, Usage
from tests.browser.app.running_app import free_port

ROOT = Path(__file__).parents[2]
SERVER = next(
    (
        script
        for folder in (ROOT.parent, ROOT.parents[1])  # a worktree lies a folder deeper
        if (script := folder / "shared" / "tools" / "bad_server.py").exists()
    ),
    None,
)
"""The server that misbehaves; ``None`` where it is not there."""

INPUT_USD_PER_MTOK, OUTPUT_USD_PER_MTOK = 1, 2
HOSTED, LOCAL = "openai", "ollama"
_START_S = 20.0
_DRAFT = "<<<draft"
"""What only the aggregator is sent."""

_BIG_TOKENS = 131_072  # an answer far beyond what was asked for would be ended
_SLOTS = "slot-"  # models of a local server that answers one request at a time
_SYSTEM = Message.from_text("system", "Answer briefly.")
_QUESTIONS = (
    Message.from_text("user", "What is light?"),
    Message.from_text("user", "Why is the sky blue?"),
)
_LONG = tuple(
    Message.from_text("assistant" if number % 2 else "user", "Heliotrope. " * 200)
    for number in range(10)
)
"""Three times as much as the window of a server that drops what is too much."""


class Behaviour(NamedTuple):
    """A model of the server: its name, and what it does."""

    name: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a behaviour ended.

    Attributes:
        call: The last attempt.
        usage: Tokens of all attempts.
        cost: Money for all attempts.
        requests: Requests that the server has seen.
        draft: What the next model was given of it; ``None`` for nothing.
    """

    behaviour: Behaviour
    call: Call
    usage: Usage
    cost: Cost
    requests: int
    draft: str | None

    @property
    def error(self) -> ProviderError | None:
        """Why it did not succeed."""
        return self.call.error

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know about how the call was made."""
        return getattr(self.call, "notes", ())

    @property
    def billed_usd(self) -> Decimal:
        """What ``usage`` costs at the price of the behaviours."""
        tokens = self.usage
        usd = (
            tokens.input_tokens * INPUT_USD_PER_MTOK
            + tokens.output_tokens * OUTPUT_USD_PER_MTOK
        )
        return Decimal(usd) / 1_000_000


class ListResult(NamedTuple):
    """What was made of an odd list of models."""

    behaviour: Behaviour
    models: ModelList


def behaviours() -> list[Behaviour]:
    """Every behaviour that answers a question, in the server's order."""
    return [Behaviour(name, what) for name, (what, _) in _module().CASES.items()]


def lists() -> list[Behaviour]:
    """Every odd list of models, in the server's order."""
    return [Behaviour(name, what) for name, (what, _) in _module().LISTS.items()]


def _module() -> ModuleType:
    assert SERVER is not None
    spec = importlib.util.spec_from_file_location("bad_server", SERVER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_HURRIED = """
import asyncio, runpy, sys, time
sleep, now, speed = asyncio.sleep, time.time, float(sys.argv.pop(1))
asyncio.sleep = lambda seconds: sleep(seconds / speed)
began = now()
time.time = lambda: began + (now() - began) * speed
sys.argv.pop(0)
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@contextlib.contextmanager
def running(speed: float = 1.0) -> Iterator[str]:
    """The server's address while the context is open.

    Args:
        speed: How much faster than it says its behaviours wait.
    """
    port = free_port()
    command = [sys.executable, "-c", _HURRIED, str(speed), str(SERVER)]
    command += ["--port", str(port), "--life", str(7200 * speed)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait()


def _wait_for(address: str) -> None:
    ends = time.monotonic() + _START_S
    while True:
        try:
            urllib.request.urlopen(f"{address}/v1/models", timeout=5).close()
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.05)
        else:
            return


async def ask_all(address: str, wanted: Iterable[Behaviour]) -> list[Result]:
    """Ask all behaviours at once, each in a run of its own."""
    wanted = list(wanted)
    settings = _settings(address, wanted)
    endpoints, prices = Endpoints(settings), PriceBook(settings.prices)
    policies = Resilient(endpoints, settings.deadlines, settings.concurrent_calls)
    engine = Engine(policies, prices)
    try:
        await endpoints.warm_up()
        results = await asyncio.gather(*(_ask(engine, each) for each in wanted))
    finally:
        await endpoints.aclose()
    requests = await asyncio.to_thread(_requests, address)
    return [replace(each, requests=requests[each.behaviour.name]) for each in results]


def _requests(address: str) -> Counter[str]:
    """How often each behaviour was asked; the aggregator's requests do not count."""
    with urllib.request.urlopen(f"{address}/_log", timeout=20) as log:
        rows = [row for row in json.load(log) if "messages" in row]
    return Counter(
        row["model"] for row in rows if _DRAFT not in row["messages"][-1]["content"]
    )


def _settings(address: str, wanted: Iterable[Behaviour]) -> Settings:
    price = f"{INPUT_USD_PER_MTOK}/{OUTPUT_USD_PER_MTOK}"
    refs = (_agent(behaviour.name).ref for behaviour in wanted)
    return Settings.from_mapping(
        {
            "OPENAI_BASE_URL": f"{address}/v1",
            "OPENAI_API_KEY": "k",
            "POLYPHONY_ENDPOINTS": f"{LOCAL}={address}/v1",
            "POLYPHONY_CONCURRENT_CALLS": "1000",
            "POLYPHONY_PRICES": ";".join(f"{ref}={price}" for ref in refs),
        }
    )


def _agent(name: str) -> AgentSpec:
    endpoint = LOCAL if name.startswith(_SLOTS) else HOSTED
    agent = AgentSpec(endpoint=endpoint, model=name)
    return replace(agent, max_tokens=_BIG_TOKENS) if name.startswith("big-") else agent


async def _ask(engine: Engine, behaviour: Behaviour) -> Result:
    config = MoAConfig(
        layers=(Layer((_agent(behaviour.name),)),), aggregator=_agent("echo")
    )
    before = _LONG if behaviour.name == "window-silent" else ()
    state = RunState(config)
    async for event in engine.run(config, (_SYSTEM, *before, *_QUESTIONS)):
        state.apply(event)
    seat = state.layers[0].seats[0]
    assert seat.call is not None
    repeated = Message.from_text("user", state.synthesis.text)
    return Result(
        behaviour=behaviour,
        call=seat.call,
        usage=sum((call.usage for call in seat.calls), Usage()),
        cost=sum((call.cost for call in seat.calls), FREE),
        requests=0,
        draft=next(iter(references_in([repeated])), None),
    )


async def list_all(address: str, wanted: Iterable[Behaviour]) -> list[ListResult]:
    """Ask for every odd list, each at an endpoint of its own."""
    wanted = list(wanted)
    names = [f"list-{number}" for number in range(len(wanted))]
    entries = (
        f"{name}={address}/L/{behaviour.name}/v1"
        for name, behaviour in zip(names, wanted, strict=True)
    )
    endpoints = Endpoints(
        Settings.from_mapping({"POLYPHONY_ENDPOINTS": ";".join(entries)})
    )
    try:
        await asyncio.gather(*map(endpoints.refresh, names))
        return [
            ListResult(behaviour, endpoints.models_of(name))
            for name, behaviour in zip(names, wanted, strict=True)
        ]
    finally:
        await endpoints.aclose()
