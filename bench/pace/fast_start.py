"""Measures how much sooner an answer begins with a fast start, and what that costs.

Ratios are over the same draws without one, which take turns with them. With
``POLYPHONY_BENCH_REAL=http://HOST:PORT/v1 MODEL`` a real server is measured as well;
`python -m bench.pace` starts one itself.
"""

import asyncio
import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import count
from statistics import mean, median
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

REPETITIONS, REAL_REPETITIONS = 12, 6
AT_ONCE: Final = 6
REAL: Final = "real"
SEED: Final = 14
USUAL: Final = WritingPace(tokens=200, per_s=60.0, first_s=0.3)
STRAGGLER: Final = replace(USUAL, per_s=12.0, first_s=1.5)
WAYS: Final[tuple[FastStartWay, ...]] = ("chunks", "provisional")
MEASURES: Final = {"first": "first_s", "whole": "wall_s", "tokens": "tokens"}
QUESTIONS: Final = (
    "How do vaccines teach the body to defend itself?",
    "What should a beginner know before growing tomatoes?",
    "Why did the Roman Republic become an empire?",
    "Explain how a bicycle stays upright.",
    "What makes bread rise?",
    "How does a bill become law?",
    "Why do leaves change their colour in autumn?",
    "What is the difference between weather and climate?",
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


@dataclass(frozen=True, slots=True)
class Compared:
    """Runs of one kind, the same draws without a fast start and with each way of it.

    Attributes:
        name: What was run.
        took: By the way, and ``sequential``; each in the order of the draws.
    """

    name: str
    took: dict[str, list[Took]]

    def ratios(self, way: str, measure: str) -> list[float]:
        """What ``measure`` of each run is over the same draw without a fast start."""
        pairs = zip(self.took[way], self.took["sequential"], strict=True)
        return [getattr(one, measure) / getattr(other, measure) for one, other in pairs]

    @property
    def revised(self) -> list[bool]:
        """Of each provisional answer that was looked at again, whether it changed."""
        judged = [each.revised for each in self.took["provisional"]]
        return [each for each in judged if each is not None]

    def figures(self) -> Figures:
        """The medians, and the share of provisional answers that were revised."""
        figures: Figures = {}
        for way in WAYS:
            name = f"fast_start_{self.name}_{way}"
            for shown, measure in MEASURES.items():
                figures[f"{name}_{shown}"] = median(self.ratios(way, measure))
            say(f"{name}: {self.told(way)}")
        if self.revised:
            share = sum(self.revised) / len(self.revised)
            figures[f"fast_start_{self.name}_revised_share"] = share
        return figures

    def told(self, way: str) -> str:
        """Medians with least and most, in words."""
        told = []
        for shown, measure in MEASURES.items():
            each = self.ratios(way, measure)
            told.append(f"{shown} {median(each):.2f} ({min(each):.2f}-{max(each):.2f})")
        firsts = [median(x.first_s for x in self.took[n]) for n in (way, "sequential")]
        requests = mean(each.requests for each in self.took[way])
        revised = f", {sum(self.revised)} of {len(self.revised)} revised"
        return (
            f"{', '.join(told)} of sequential; first token after {firsts[0]:.1f} s, "
            f"sequential {firsts[1]:.1f} s; {requests:.1f} requests for the answer"
            f"{revised if way == 'provisional' else ''}"
        )


def measure_fast_start() -> Figures:
    """Runs of one layer, without and with a fast start, in turn."""
    figures: Figures = {}
    for compared in compare_at_a_pace(REPETITIONS):
        figures |= compared.figures()
    if real := os.environ.get("POLYPHONY_BENCH_REAL"):
        url, model = real.split()
        figures |= compare_really(url, model, REAL_REPETITIONS).figures()
    return figures


def compare_at_a_pace(draws: int, chunk_tokens: int = 32) -> Iterator[Compared]:
    """Models of exact paces: six alike, and five with a straggler."""
    with ModelServers() as servers:
        for name, slowest in (("even", USUAL), ("straggler", STRAGGLER)):
            compared = _compare_paced(servers, name, slowest, draws, chunk_tokens)
            yield asyncio.run(compared)


async def _compare_paced(
    servers: ModelServers,
    name: str,
    slowest: WritingPace,
    draws: int,
    chunk_tokens: int,
) -> Compared:
    """Five usual proposers and one of that pace."""

    def mixture(dice: random.Random, pace: Pace) -> MoAConfig:
        return draw(dice, servers.names, slowest, pace)

    took = await _take_turns(servers.endpoints, mixture, draws, AT_ONCE, chunk_tokens)
    return Compared(name, took)


def draw(
    dice: random.Random, endpoints: Sequence[str], slowest: WritingPace, pace: Pace
) -> MoAConfig:
    """Six proposers, the last of that pace, and an aggregator; no two quite alike."""
    paces = [*[USUAL] * 5, slowest, USUAL]
    seats = [
        AgentSpec(
            endpoint=endpoints[place % len(endpoints)],
            model=replace(each, per_s=each.per_s * dice.uniform(0.8, 1.25)).model(
                f"f{next(_numbers)}"
            ),
        )
        for place, each in enumerate(paces)
    ]
    layer = Layer(tuple(seats[:-1]))
    return MoAConfig(layers=(layer,), aggregator=seats[-1], pace=pace)


def compare_really(
    url: str, model: str, pairs: int, chunk_tokens: int = 32
) -> Compared:
    """Three proposers and an aggregator of one real model, one run after another."""
    agent = AgentSpec(endpoint=REAL, model=model, max_tokens=220)

    def mixture(_dice: random.Random, pace: Pace) -> MoAConfig:
        return MoAConfig(
            layers=(Layer((agent,) * 3),),
            aggregator=replace(agent, temperature=0.0),
            pace=pace,
        )

    turns = _take_turns(f"{REAL}={url}", mixture, pairs, 1, chunk_tokens)
    return Compared(REAL, asyncio.run(turns))


async def _take_turns(
    spelled: str,
    mixture: Callable[[random.Random, Pace], MoAConfig],
    repetitions: int,
    at_once: int,
    chunk_tokens: int,
) -> dict[str, list[Took]]:
    variables = {"POLYPHONY_ENDPOINTS": spelled, "POLYPHONY_LOCAL_SERVERS": "off"}
    endpoints, known = Endpoints(Settings.from_mapping(variables)), Continuations()
    policies = Resilient(endpoints, Deadlines(), 512)
    modes: dict[str, Pace] = {"sequential": Pace()}
    for way in WAYS:
        modes[way] = Pace(fast_start=FastStart(way=way, chunk_tokens=chunk_tokens))
    took: dict[str, list[Took]] = {mode: [] for mode in modes}
    try:
        await endpoints.warm_up()
        for first in range(0, repetitions, at_once):
            numbers = range(first, min(first + at_once, repetitions))
            for mode, pace in modes.items():
                say(f"fast start: {mode}, {numbers[0] + 1} to {numbers[-1] + 1}")
                runs = []
                for number in numbers:
                    config = mixture(random.Random(SEED + number), pace)
                    learnt = known
                    if config.aggregator.endpoint != REAL:  # each draw has other models
                        learnt = Continuations({config.aggregator.ref: "trailing"})
                    engine = Engine(policies, PriceBook(), continuations=learnt)
                    question = QUESTIONS[number % len(QUESTIONS)]
                    runs.append(_run(engine, config, question))
                took[mode] += await asyncio.gather(*runs)
    finally:
        await endpoints.aclose()
    if known.learnt:
        say(f"fast start: the probe found {known.learnt}")
    return took


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
