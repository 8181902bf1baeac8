import asyncio
import math
from bisect import bisect_left
from contextlib import aclosing
from itertools import pairwise

import pytest

from moa_core.engine import CallRates, LocalCallRates
from moa_core.engine.limits.call_rates import PATIENCE_S, AtRate
from moa_core.engine.resilience import Resilient
from moa_core.errors import RateLimitedError, ServerFailedError
from moa_core.run.completion import Begin, CompletionRequest, Finish, Queued
from moa_core.settings import Deadlines
from tests.moa_core.scripted import QUESTION, ScriptedProvider, agent, failure
from tests.support.virtual_time import run_virtually, stall


class Asked:
    """Notes when each call is made; plays a script, if there is one."""

    def __init__(self, script=None):
        self.inner = ScriptedProvider({"m": script} if script else None)
        self.at_s = []

    def __call__(self, request):
        return self.stream(request)

    async def stream(self, request):
        self.at_s.append(asyncio.get_running_loop().time())
        async with aclosing(self.inner.stream(request)) as items:
            async for item in items:
                yield item


async def items_of(provider):
    async with aclosing(
        provider.stream(CompletionRequest(agent("m"), QUESTION))
    ) as items:
        return [item async for item in items]


async def many(provider, count):
    async with asyncio.TaskGroup() as group:
        return [group.create_task(items_of(provider)) for _ in range(count)]


@pytest.mark.parametrize("rate", [20, 300])
def test_a_minute_never_has_more_calls_and_hardly_fewer(rate):
    asked = Asked()
    rates: CallRates = LocalCallRates({"lab": rate})
    run_virtually(many(AtRate(asked, "lab", rates), 4 * rate))
    at = asked.at_s
    in_a_minute = [bisect_left(at, t + 60 - 1e-6) - n for n, t in enumerate(at)]
    assert max(in_a_minute) <= rate
    assert at[-1] - at[0] <= 4 * 60 / 0.95


def test_lost_time_is_caught_up():
    """As when the loop is late: the next calls come sooner, by a second at most."""
    asked = Asked()
    provider = AtRate(asked, "lab", LocalCallRates({"lab": 600}))

    async def late():
        await many(provider, 12)
        await asyncio.sleep(30)
        await many(provider, 12)

    run_virtually(late())
    second = asked.at_s[12:]
    assert sum(t == second[0] for t in second) == 10
    assert second[-1] > second[0]


def test_a_call_that_waits_for_its_turn_is_queued_and_begins():
    provider = AtRate(Asked(), "lab", LocalCallRates({"lab": 1}))

    async def two():
        return await items_of(provider), await items_of(provider)

    first, second = run_virtually(two())
    assert not isinstance(first[0], Queued)
    assert [*map(type, second[:2])] == [Queued, Begin]


def test_endpoints_without_a_rate_do_not_wait():
    asked = Asked()
    run_virtually(many(AtRate(asked, "lab", LocalCallRates({"other": 1})), 50))
    assert asked.at_s == [0.0] * 50


def test_a_refusal_pauses_the_endpoint_for_everybody():
    refusal = failure("m", RateLimitedError, retry_after_s=7.0)

    def script(number):
        return [refusal] if number == 3 else ["well"]

    asked = Asked(script)
    provider = AtRate(asked, "lab", LocalCallRates({"lab": 60}))
    results = run_virtually(many(provider, 10))
    assert all(isinstance(each.result()[-1], Finish) for each in results)
    assert len(asked.at_s) == 11  # the refused one, again
    refused_s = asked.at_s[2]
    pause = [t for t in asked.at_s if refused_s < t < refused_s + 7.0]
    assert pause == []
    after = asked.at_s[3:]
    assert min(b - a for a, b in pairwise(after[2:])) > 0.9  # no rush either


async def waited(rates, endpoint):
    """How long one waits for a turn."""
    clock = asyncio.get_running_loop().time
    before = clock()
    await rates.turn(endpoint)
    return clock() - before


def test_a_loop_that_was_late_does_not_make_a_minute_have_more():
    """Turns that came due while it was busy are not all taken at once."""
    asked = Asked()
    provider = AtRate(asked, "lab", LocalCallRates({"lab": 300}))

    async def stalled():
        work = asyncio.create_task(many(provider, 1000))
        await asyncio.sleep(30)
        stall(5.0)
        await work

    run_virtually(stalled())
    at = asked.at_s
    in_a_minute = [bisect_left(at, t + 60 - 1e-6) - n for n, t in enumerate(at)]
    assert max(in_a_minute) <= 300


def test_refusals_of_one_moment_count_once_and_later_ones_double_the_pause():
    rates = LocalCallRates({})

    async def refusals():
        waits = []
        for _ in range(3):
            for _ in range(20):
                await rates.refused("lab", None)
            waits.append(await waited(rates, "lab"))
        await asyncio.sleep(60)
        await rates.refused("lab", None)
        return [*waits, await waited(rates, "lab"), await waited(rates, "other")]

    assert run_virtually(refusals()) == [1, 2, 4, 1, 0]


def test_an_endpoint_that_refuses_for_long_fails_the_call():
    asked = Asked([failure("m", RateLimitedError)])
    provider = AtRate(asked, "lab", LocalCallRates({}))
    with pytest.raises(RateLimitedError):
        run_virtually(items_of(provider))
    assert PATIENCE_S * 0.9 < asked.at_s[-1] <= PATIENCE_S + 60


def test_a_pause_beyond_patience_fails_at_once():
    asked = Asked([failure("m", RateLimitedError, retry_after_s=3600.0)])
    with pytest.raises(RateLimitedError):
        run_virtually(items_of(AtRate(asked, "lab", LocalCallRates({}))))
    assert asked.at_s == [0.0]


@pytest.mark.parametrize(
    "script", [["a", failure("m", RateLimitedError)], [failure("m", ServerFailedError)]]
)
def test_what_fails_otherwise_is_no_matter_of_rates(script):
    asked = Asked(script)
    with pytest.raises((RateLimitedError, ServerFailedError)):
        run_virtually(items_of(AtRate(asked, "lab", LocalCallRates({}))))
    assert len(asked.at_s) == 1


def test_no_deadline_runs_while_a_call_waits_for_its_turn():
    """Nor is a refusal an attempt: the policies around it see a call that queues."""
    refusals = [failure("m", RateLimitedError, retry_after_s=30.0)]
    asked = Asked(lambda number: refusals if number <= 8 else ["well"])
    rates = LocalCallRates({"lab": 60})
    policies = Resilient({"lab": asked}, Deadlines(first_token_s=2.0), 64, rates)
    results = run_virtually(many(policies["lab"], 20))
    ends = [each.result()[-1] for each in results]
    assert all(isinstance(end, Finish) and end.error is None for end in ends)
    assert asked.at_s[-1] > 30
    assert not math.isinf(asked.at_s[-1])
