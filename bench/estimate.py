"""Measures how often a turn's cost lies in the range estimated before it.

The answers are recorded ones, AlpacaEval's, replayed by a model server that is no part
of this project; the real engine asks, and bills what that server reports. In the
paper's placement the aggregator, too, gives a recorded answer, that of the paper's own
mixture, so costs are as in life. In the trailing placement the server would not know
the last message and answer with filler.
"""

import asyncio
import gzip
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figures, say
from moa_core.engine import Engine, Resilient
from moa_core.messages import Message, Question
from moa_core.mixture import AgentSpec, Layer, MoAConfig, Prompts
from moa_core.plan import Estimate, estimate
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.run import RunFinished
from moa_core.settings import Settings
from tests.browser.app.running_app import free_port

SHARED = Path(__file__).parents[2] / "shared"
SERVER = SHARED / "tools" / "model_server.py"
RECORDED = SHARED / "data" / "alpaca_eval" / "prompts_dev.jsonl.gz"
QUESTIONS = 100
AT_ONCE = 20

QWEN_110B = "together/Qwen/Qwen1.5-110B-Chat"
QWEN_72B = "together/Qwen/Qwen1.5-72B-Chat"
MIXTRAL = "together/mistralai/Mixtral-8x22B-Instruct-v0.1"
LLAMA = "together/meta-llama/Meta-Llama-3-70B-Instruct"
DBRX = "together/databricks/dbrx-instruct"
MOA = "together/Together-MoA"
MOA_LITE = "together/Together-MoA-Lite"
PRICES = "together/Together-MoA=1.80/1.80;together/Together-MoA-Lite=0.90/0.90"
"""Recorded answers of whole mixtures, at the price of the model that wrote them."""

FIVE = (QWEN_110B, QWEN_72B, MIXTRAL, LLAMA, DBRX)
USUAL = "five and MoA-Lite"


def _mixture(
    *layers: Sequence[str], aggregator: str, max_tokens: int = 2048
) -> MoAConfig:
    def agent(ref: str) -> AgentSpec:
        return replace(AgentSpec.from_ref(ref), max_tokens=max_tokens)

    return MoAConfig(
        layers=tuple(Layer(tuple(agent(ref) for ref in refs)) for refs in layers),
        aggregator=agent(aggregator),
        prompts=Prompts(placement="paper"),
    )


MIXTURES = {
    USUAL: _mixture(FIVE, aggregator=MOA_LITE),
    "four and MoA": _mixture((QWEN_110B, QWEN_72B, MIXTRAL, DBRX), aggregator=MOA),
    "three and MoA-Lite": _mixture((QWEN_72B, LLAMA, DBRX), aggregator=MOA_LITE),
    "five, five and MoA": _mixture(FIVE, FIVE, aggregator=MOA),
    "one model": _mixture((QWEN_72B,), aggregator=QWEN_72B),
    "short answers": _mixture(FIVE, aggregator=MOA_LITE, max_tokens=256),
}


def measure_estimate() -> Figures:
    """Ask 100 held-out questions of every mixture; nothing without the recordings."""
    if not (RECORDED.exists() and SERVER.exists()):
        say(f"estimate: left out, there are no recorded answers in {SHARED}")
        return {}
    with _replaying() as url:
        settings = Settings.from_mapping(
            {
                "TOGETHER_API_KEY": "bench",
                "TOGETHER_BASE_URL": url,
                "POLYPHONY_PRICES": PRICES,
                "POLYPHONY_LOCAL_SERVERS": "off",
            }
        )
        tried = asyncio.run(_try_all(settings, _held_out()))
    for name, turns in tried.items():
        hits, width = _hits(turns), _width(turns)
        say(f"estimate: {name}: {hits} of {len(turns)} in a range of {width:.2f}")
    return {
        "estimate_hits_of_100": _hits(tried[USUAL]),
        "estimate_width": _width(tried[USUAL]),
        "estimate_hits_of_100_worst": min(map(_hits, tried.values())),
        "estimate_width_worst": max(map(_width, tried.values())),
    }


@dataclass(frozen=True, slots=True)
class _Turn:
    """What a turn was said to cost, and what it did cost, in dollars."""

    estimated: Estimate
    usd: Decimal

    @property
    def hit(self) -> bool:
        return self.estimated.low.usd <= self.usd <= self.estimated.high.usd

    @property
    def width(self) -> float:
        return float(self.estimated.high.usd / self.estimated.low.usd)


def _hits(turns: Sequence[_Turn]) -> int:
    return sum(turn.hit for turn in turns)


def _width(turns: Sequence[_Turn]) -> float:
    return statistics.median(turn.width for turn in turns)


def _held_out() -> list[str]:
    """Of the half kept for checking, in an order that has nothing to do with them."""
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        rows = {row["prompt_id"]: row["instruction"] for row in map(json.loads, lines)}
    held_out = sorted(uid for uid in rows if int(uid, 16) % 2)
    return [rows[uid] for uid in held_out[:QUESTIONS]]


@contextmanager
def _replaying() -> Iterator[str]:
    """The replaying model server at full speed; gives its address."""
    agents = {
        agent.model: {"ttft": 0, "tps": 0}
        for config in MIXTURES.values()
        for agent in config.agents
    }
    with TemporaryDirectory() as folder:
        models, port = Path(folder) / "models.json", free_port()
        models.write_text(json.dumps(agents))
        command = [sys.executable, str(SERVER), "--port", str(port), "--notrace"]
        command += ["--models", str(models), "--replay", str(RECORDED)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout
                server.stdout.readline()
                yield f"http://127.0.0.1:{port}/v1"
            finally:
                server.kill()


async def _try_all(
    settings: Settings, questions: Sequence[str]
) -> dict[str, list[_Turn]]:
    endpoints, prices = Endpoints(settings), PriceBook(settings.prices)
    policies = Resilient(endpoints, settings.deadlines, settings.concurrent_calls)
    engine = Engine(policies, prices)
    turns = {
        name: await _ask_all(config, questions, engine, prices)
        for name, config in MIXTURES.items()
    }
    await endpoints.aclose()
    return turns


async def _ask_all(
    config: MoAConfig, questions: Sequence[str], engine: Engine, prices: PriceBook
) -> list[_Turn]:
    slots = asyncio.Semaphore(AT_ONCE)

    async def ask(question: str) -> _Turn:
        messages = (Question(question).message,)
        estimated = estimate(config, messages, prices)
        async with slots:
            return _Turn(estimated, await _billed_usd(config, messages, engine))

    return await asyncio.gather(*map(ask, questions))


async def _billed_usd(
    config: MoAConfig, messages: Sequence[Message], engine: Engine
) -> Decimal:
    *_, end = [event async for event in engine.run(config, messages)]
    if not isinstance(end, RunFinished) or end.usage.source != "reported":
        raise ValueError(f"a recorded run has no real bill: {end}")
    assert end.cost.total_usd is not None
    return end.cost.total_usd
