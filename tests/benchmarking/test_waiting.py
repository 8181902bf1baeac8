"""What the bench draws, on a clock that jumps: the policy without the machine."""

import asyncio
import random
import statistics
from contextlib import aclosing

import pytest

from bench.models import WritingPace
from bench.pace.drawn import Drawn
from bench.pace.waiting import MODES, QUESTION
from moa_core.engine import Engine
from moa_core.pricing import PriceBook
from moa_core.run import Delta, Finish, RunFinished
from tests.support.virtual_time import run_virtually

pytestmark = pytest.mark.slow

DRAWS = 5


class Paced:
    """Writes at the pace that a model's name says."""

    async def stream(self, request):
        pace = WritingPace.of(request.agent.model)
        for index in range(pace.tokens):
            await asyncio.sleep(1 / pace.per_s if index else pace.first_s)
            yield Delta("words ")
        yield Finish(reason="stop")


async def ratios(mode, fault):
    dice, found = random.Random(1), []
    engine = Engine({"lab": Paced()}, PriceBook())
    for _ in range(DRAWS):
        drawn = Drawn.of(dice, 0.2, fault)
        config = drawn.mixture(["lab"], MODES[mode])
        async with aclosing(engine.run(config, QUESTION)) as events:
            async for event in events:
                last = event
        assert isinstance(last, RunFinished)
        found.append(last.latency_s / drawn.ideal_s)
    return found


@pytest.mark.parametrize(
    ("mode", "fault", "most"),
    [
        ("both", "none", 1.01),
        ("quorum", "straggler", 1.15),
        ("quorum", "hang", 1.15),
        ("hedged", "aggregator hangs", 1.3),
    ],
)
def test_nobody_waits_for_the_slowest_and_nothing_is_slower_where_nobody_is(
    mode, fault, most
):
    found = run_virtually(ratios(mode, fault))
    assert statistics.median(found) <= most
