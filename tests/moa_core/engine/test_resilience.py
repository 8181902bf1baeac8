import asyncio
from contextlib import aclosing

import pytest

from moa_core.engine.limits.places import ConcurrencyLimited, Places
from moa_core.engine.resilience import Resilient, Retrying, RetryPolicy
from moa_core.errors import (
    BrokenStreamError,
    DeadlineError,
    KeyRefusedError,
    RateLimitedError,
    UnreachableError,
)
from moa_core.run.completion import (
    Begin,
    CompletionRequest,
    Delta,
    Finish,
    Queued,
    Restart,
)
from moa_core.settings import Deadlines
from tests.moa_core.scripted import QUESTION, ScriptedProvider, agent, failure

QUICK = RetryPolicy(first_wait_s=0.01)


async def streamed(provider, model="a"):
    request = CompletionRequest(agent(model), QUESTION)
    async with aclosing(provider.stream(request)) as items:
        return [item async for item in items]


def failing_first(times, error, answer=("fine",)):
    return lambda count: ["lost", error] if count <= times else list(answer)


async def test_a_broken_answer_is_begun_again_and_says_so():
    error = failure("a", BrokenStreamError, "broke off")
    provider = ScriptedProvider({"a": failing_first(1, error)})
    items = await streamed(Retrying(provider, QUICK))
    assert items[0] == Delta("lost")
    assert isinstance(items[1], Restart)
    assert items[2:4] == [Begin(), Delta("fine")]
    assert isinstance(items[-1], Finish)


async def test_a_refused_key_is_not_tried_again():
    provider = ScriptedProvider({"a": [failure("a", KeyRefusedError, "no")]})
    with pytest.raises(KeyRefusedError):
        await streamed(Retrying(provider, QUICK))
    assert len(provider.requests) == 1


async def test_three_requests_are_the_end():
    provider = ScriptedProvider({"a": [failure("a", UnreachableError, "refused")]})
    with pytest.raises(UnreachableError):
        await streamed(Retrying(provider, QUICK))
    assert len(provider.requests) == 3


async def test_a_silent_model_gets_one_more_request():
    provider = ScriptedProvider({"a": [failure("a", DeadlineError, "silent")]})
    with pytest.raises(DeadlineError):
        await streamed(Retrying(provider, QUICK))
    assert len(provider.requests) == 2


async def test_retry_after_is_honoured():
    limited = failure("a", RateLimitedError, "slow down", retry_after_s=0.2)
    provider = ScriptedProvider({"a": failing_first(1, limited)})
    started = asyncio.get_running_loop().time()
    items = await streamed(Retrying(provider, QUICK))
    assert asyncio.get_running_loop().time() - started >= 0.2
    assert items[1].wait_s >= 0.2


async def test_a_wait_longer_than_anybody_would_ends_the_call():
    limited = failure("a", RateLimitedError, "tomorrow", retry_after_s=3600)
    provider = ScriptedProvider({"a": [limited]})
    with pytest.raises(RateLimitedError):
        await streamed(Retrying(provider))
    assert len(provider.requests) == 1


async def test_no_new_request_begins_after_the_calls_time():
    provider = ScriptedProvider({"a": [0.05, failure("a")]})
    policy = RetryPolicy(first_wait_s=0.01, within_s=0.03)
    with pytest.raises(type(failure("a"))):
        await streamed(Retrying(provider, policy))
    assert len(provider.requests) == 1


def test_waits_double_and_are_jittered():
    policy, error = RetryPolicy(), failure("a")
    waits = [[policy.wait_s(error, attempt) for _ in range(50)] for attempt in (1, 2)]
    assert len(set(waits[0])) > 1
    assert all(0.375 <= wait <= 0.625 for wait in waits[0])
    assert all(0.75 <= wait <= 1.25 for wait in waits[1])


async def test_calls_beyond_the_limit_queue():
    provider = ScriptedProvider({"a": [0.01, "x"]})
    limited = ConcurrencyLimited(provider, Places(2))
    await asyncio.gather(*(streamed(limited) for _ in range(6)))
    assert provider.most_open == 2


async def test_a_call_that_queued_begins_when_it_gets_a_place():
    provider = ScriptedProvider({"a": [0.01, "x"]})
    limited = ConcurrencyLimited(provider, Places(1))
    first, second = await asyncio.gather(streamed(limited), streamed(limited))
    assert Begin() not in first
    assert second[:2] == [Queued(), Begin()]


async def test_a_place_is_free_again_after_a_failure_and_after_a_stop():
    provider = ScriptedProvider({"bad": [failure("bad")], "slow": ["x", 60]})
    limited = ConcurrencyLimited(provider, Places(1))
    with pytest.raises(type(failure("bad"))):
        await streamed(limited, "bad")
    stopped = asyncio.create_task(streamed(limited, "slow"))
    await asyncio.sleep(0.01)
    stopped.cancel()
    await asyncio.wait([stopped])
    assert await streamed(limited)


async def test_how_many_calls_wait_for_a_place_is_known():
    provider = ScriptedProvider({"a": ["x", 60]})
    policies = Resilient({"lab": provider}, Deadlines(), 2)
    assert policies.waiting == 0
    calls = [asyncio.create_task(streamed(policies["lab"])) for _ in range(5)]
    await asyncio.sleep(0.01)
    assert policies.waiting == 3
    for call in calls:
        call.cancel()
    await asyncio.wait(calls)
    assert policies.waiting == 0


async def test_views_of_one_endpoint_share_its_limit():
    first, second = ScriptedProvider({"a": [0.02]}), ScriptedProvider({"a": [0.02]})
    resilient = Resilient({"lab": first}, Deadlines(), concurrent_calls=1)
    view = resilient.around({"lab": second})
    started = asyncio.get_running_loop().time()
    await asyncio.gather(streamed(resilient["lab"]), streamed(view["lab"]))
    assert asyncio.get_running_loop().time() - started >= 0.04
    assert set(resilient) == {"lab"}
    assert len(resilient) == 1
