"""Measures how much sooner an answer begins with a fast start, and what that costs.

Ratios are over the same draws without one, which take turns with them. With
``POLYPHONY_BENCH_REAL=http://HOST:PORT/v1 MODEL`` a real server is measured as well.
"""

import asyncio
import os
import random
import statistics
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from bench.figures import Figures, say
from bench.model_server import ModelServers
from bench.models import WritingPace
from moa_core.engine import Continuations, Engine, Resilient
from moa_core.messages import Message
from moa_core.mixture import AgentSpec, FastStart, FastStartWay, Layer, MoAConfig, Pace
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.run import ProvisionalJudged, RunState
from moa_core.settings import Deadlines, Settings

REPETITIONS, REAL_REPETITIONS = 20, 12
AT_ONCE: Final = 5
SEED: Final = 14
USUAL: Final = WritingPace(tokens=200, per_s=60.0, first_s=0.3)
STRAGGLER: Final = replace(USUAL, per_s=12.0, first_s=1.5)
WAYS: Final[tuple[FastStartWay, ...]] = ("chunks", "provisional")
QUESTIONS: Final = (
    "How do vaccines teach the body to defend itself?",
    "What should a beginner know before growing tomatoes?",
    "Why did the Roman Republic become an empire?",
    "Explain how a bicycle stays upright.",
)

_numbers = count()


@dataclass(frozen=True, slots=True)
class Took:
    """What one run took.

    Attributes:
        revised: Whether its provisional answer was revised; ``None`` without one.
    """

    first_s: float
    wall_s: float
    tokens: int
    requests: int
    revised: bool | None


def measure_fast_start() -> Figures:
    """Runs of one layer, without and with a fast start, in turn."""
    with ModelServers() as servers:
        spelled = servers.endpoints
        figures = asyncio.run(_measure(spelled, servers.names, "even", USUAL))
        figures |= asyncio.run(_measure(spelled, servers.names, "straggler", STRAGGLER))
    if real := os.environ.get("POLYPHONY_BENCH_REAL"):
        figures |= asyncio.run(_measure_real(*real.split()))
    return figures


async def _measure(
    spelled: str, names: Sequence[str], name: str, slowest: WritingPace
) -> Figures:
    """Five usual proposers and one of that pace."""

    def mixture(dice: random.Random, pace: Pace) -> MoAConfig:
        paces = [*[USUAL] * 5, slowest]
        seats = [
            AgentSpec(
                endpoint=names[place % len(names)],
                model=replace(each, per_s=each.per_s * dice.uniform(0.8, 1.25)).model(
                    f"f{next(_numbers)}"
                ),
            )
            for place, each in enumerate([*paces, USUAL])
        ]
        return MoAConfig(
            layers=(Layer(tuple(seats[:-1])),), aggregator=seats[-1], pace=pace
        )

    return await _compared(spelled, name, mixture, REPETITIONS, AT_ONCE)


async def _measure_real(url: str, model: str) -> Figures:
    """Three proposers and an aggregator of one real model."""
    agent = AgentSpec(endpoint="real", model=model, max_tokens=220)

    def mixture(_dice: random.Random, pace: Pace) -> MoAConfig:
        return MoAConfig(
            layers=(Layer((agent,) * 3),),
            aggregator=replace(agent, temperature=0.0),
            pace=pace,
        )

    return await _compared(f"real={url}", "real", mixture, REAL_REPETITIONS, 1)


async def _compared(
    spelled: str,
    name: str,
    mixture: Callable[[random.Random, Pace], MoAConfig],
    repetitions: int,
    at_once: int,
) -> Figures:
    variables = {"POLYPHONY_ENDPOINTS": spelled, "POLYPHONY_LOCAL_SERVERS": "off"}
    endpoints, known = Endpoints(Settings.from_mapping(variables)), Continuations()
    policies = Resilient(endpoints, Deadlines(), 512)
    modes: dict[str, Pace] = {"sequential": Pace()}
    modes |= {way: Pace(fast_start=FastStart(way=way)) for way in WAYS}
    took: dict[str, list[Took]] = {mode: [] for mode in modes}
    try:
        await endpoints.warm_up()
        for first in range(0, repetitions, at_once):
            numbers = range(first, min(first + at_once, repetitions))
            for mode, pace in modes.items():
                runs = []
                for number in numbers:
                    config = mixture(random.Random(SEED + number), pace)
                    learnt = known
                    if name != "real":  # each draw has other models
                        learnt = Continuations({config.aggregator.ref: "trailing"})
                    engine = Engine(policies, PriceBook(), continuations=learnt)
                    question = QUESTIONS[number % len(QUESTIONS)]
                    runs.append(_run(engine, config, question))
                took[mode] += await asyncio.gather(*runs)
    finally:
        await endpoints.aclose()
    if name == "real":
        say(f"fast start: the probe found {known.learnt}")
    return _figures(name, took)


def _figures(name: str, took: dict[str, list[Took]]) -> Figures:
    figures: Figures = {}
    for way in WAYS:
        pairs = list(zip(took[way], took["sequential"], strict=True))
        firsts = [one.first_s / other.first_s for one, other in pairs]
        walls = [one.wall_s / other.wall_s for one, other in pairs]
        tokens = [one.tokens / other.tokens for one, other in pairs]
        figures |= {
            f"fast_start_{name}_{way}_first": statistics.median(firsts),
            f"fast_start_{name}_{way}_whole": statistics.median(walls),
            f"fast_start_{name}_{way}_tokens": statistics.median(tokens),
        }
        requests = statistics.mean(each.requests for each in took[way])
        say(
            f"fast start: {name}: {way}: first {min(firsts):.2f} to {max(firsts):.2f}, "
            f"whole {min(walls):.2f} to {max(walls):.2f} of sequential, "
            f"{requests:.1f} requests for the answer"
        )
    judged = [one.revised for one in took["provisional"] if one.revised is not None]
    if judged:
        figures[f"fast_start_{name}_revised_share"] = sum(judged) / len(judged)
    return figures


async def _run(engine: Engine, config: MoAConfig, question: str) -> Took:
    state, messages = RunState(config), (Message.from_text("user", question),)
    async with aclosing(engine.run(config, messages)) as events:
        async for event in events:
            state.apply(event)
    if state.status != "succeeded" or state.ttft_s is None or state.latency_s is None:
        raise ValueError(f"a run did not answer: {state.error}")
    judged = [d for _, d in state.decisions if isinstance(d, ProvisionalJudged)]
    return Took(
        first_s=state.ttft_s,
        wall_s=state.latency_s,
        tokens=state.usage.total_tokens,
        requests=sum(call.role != "proposer" for call in state.calls),
        revised=not judged[0].stands if judged else None,
    )
