"""A run that has spent what it may stops between calls and keeps what it has."""

import asyncio
from decimal import Decimal

import pytest

from moa_core.engine.budget import Budget
from moa_core.engine.execution import Engine
from moa_core.engine.resilience import Retrying, RetryPolicy
from moa_core.errors import (
    CapReachedError,
    NoProposalsError,
    NoSynthesisError,
    ServerFailedError,
    WithheldError,
)
from moa_core.mixture.shipped import DEFAULT_PRESET
from moa_core.pricing import PriceBook
from moa_core.run.completion import Begin, Delta, Finish, Restart
from moa_core.run.events import (
    CallFailed,
    CallFinished,
    CallRestarted,
    CallStarted,
    LayerFinished,
    LayerStarted,
    RunFinished,
)
from moa_core.settings import OwnPrice
from moa_core.usage import FREE, UNKNOWN_COST, Cost
from tests.moa_core.scripted import (
    QUESTION,
    REPORTED,
    ScriptedProvider,
    failure,
    mixture,
    of,
)

CENT = Decimal("0.01")
PRICE = OwnPrice(input_usd_per_mtok=Decimal(500), output_usd_per_mtok=Decimal(1000))
"""Ten tokens in and five out, as the script reports, make a cent."""

TWO_LAYERS = mixture(["a", "b"], ["c"])


async def told(provider, config, limit, *, allow_unknown=False, priced=True):
    prices = PriceBook(
        {f"lab/{model}": PRICE for model in ("a", "b", "c", "chief", "heir")}
        if priced
        else {}
    )
    engine = Engine({"lab": provider}, prices)
    budget = Budget(limit_usd=limit, allow_unknown=allow_unknown)
    return [event async for event in engine.run(config, QUESTION, budget=budget)]


async def test_a_run_within_its_budget_ends_as_ever():
    *_, end = await told(ScriptedProvider(), TWO_LAYERS, 4 * CENT)
    assert isinstance(end, RunFinished)
    assert end.cost == Cost(4 * CENT)


@pytest.mark.parametrize(
    ("limit", "calls", "layers"), [(CENT, 2, 1), (2 * CENT, 2, 1), (3 * CENT, 3, 2)]
)
async def test_no_call_begins_once_the_limit_is_reached(limit, calls, layers):
    provider = ScriptedProvider()
    events = await told(provider, TWO_LAYERS, limit)
    end = events[-1]
    assert isinstance(end.error, CapReachedError)
    assert len(provider.requests) == calls
    assert end.cost == Cost(calls * CENT)
    assert len(of(CallFinished, events, "proposer")) == calls
    assert len(of(LayerStarted, events)) == len(of(LayerFinished, events)) == layers
    assert str(Cost(limit)) in str(end.error)
    assert str(end.cost) in str(end.error)
    assert "kept" in end.error.advice


async def test_a_fallback_is_not_asked_beyond_the_limit():
    answer = ["half", failure("chief", kind=ServerFailedError)]
    provider = ScriptedProvider({"chief": answer})
    config = mixture(["a"], fallbacks=["heir"])
    events = await told(provider, config, Decimal("0.0101"))
    assert isinstance(events[-1].error, CapReachedError)
    assert provider.asked("chief")
    assert not provider.asked("heir")
    assert len(of(CallStarted, events, "aggregator")) == 1


async def test_a_failed_call_is_not_tried_again_beyond_the_limit():
    broken = ["much text " * 50, failure("a", kind=ServerFailedError)]
    provider = ScriptedProvider({"a": broken})
    retrying = Retrying(provider, RetryPolicy(first_wait_s=0.0))
    events = await told(retrying, mixture(["a"]), CENT)
    [restarted], [failed] = (
        of(CallRestarted, events, "proposer"),
        of(CallFailed, events, "proposer"),
    )
    assert len(provider.asked("a")) == 1
    assert restarted.call.cost.usd > CENT
    assert isinstance(failed.call.error, WithheldError)
    assert failed.call.cost == FREE
    assert isinstance(events[-1].error, CapReachedError)
    assert events[-1].cost == restarted.call.cost


async def test_what_others_spend_while_a_call_waits_counts():
    class Waiting:
        """One model waits to try again until the other one has been paid for."""

        async def stream(self, request):
            if request.agent.model == "b":
                await asyncio.sleep(0.01)
                yield Delta("b answers")
                yield Finish(reason="stop", usage=REPORTED)
                return
            yield Restart(failure("a"), 0.1)
            await asyncio.sleep(0.1)
            yield Begin()
            raise AssertionError("it began all the same")

    events = await told(Waiting(), mixture(["a", "b"]), CENT)
    [failed] = of(CallFailed, events, "proposer")
    assert isinstance(failed.call.error, WithheldError)
    [layer] = of(LayerFinished, events)
    assert layer.answered == 1
    assert isinstance(events[-1].error, CapReachedError)


@pytest.mark.parametrize(
    ("broken", "error"), [("a", NoProposalsError), ("chief", NoSynthesisError)]
)
async def test_a_failure_that_is_not_the_caps_is_not_put_down_to_it(broken, error):
    provider = ScriptedProvider({broken: ["x" * 9999, failure(broken)]})
    *_, end = await told(provider, mixture(["a"]), 2 * CENT)
    assert isinstance(end.error, error)


async def test_a_free_run_has_no_limit():
    provider = ScriptedProvider()
    engine = Engine({"simulated": provider}, PriceBook())
    budget = Budget(limit_usd=Decimal(0))
    run = engine.run(DEFAULT_PRESET.config, QUESTION, budget=budget)
    events = [event async for event in run]
    assert isinstance(events[-1], RunFinished)


async def test_after_a_call_of_unknown_price_no_other_begins():
    provider = ScriptedProvider()
    events = await told(provider, TWO_LAYERS, CENT, priced=False)
    assert isinstance(events[-1].error, CapReachedError)
    assert "is unknown" in str(events[-1].error)
    assert len(provider.requests) == 2


async def test_unknown_prices_can_be_allowed():
    provider = ScriptedProvider()
    *_, end = await told(provider, TWO_LAYERS, CENT, priced=False, allow_unknown=True)
    assert isinstance(end, RunFinished)
    assert end.cost.unknown_calls == 4


def test_nothing_spent_is_never_too_much():
    assert Budget(limit_usd=Decimal(0)).check(FREE) is None
    lenient = Budget(limit_usd=Decimal(0), allow_unknown=True)
    assert lenient.check(UNKNOWN_COST) is None
