"""How soon an answer begins by the policy alone: the bench on a clock that jumps."""

import asyncio
import random
import statistics
from contextlib import aclosing

import pytest

from bench.model_server import writes
from bench.models import WritingPace, pieces
from bench.pace.fast_start import STRAGGLER, USUAL, WAYS, draw
from moa_core.engine import Continuations, Engine
from moa_core.mixture import FastStart, Pace
from moa_core.pricing import PriceBook
from moa_core.run import Delta, Finish, RunState
from tests.moa_core.scripted import QUESTION
from tests.support.virtual_time import run_virtually

pytestmark = pytest.mark.slow

DRAWS = 3


class Paced:
    """Writes what the bench's model servers write, at the pace that a name says."""

    async def stream(self, request):
        model, clock = request.agent.model, asyncio.get_running_loop().time
        pace, began_s = WritingPace.of(model), clock()
        sent = [{"role": m.role, "content": m.text} for m in request.messages]
        body = {"messages": sent, "max_tokens": request.agent.max_tokens}
        written, left = writes(body, pieces(model, pace.tokens))
        for index, piece in enumerate(written):
            await asyncio.sleep(max(0.0, began_s + pace.due_s(index) - clock()))
            yield Delta(piece)
        yield Finish(reason="length" if left else "stop")


async def first_token_s(config):
    known = Continuations({config.aggregator.ref: "trailing"})
    engine = Engine({"lab": Paced()}, PriceBook(), continuations=known)
    state = RunState(config)
    async with aclosing(engine.run(config, QUESTION)) as events:
        async for event in events:
            state.apply(event)
    assert state.status == "succeeded"
    return state.ttft_s


@pytest.mark.parametrize(("slowest", "most"), [(USUAL, 0.3), (STRAGGLER, 0.1)])
@pytest.mark.parametrize("way", WAYS)
def test_the_first_token_comes_within_three_tenths_of_the_time(way, slowest, most):
    ratios = []
    for seed in range(DRAWS):
        took = [
            run_virtually(
                first_token_s(draw(random.Random(seed), ["lab"], slowest, pace))
            )
            for pace in (Pace(fast_start=FastStart(way=way)), Pace())
        ]
        ratios.append(took[0] / took[1])
    assert statistics.median(ratios) <= most
