"""Measures what a slow, a silent and no faulty model cost, with and without a quorum.

The draws of a scenario are the same for every mode, and the modes take turns, each time
in another order, so that they share the moods of the machine. Ratios are over what the
models take at best. Where nobody is slow, today's engine takes part twice: what it
differs from itself is what the machine adds.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from bench.figures import Figures, say
from bench.model_server import ModelServers
from bench.pace.drawn import Drawn, Fault
from moa_core.engine import Engine, Resilient
from moa_core.messages import Message
from moa_core.mixture import Hedging, MoAConfig, Pace, Quorum
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.run import RunFinished
from moa_core.settings import Deadlines, Settings

REPETITIONS: Final = 20
AT_ONCE: Final = 10
APART_S: Final = 0.15
"""Between the beginnings of two runs: their requests must not all come at once."""
SEED: Final = 14
DEADLINES: Final = Deadlines(first_token_s=8.0)
"""Else a silent model would be waited for until long after the bench."""

QUESTION = (Message.from_text("user", "What does it cost?"),)

MODES: Final = {
    "today": Pace(),
    "again": Pace(),
    "quorum": Pace(quorum=Quorum()),
    "hedged": Pace(hedging=Hedging()),
    "both": Pace(quorum=Quorum(), hedging=Hedging()),
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is wrong, how different the models are, and who is measured there."""

    name: str
    fault: Fault
    sigma: float
    modes: tuple[str, ...] = ("today", "quorum")


SCENARIOS: Final = (
    Scenario("even", "none", 0.2, ("today", "again", "quorum", "hedged", "both")),
    Scenario("lognormal", "none", 0.5),
    Scenario("straggler", "straggler", 0.2),
    Scenario("hang", "hang", 0.2),
    Scenario("silent_aggregator", "aggregator hangs", 0.2, ("today", "hedged")),
)


def measure_waiting() -> Figures:
    """Runs of two layers of six and an aggregator, for each mode."""
    with ModelServers() as servers:
        settings = Settings.from_mapping(
            {"POLYPHONY_ENDPOINTS": servers.endpoints, "POLYPHONY_LOCAL_SERVERS": "off"}
        )
        return asyncio.run(_measure(settings, servers.names))


async def _measure(settings: Settings, names: Sequence[str]) -> Figures:
    endpoints = Endpoints(settings)
    engine = Engine(Resilient(endpoints, DEADLINES, 512), PriceBook())
    figures: Figures = {}
    try:
        await endpoints.warm_up()
        for scenario in SCENARIOS:
            figures |= await _scenario(engine, names, scenario)
    finally:
        await endpoints.aclose()
    return figures


async def _scenario(
    engine: Engine, names: Sequence[str], scenario: Scenario
) -> Figures:
    dice, modes = random.Random(SEED), scenario.modes
    draws = [Drawn.of(dice, scenario.sigma, scenario.fault) for _ in range(REPETITIONS)]
    ratios: dict[str, list[float]] = {mode: [] for mode in modes}
    cpu_s = dict.fromkeys(modes, 0.0)
    for first in range(0, REPETITIONS, AT_ONCE):
        batch, turn = draws[first : first + AT_ONCE], first // AT_ONCE % len(modes)
        for mode in (*modes[turn:], *modes[:turn]):
            runs = [
                _run(engine, each.mixture(names, MODES[mode]), place * APART_S)
                for place, each in enumerate(batch)
            ]
            began_s = time.process_time()
            walls = await asyncio.gather(*runs)
            cpu_s[mode] += time.process_time() - began_s
            ratios[mode] += [
                wall_s / each.ideal_s for wall_s, each in zip(walls, batch, strict=True)
            ]
    slowest = {mode: f"{max(each):.2f}" for mode, each in ratios.items()}
    say(f"pace: {scenario.name}: slowest of {REPETITIONS} {slowest}")
    return _figures(scenario, ratios, cpu_s)


def _figures(
    scenario: Scenario, ratios: dict[str, list[float]], cpu_s: dict[str, float]
) -> Figures:
    name = f"pace_{scenario.name}"
    figures = {
        f"{name}_{mode}": statistics.median(each) for mode, each in ratios.items()
    }
    for mode in scenario.modes[1:]:
        pairs = zip(ratios[mode], ratios["today"], strict=True)
        over = statistics.median(one / other for one, other in pairs)
        figures[f"{name}_{mode}_over_today"] = over
    if scenario.fault == "none":
        each_ms = {mode: 1000 * all_s / REPETITIONS for mode, all_s in cpu_s.items()}
        figures |= {f"{name}_{mode}_cpu_ms": ms for mode, ms in each_ms.items()}
    return figures


async def _run(engine: Engine, config: MoAConfig, begins_in_s: float) -> float:
    """Seconds that one run takes."""
    await asyncio.sleep(begins_in_s)
    clock = asyncio.get_running_loop().time
    began_s, answered = clock(), False
    async with aclosing(engine.run(config, QUESTION)) as events:
        async for event in events:
            answered = isinstance(event, RunFinished)
    if not answered:
        raise ValueError("a run did not answer")
    return clock() - began_s
