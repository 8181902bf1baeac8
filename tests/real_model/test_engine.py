"""Mixtures of a real model, behind a real llama.cpp."""

import asyncio
import http.client
import json
import time
from dataclasses import replace

import pytest

from moa_core.engine import Engine, Resilient, SeatRequest, make_call
from moa_core.errors import ContextLengthError, EmptyAnswerError, RunStoppedError
from moa_core.messages import Message, Question, conversation_messages
from moa_core.mixture import AgentSpec, Hedging, Layer, Pace, Quorum, Seat
from moa_core.plan import title_call
from moa_core.plan.rework_plan import resynthesise
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.run import (
    FULL_RUN,
    CallDelta,
    CallHedged,
    CallQueued,
    CompletionRequest,
    Controls,
    LayerProceeded,
    RunState,
)
from moa_core.settings import Settings
from tests.model_server import Play
from tests.real_model.llama import CONTEXT_TOKENS, SHORT, environment, loading, mixture

QUESTION = Question("Why is the sky blue?")
PATIENCE_S = 30.0


async def ask(server, config, messages=(QUESTION.message,), **more):
    """Run a mixture to its end, and return its state."""
    state = RunState(config, more.get("rework", FULL_RUN))
    async for event in running(server, config, messages, **more):
        state.apply(event)
    return state


async def running(server, config, messages=(QUESTION.message,), beside="", **more):
    settings = Settings.from_mapping(environment(server, beside))
    endpoints = Endpoints(settings)
    policies = Resilient(endpoints, settings.deadlines, settings.concurrent_calls)
    try:
        async for event in Engine(policies, PriceBook()).run(config, messages, **more):
            yield event
    finally:
        await endpoints.aclose()


def succeeded(state):
    """The calls that the model answered: a tiny one's first attempt may be empty."""
    return [call for call in state.calls if call.outcome == "succeeded"]


def slots_at_work(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/slots")
    slots = json.load(connection.getresponse())
    connection.close()
    return sum(slot["is_processing"] for slot in slots)


async def test_two_layers_answer_and_are_reworked_and_a_follow_up_reads_the_answer(
    real_model,
):
    state = await ask(real_model, mixture(2, 1))
    assert state.status == "succeeded"
    answered = succeeded(state)
    assert len(answered) == 4
    for call in answered:
        assert call.text.strip()
        assert call.finish_reason in ("stop", "length")
        assert call.usage.source == "reported"
        assert 1 <= call.usage.output_tokens <= SHORT
    first, last = state.layers[0].seats[0].call, state.synthesis.call
    assert last.usage.input_tokens > first.usage.input_tokens + 50  # it read a draft
    assert state.cost.total_usd == 0

    plan = resynthesise(state, length="short")
    again = await ask(real_model, plan.config, rework=plan.rework)
    assert again.status == "succeeded"
    assert [call.role for call in succeeded(again)] == ["aggregator"]
    for layer, was in zip(again.layers, state.layers, strict=True):
        assert [seat.text for seat in layer.seats] == [seat.text for seat in was.seats]

    history = [(QUESTION, state.synthesis.text)]
    messages = conversation_messages(history, Question("And at sunset?"))
    after = await ask(real_model, mixture(), messages)
    assert after.status == "succeeded"
    read = succeeded(after)[0].usage.input_tokens
    assert read > first.usage.input_tokens + last.usage.output_tokens

    planned = title_call(state, QUESTION.text, PriceBook())
    assert planned is not None
    settings = Settings.from_mapping(environment(real_model))
    endpoints = Endpoints(settings)
    policies = Resilient(endpoints, settings.deadlines, settings.concurrent_calls)
    completion = CompletionRequest(planned.agent, planned.messages)
    request = SeatRequest("title", planned.seat, completion)
    *_, attempt = await make_call(policies, PriceBook(), request)
    await endpoints.aclose()
    title = attempt.call
    assert (title.role, title.outcome) == ("title", "succeeded")
    assert title.text.strip()
    assert title.usage.output_tokens <= planned.most.output_tokens
    assert title.cost.total_usd == 0


async def test_a_stop_ends_the_writing_at_the_server_and_keeps_what_came(real_model):
    controls, state = Controls(), RunState(mixture(max_tokens=CONTEXT_TOKENS))
    story = Message.from_text("user", "Tell a very long story about a lighthouse.")
    async for event in running(real_model, state.config, (story,), controls=controls):
        state.apply(event)
        if isinstance(event, CallDelta) and len(state.synthesis.parts) == 3:
            assert slots_at_work(real_model) == 1
            controls.stop()
    assert isinstance(state.error, RunStoppedError)
    assert state.synthesis.text
    assert state.usage.output_tokens > 0
    ends = time.monotonic() + PATIENCE_S
    while slots_at_work(real_model):
        assert time.monotonic() < ends, "the server goes on writing"
        await asyncio.sleep(0.05)


async def test_a_prompt_beyond_the_window_is_refused_with_its_figures(real_model):
    long = Message.from_text("user", "Repeat: " + "lighthouse keeper " * 700)
    state = await ask(real_model, mixture(), (long,))
    (call,) = state.calls
    assert isinstance(call.error, ContextLengthError)
    said = str(call.error).replace(",", "")
    assert str(CONTEXT_TOKENS) in said
    assert any(int(word) > CONTEXT_TOKENS for word in said.split() if word.isdecimal())
    assert call.usage.output_tokens == 0


@pytest.mark.timeout(300)
async def test_a_slow_server_that_still_loads_loses_no_answer_of_a_mixture(tmp_path):
    """One slot and one thread: the calls come one after the other."""
    state, refused = RunState(mixture(2)), 0
    with loading(tmp_path) as (server, let_go):
        async for event in running(server, state.config):
            state.apply(event)
            if isinstance(event, CallQueued) and event.reason == "loading":
                refused += 1  # by a 503: nothing else is called loading
                let_go()
    assert refused
    assert state.status == "succeeded"
    answers = [seat.call for seat in state.seats]
    assert [call.outcome for call in answers] == ["succeeded"] * 3
    failed = [call.error for call in state.calls if call.outcome == "failed"]
    assert all(isinstance(error, EmptyAnswerError) for error in failed), failed
    assert all(call.text.strip() for call in answers)
    assert "".join(state.synthesis.parts) == state.synthesis.call.text


async def test_a_quorum_leaves_a_hang_behind_and_a_silent_aggregator_is_hedged(
    real_model, model_server
):
    model_server.plays["hangs"] = Play(fault="stall", after=0)
    beside = f"lab={model_server.url}"
    hangs = AgentSpec(endpoint="lab", model="hangs")
    config = mixture(4)
    [layer] = config.layers
    config = replace(
        config,
        layers=(Layer((*layer.proposers, hangs)),),
        aggregator=hangs,
        fallbacks=(config.aggregator,),
        pace=Pace(quorum=Quorum(), hedging=Hedging()),
    )
    state = RunState(config)
    async for event in running(real_model, config, beside=beside):
        state.apply(event)
    assert state.status == "succeeded"
    assert state.synthesis.agent == config.fallbacks[0]
    decisions = {type(decision): decision for _, decision in state.decisions}
    assert decisions[LayerProceeded].late == (Seat(0, 4),)
    assert decisions[CallHedged].model == config.fallbacks[0].ref
    closed = [call for call in state.calls if call.agent == hangs]
    assert [call.outcome for call in closed] == ["stopped"] * len(closed)
    assert [call.late for call in closed if call.role == "proposer"] == [True]
