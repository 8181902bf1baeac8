"""What another program asks goes to whoever writes the answer, and to nobody else."""

from dataclasses import replace

import pytest

from moa_core.engine import Engine
from moa_core.messages import Message
from moa_core.mixture import FastStart, Pace, Prompts
from moa_core.mixture.pace import Auto
from moa_core.plan import estimate
from moa_core.pricing import PriceBook
from moa_core.review import matches_prompt_hash, sent_to
from moa_core.run import (
    NO_REQUEST,
    CallDelta,
    CallToolDelta,
    FirstAnswerJudged,
    RunDecided,
    RunFinished,
    RunState,
    ToolCallDelta,
    ToolCallPiece,
    WriterRequest,
    WriterSettings,
)
from tests.moa_core.scripted import QUESTION, ScriptedProvider, failure, mixture, of

TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": {}}}
CALL = [
    ToolCallDelta((ToolCallPiece(index=0, id="c1", name="get_weather"),)),
    ToolCallDelta((ToolCallPiece(index=0, arguments="{}"),)),
]
WITH_TOOLS = WriterRequest(extra={"tools": [TOOL]})
SENT = (
    Message("user", QUESTION[0].parts, {"role": "user", "content": [], "name": "x"}),
)


async def asked(config, request, scripts=None, **more):
    """What each model was asked, the events, and the state of a run."""
    provider = ScriptedProvider(scripts, **more)
    state = RunState(request.applied_to(config))
    engine, events = Engine({"lab": provider}, PriceBook()), []
    async for event in engine.run(config, QUESTION, request=request):
        state.apply(event)
        events.append(event)
    return provider, events, state


async def test_the_writer_and_its_fallbacks_get_it_and_proposers_do_not():
    request = WriterRequest(
        messages=SENT,
        settings=WriterSettings(max_tokens=7, temperature=0.0, effort="low"),
        extra={"seed": 1},
    )
    config = mixture(["a"], ["b"], fallbacks=["c"])
    provider, _, _ = await asked(config, request, {"chief": [failure("chief")]})
    for model in ("a", "b"):
        [got] = provider.asked(model)
        assert got.extra == {}
        assert got.messages[0].as_sent is None
        assert got.agent.max_tokens == 2048
    for model in ("chief", "c"):
        [got] = provider.asked(model)
        assert got.extra == {"seed": 1}
        assert got.messages[0] is SENT[0]
        assert (got.agent.max_tokens, got.agent.effort) == (7, "low")
        assert "<<<draft 1" in got.messages[-1].text


async def test_without_a_request_all_is_as_it_was():
    provider, _, _ = await asked(mixture(["a"]), NO_REQUEST)
    assert all(each.extra == {} for each in provider.requests)


async def test_an_answer_that_is_a_call_of_a_tool_is_an_answer():
    _, events, state = await asked(mixture(["a"]), WITH_TOOLS, {"chief": CALL})
    assert isinstance(events[-1], RunFinished)
    assert len(of(CallToolDelta, events, "aggregator")) == 2
    [call] = state.synthesis.tool_calls
    assert (call.name, call.arguments, call.id) == ("get_weather", "{}", "c1")
    assert state.synthesis.call.tool_calls == (call,)
    assert state.synthesis.first_content_s is not None
    assert state.ttft_s is not None


async def test_a_writer_with_tools_is_told_that_the_drafts_had_none():
    provider, _, _ = await asked(mixture(["a"]), WITH_TOOLS)
    [got] = provider.asked("chief")
    assert "without the tools that you have" in got.messages[-1].text
    provider, _, _ = await asked(mixture(["a"]), NO_REQUEST)
    assert "tools" not in provider.asked("chief")[0].messages[-1].text


@pytest.mark.parametrize("way", ["chunks", "provisional"])
async def test_an_answer_in_a_form_of_its_own_does_not_begin_early(way):
    config = mixture(["a", "b"], pace=Pace(fast_start=FastStart(way=way)))
    request = WriterRequest(extra={"response_format": {"type": "json_object"}})
    provider, events, _ = await asked(config, request)
    assert len(provider.asked("chief")) == 1
    assert of(RunDecided, events) == []


async def test_a_first_answer_of_auto_that_calls_a_tool_stands():
    config = mixture(["a", "b"], pace=Pace(auto=Auto()))
    _, events, state = await asked(config, WITH_TOOLS, {"chief": CALL})
    [decided] = [e.decision for e in of(RunDecided, events)]
    assert isinstance(decided, FirstAnswerJudged)
    assert decided.stands
    assert decided.reasons == ("The first model called a tool before it answered.",)
    assert state.synthesis.tool_calls


async def test_pieces_of_a_call_that_failed_are_void():
    broken = [*CALL, failure("chief")]
    _, events, state = await asked(
        mixture(["a"], fallbacks=["b"]), WITH_TOOLS, {"chief": broken}
    )
    assert state.synthesis.agent.model == "b"
    assert state.synthesis.tool_calls == ()
    assert "".join(e.text for e in of(CallDelta, events, "aggregator")) == "b answers"


def test_estimates_count_tools_and_settings():
    config = mixture(["a"])
    plain = estimate(config, QUESTION, PriceBook())
    many = WriterRequest(extra={"tools": [TOOL] * 100})
    counted = estimate(config, QUESTION, PriceBook(), request=many)
    assert counted.input_tokens[0] > plain.input_tokens[0] + 1000
    short = WriterRequest(settings=WriterSettings(max_tokens=5))
    capped = estimate(config, QUESTION, PriceBook(), request=short)
    assert capped.output_tokens[1] < plain.output_tokens[1]


@pytest.mark.parametrize("placement", ["trailing", "paper"])
async def test_what_the_writer_was_sent_can_be_proved(placement):
    system = {"role": "system", "content": "Be brief.", "name": "x"}
    sent = (Message.from_text("system", "Be brief."), *SENT)
    request = WriterRequest(
        messages=(replace(sent[0], as_sent=system), *SENT),
        extra={"tools": [TOOL], "seed": 1},
    )
    config = mixture(["a"], prompts=Prompts(placement=placement))
    provider, _, state = await asked(config, request)
    for seat in state.seats:
        rebuilt = sent_to(state, seat.seat, QUESTION, request)
        assert rebuilt == provider.asked(seat.agent.model)[0].messages
        assert matches_prompt_hash(seat.call, rebuilt)
    others = sent_to(state, state.synthesis.seat, QUESTION)
    assert not matches_prompt_hash(state.synthesis.call, others)
