"""What the engine may rely on, whoever answers."""

import asyncio
import traceback
from contextlib import aclosing

import pytest

from moa_core.errors import ProviderError
from moa_core.run.completion import Delta, Finish
from tests.contract.conftest import SECRET
from tests.model_server import TEXT


async def test_an_answer_is_deltas_and_then_exactly_one_finish(subject):
    _, items = await subject.answer(subject.good)
    assert isinstance(items[-1], Finish)
    assert all(isinstance(item, Delta) and item.text for item in items[:-1])
    assert items[-1].reason == "stop"
    assert items[-1].usage.output_tokens > 0
    assert items[-1].model


async def test_the_deltas_add_up_to_the_text(subject):
    text, _ = await subject.answer(subject.good)
    if subject.server:
        assert text == TEXT
    else:
        assert text == (await subject.answer(subject.good))[0]
        assert "mixture" in text


async def test_closing_the_stream_closes_the_connection_at_once(subject):
    stream = subject.provider.stream(subject.request(subject.slow))
    await anext(stream)
    async with asyncio.timeout(10):  # to its end it would take longer
        await stream.aclose()
    if subject.server:  # not answered to the end
        assert await asyncio.to_thread(subject.server.wait_until_dropped)


async def test_cancelling_a_call_leaves_no_task_and_no_connection(subject):
    before, begun = asyncio.all_tasks(), asyncio.Event()

    async def ask():
        async with aclosing(
            subject.provider.stream(subject.request(subject.slow))
        ) as items:
            async for _ in items:
                begun.set()

    task = asyncio.create_task(ask())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    if subject.server:  # not answered to the end
        assert await asyncio.to_thread(subject.server.wait_until_dropped)
    if left := asyncio.all_tasks() - before:
        await asyncio.wait(left, timeout=10)
    assert asyncio.all_tasks() == before


async def test_a_call_may_be_cancelled_before_its_first_word(subject):
    task = asyncio.create_task(subject.answer(subject.slow))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await subject.answer(subject.good))[0]


async def test_two_calls_at_once_do_not_mix(subject):
    texts = ("What is a mixture?", "Why is the sky blue?")
    both = await asyncio.gather(*(subject.answer(subject.good, t) for t in texts))
    alone = [await subject.answer(subject.good, text) for text in texts]
    assert [text for text, _ in both] == [text for text, _ in alone]


async def test_errors_are_provider_errors_that_name_endpoint_and_model(subject):
    for model in subject.failing:
        with pytest.raises(ProviderError) as caught:
            await subject.answer(model)
        assert caught.value.endpoint == subject.endpoint
        assert caught.value.model == model
        assert str(caught.value).endswith(".")
        assert caught.value.advice


async def test_no_error_carries_the_key(subject):
    for model in subject.failing:
        with pytest.raises(ProviderError) as caught:
            await subject.answer(model)
        told = "".join(traceback.format_exception(caught.value))
        assert SECRET not in told
        assert SECRET not in repr(vars(caught.value))
        assert caught.value.__context__ is None


async def test_a_failed_call_does_not_spoil_the_next(subject):
    for model in subject.failing:
        with pytest.raises(ProviderError):
            await subject.answer(model)
        assert (await subject.answer(subject.good))[0]
