"""Runs whose answer begins early, by models that keep an exact pace."""

import asyncio
from decimal import Decimal

from moa_core.engine import Continuations, Engine
from moa_core.errors import ServerFailedError
from moa_core.mixture import FastStart, Pace
from moa_core.pricing import PriceBook
from moa_core.run import Controls, Delta, Finish, RunState
from moa_core.settings import OwnPrice
from moa_core.usage import Usage
from tests.moa_core.scripted import QUESTION, failure, mixture
from tests.support.virtual_time import run_virtually

PRICE = OwnPrice(input_usd_per_mtok=Decimal("0.7"), output_usd_per_mtok=Decimal("1.3"))
DRAFT = [f"Fact number {number}. " for number in range(60)]
ANSWER = [f"Point {number} holds. " for number in range(40)]


class Paced:
    """Writes ten sentences a second; the chief continues its text, and checks it."""

    def __init__(self, check="STANDS", slow=(), fails=()):
        self.check, self.slow, self.fails = check, slow, fails
        self.reported = []

    async def stream(self, request):
        model, last = request.agent.model, request.messages[-1]
        await asyncio.sleep(0.5)
        if "reply with the one word STANDS" in last.text:
            if "check" in self.fails:
                raise failure(model, ServerFailedError, "It broke.", retryable=False)
            parts = [self.check]
        elif model == "chief":
            had = last.text.count("holds") if last.role == "assistant" else 0
            parts = ANSWER[had : had + request.agent.max_tokens // 4]
        else:
            parts = DRAFT
        for part in parts:
            await asyncio.sleep(0.5 if model in self.slow else 0.1)
            yield Delta(part)
        cut = model == "chief" and parts[-1:] not in ([self.check], ANSWER[-1:])
        usage = Usage(
            input_tokens=sum(len(m.text) for m in request.messages),
            output_tokens=4 * len(parts),
            source="reported",
        )
        self.reported.append((model, usage))
        yield Finish(reason="length" if cut else "stop", usage=usage)


def ran(provider, way, stop_s=None, budget=None):
    """The state after a run of three proposers, and its last event."""
    config = mixture(["a", "b", "c"], pace=Pace(fast_start=way and FastStart(way=way)))
    prices = PriceBook({f"lab/{model}": PRICE for model in ("a", "b", "c", "chief")})
    known = Continuations({"lab/chief": "trailing"})
    engine = Engine({"lab": provider}, prices, continuations=known)

    async def run():
        state, controls, events = RunState(config), Controls(), []
        if stop_s is not None:
            asyncio.get_running_loop().call_later(stop_s, controls.stop)
        async for event in engine.run(config, QUESTION, controls, budget):
            state.apply(event)
            events.append(event)
        return state, events

    return run_virtually(run())
