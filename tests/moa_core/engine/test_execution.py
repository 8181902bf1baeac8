from decimal import Decimal

import pytest

from moa_core.engine.execution import Engine
from moa_core.errors import (
    BrokenStreamError,
    DeadlineError,
    NoProposalsError,
    NoSynthesisError,
    RunStoppedError,
    TokensUsedUpError,
)
from moa_core.messages import Message, Question, conversation_messages
from moa_core.mixture import mixture_from_refs
from moa_core.mixture.agent_prompt import prompt_sha256
from moa_core.mixture.config import MoAConfig
from moa_core.mixture.prompts import Prompts
from moa_core.pricing import PriceBook
from moa_core.run.completion import Begin, Delta, Finish, Reclassify, Report, Restart
from moa_core.run.controls import Controls
from moa_core.run.events import (
    CallDelta,
    CallFailed,
    CallFinished,
    CallRestarted,
    CallStarted,
    LayerFinished,
    RunAborted,
    RunFinished,
    RunStarted,
)
from moa_core.run.run_state import RunState
from moa_core.settings import LOCAL_SERVERS, TINY, OwnPrice
from moa_core.usage import Usage
from tests.moa_core.scripted import (
    QUESTION,
    ScriptedProvider,
    agent,
    failure,
    mixture,
    of,
    told,
)


async def test_a_run_starts_and_ends_exactly_once():
    events = await told(ScriptedProvider(), mixture(["a", "b"]))
    assert isinstance(events[0], RunStarted)
    assert [e for e in events if isinstance(e, RunFinished | RunAborted)] == events[-1:]
    assert events[-1].text == "chief answers"


async def test_times_never_run_backwards():
    events = await told(ScriptedProvider(), mixture(["a", "b"], ["c"]))
    times = [event.at_s for event in events]
    assert times == sorted(times)
    assert times[0] == 0


async def test_every_layer_may_have_other_agents_and_one_model_several_seats():
    provider = ScriptedProvider()
    await told(provider, mixture(["a", "a", "b"], ["c"]))
    assert [r.agent.model for r in provider.requests] == ["a", "a", "b", "c", "chief"]


async def test_layer_one_sees_the_conversation_and_nothing_else():
    provider = ScriptedProvider()
    messages = conversation_messages(
        [(Question("hi"), "hello"), (Question("lost"), None)], Question("and now?")
    )
    await told(provider, mixture(["a"]), messages)
    assert provider.requests[0].messages == (
        Message.from_text("user", "hi"),
        Message.from_text("assistant", "hello"),
        Message.from_text("user", "and now?"),
    )


async def test_later_layers_see_only_the_layer_before_in_proposer_order():
    slow_first = {"a": [0.03, "A says"], "b": ["B says"], "c": ["C says"]}
    provider = ScriptedProvider(slow_first)
    await told(provider, mixture(["a", "b"], ["c"]))
    block = provider.asked("c")[0].messages[-1].text
    assert block.index("A says") < block.index("B says")
    final = provider.asked("chief")[0].messages[-1].text
    assert "C says" in final
    assert "A says" not in final


async def test_trailing_placement_leaves_the_conversation_unchanged():
    provider = ScriptedProvider()
    await told(provider, mixture(["a"]))
    *before, block = provider.asked("chief")[0].messages
    assert tuple(before) == QUESTION
    assert block.role == "user"


async def test_paper_placement_numbers_the_responses_in_the_system_message():
    provider = ScriptedProvider()
    prompts = Prompts(placement="paper")
    await told(provider, mixture(["a", "b"], prompts=prompts))
    system, question = provider.asked("chief")[0].messages
    assert system.role == "system"
    assert "1. a answers\n\n2. b answers" in system.text
    assert question == QUESTION[0]


async def test_an_agent_with_its_own_instruction_gets_it_first():
    config = mixture(["a"])
    config = MoAConfig(
        layers=config.layers, aggregator=agent("chief", system_prompt="Be brief.")
    )
    provider = ScriptedProvider()
    await told(provider, config)
    assert provider.asked("chief")[0].messages[0] == Message.from_text(
        "system", "Be brief."
    )


async def test_a_broken_proposer_leaves_its_layer_but_not_the_run():
    provider = ScriptedProvider({"b": ["half", failure("b")]})
    events = await told(provider, mixture(["a", "b", "c"]))
    [failed] = of(CallFailed, events, "proposer")
    assert failed.call.text == "half"
    assert of(LayerFinished, events)[0].answered == 2
    block = provider.asked("chief")[0].messages[-1].text
    assert "half" not in block
    assert "The server failed" not in block
    assert isinstance(events[-1], RunFinished)


async def test_an_adapter_with_a_bug_costs_one_seat_only():
    events = await told(ScriptedProvider({"b": [KeyError("x")]}), mixture(["a", "b"]))
    assert isinstance(
        of(CallFailed, events, "proposer")[0].call.error, BrokenStreamError
    )
    assert isinstance(events[-1], RunFinished)


async def test_a_run_without_any_proposal_ends_with_the_reason():
    provider = ScriptedProvider({"a": [failure("a")], "b": [failure("b")]})
    events = await told(provider, mixture(["a", "b"]))
    assert isinstance(events[-1], RunAborted)
    assert isinstance(events[-1].error, NoProposalsError)
    assert len(events[-1].error.failures) == 2
    assert provider.asked("chief") == []


async def test_a_fallback_steps_in_when_the_aggregator_fails():
    provider = ScriptedProvider({"chief": ["part", failure("chief")]})
    events = await told(provider, mixture(["a"], fallbacks=["deputy"]))
    assert of(CallFailed, events, "aggregator")[0].call.text == "part"
    assert [e.seat.position for e in of(CallStarted, events, "aggregator")] == [0, 1]
    assert events[-1].text == "deputy answers"


async def test_when_all_aggregators_fail_proposals_and_partial_text_are_kept():
    provider = ScriptedProvider({"chief": ["part", failure("chief")]})
    events = await told(provider, mixture(["a"]))
    assert isinstance(events[-1].error, NoSynthesisError)
    assert events[-1].text == "part"
    assert of(CallFinished, events, "proposer")[0].call.text == "a answers"


async def test_an_unknown_endpoint_fails_its_seat_in_words():
    config = mixture(["a"])
    events = await told(ScriptedProvider(), config)
    engine = Engine({}, PriceBook())
    events = [event async for event in engine.run(config, QUESTION)]
    assert "There is no endpoint 'lab'" in str(events[-1].error.failures[0])


@pytest.mark.parametrize("name", LOCAL_SERVERS)
async def test_a_local_server_that_does_not_run_is_told_how_to_start(name):
    config = mixture_from_refs(aggregator=f"{name}/some-model")
    engine = Engine({}, PriceBook())
    events = [event async for event in engine.run(config, QUESTION)]
    (failed,) = of(CallFailed, events)
    assert ("tiny models" if name == TINY else name) in str(failed.call.error)
    assert "Start it" in failed.call.error.advice
    assert "POLYPHONY_ENDPOINTS" not in failed.call.error.advice


async def test_a_restart_voids_the_text_and_is_billed():
    again = failure("a", BrokenStreamError, "It broke off.")
    script = ["lost words", Restart(again, 0.0), Begin(), "whole"]
    events = await told(ScriptedProvider({"a": script}), mixture(["a"]))
    [restarted] = of(CallRestarted, events, "proposer")
    assert restarted.call.text == "lost words"
    assert restarted.call.usage.source == "estimated"
    assert [e.attempt for e in of(CallStarted, events, "proposer")] == [1, 2]
    [finished] = of(CallFinished, events, "proposer")
    assert (finished.call.text, finished.call.attempt) == ("whole", 2)
    spent = restarted.call.usage.total_tokens
    assert events[-1].usage.total_tokens == spent + 15 + 15


async def test_a_refused_call_used_no_tokens_and_costs_nothing():
    events = await told(ScriptedProvider({"b": [failure("b")]}), mixture(["a", "b"]))
    [failed] = of(CallFailed, events, "proposer")
    assert failed.call.usage.total_tokens == 0
    assert failed.call.cost.total_usd == 0


async def test_a_silent_model_may_have_read_the_prompt_so_its_input_is_billed():
    silent = failure("b", DeadlineError, "b answered nothing.")
    events = await told(ScriptedProvider({"b": [silent]}), mixture(["a", "b"]))
    [failed] = of(CallFailed, events, "proposer")
    assert failed.call.usage.input_tokens > 0
    assert failed.call.usage.source == "estimated"


async def test_an_unpriced_model_makes_the_total_unknown_not_zero():
    events = await told(ScriptedProvider(), mixture(["a"]))
    assert events[-1].cost.total_usd is None
    assert str(events[-1].cost) == "unknown"
    assert events[-1].usage.output_tokens == 10


async def test_each_call_is_billed_at_the_price_it_carries():
    price = OwnPrice(input_usd_per_mtok=Decimal(1), output_usd_per_mtok=Decimal(2))
    prices = PriceBook({"lab/a": price, "lab/chief": price})
    engine = Engine({"lab": ScriptedProvider()}, prices)
    events = [event async for event in engine.run(mixture(["a"]), QUESTION)]
    call = of(CallFinished, events, "proposer")[0].call
    assert call.price.output_usd_per_mtok == 2
    assert call.cost.usd == Decimal("0.00002")
    assert events[-1].cost.total_usd == Decimal("0.00004")


async def test_usage_is_estimated_where_none_is_reported():
    events = await told(ScriptedProvider(usage=None), mixture(["a"]))
    call = of(CallFinished, events, "proposer")[0].call
    assert call.usage.source == "estimated"
    assert call.usage.input_tokens > 0


async def test_reasoning_is_kept_apart_from_the_answer():
    script = {"a": [Delta("hmm", "reasoning"), "yes"]}
    events = await told(ScriptedProvider(script), mixture(["a"]))
    call = of(CallFinished, events, "proposer")[0].call
    assert (call.reasoning, call.text) == ("hmm", "yes")
    assert [e.kind for e in of(CallDelta, events, "proposer")] == [
        "reasoning",
        "answer",
    ]


async def test_an_answer_that_was_reasoning_after_all_is_never_a_draft():
    provider = ScriptedProvider({"a": ["hmm, ", "hmm", Reclassify(), "yes"]})
    events = await told(provider, mixture(["a"]))
    call = of(CallFinished, events, "proposer")[0].call
    assert (call.reasoning, call.text) == ("hmm, hmm", "yes")
    assert "hmm" not in str(provider.asked("chief")[0].messages)
    state = RunState(mixture(["a"]))
    for event in events:
        state.apply(event)
    assert (state.layers[0].seats[0].reasoning, state.layers[0].seats[0].text) == (
        "hmm, hmm",
        "yes",
    )


async def test_a_failed_answer_is_billed_as_its_provider_reported():
    spent = Usage(input_tokens=700, output_tokens=50, source="reported")
    script = {"a": ["half", Report(reason="SAFETY", usage=spent), failure("a")]}
    events = await told(ScriptedProvider(script), mixture(["a", "b"]))
    [failed] = of(CallFailed, events, "proposer")
    assert (failed.call.usage, failed.call.finish_reason) == (spent, "SAFETY")


async def test_a_run_without_an_answer_says_what_to_do_about_it():
    error = failure("chief", TokensUsedUpError, "It used up its tokens.")
    events = await told(ScriptedProvider({"chief": [error]}), mixture(["a"]))
    assert str(events[-1].error) == "No final answer: It used up its tokens."
    assert "Raise the maximum answer length" in events[-1].error.advice
    assert len(of(CallFailed, events, "aggregator")) == 1


async def test_what_was_reported_of_one_attempt_says_nothing_of_the_next():
    spent = Usage(input_tokens=700, output_tokens=50, source="reported")
    broke = failure("a", BrokenStreamError, "It broke off.")
    script = {"a": [Report(usage=spent), Restart(broke, 0), Begin(), "x", failure("a")]}
    events = await told(ScriptedProvider(script), mixture(["a", "b"]))
    assert of(CallRestarted, events)[0].call.usage == spent
    assert of(CallFailed, events)[0].call.usage.source == "estimated"


async def test_stopping_keeps_bills_and_closes_what_was_under_way():
    controls = Controls()
    provider = ScriptedProvider({"b": ["begun", 60]})
    engine = Engine({"lab": provider}, PriceBook())
    events = []
    async for event in engine.run(mixture(["a", "b"]), QUESTION, controls):
        events.append(event)
        if isinstance(event, CallDelta) and event.text == "begun":
            controls.stop()
    [stopped] = of(CallFailed, events, "proposer")
    assert (stopped.call.outcome, stopped.call.text) == ("stopped", "begun")
    assert stopped.call.usage.output_tokens > 0
    assert isinstance(events[-1].error, RunStoppedError)
    assert provider.open == set()


async def test_leaving_the_story_closes_every_stream():
    provider = ScriptedProvider({"a": ["x", 60], "b": ["y", 60]})
    engine = Engine({"lab": provider}, PriceBook())
    events = engine.run(mixture(["a", "b"]), QUESTION)
    async for event in events:
        if isinstance(event, CallDelta) and len(provider.open) == 2:
            break
    await events.aclose()
    assert provider.open == set()


@pytest.mark.parametrize("placement", ["trailing", "paper"])
async def test_a_single_model_answers_the_plain_conversation(placement):
    provider = ScriptedProvider()
    prompts = Prompts(placement=placement)
    messages = conversation_messages([(Question("hi"), "hello")], Question("and now?"))
    config = mixture(prompts=prompts, length="thorough")
    events = await told(provider, config, messages)
    [request] = provider.requests
    assert request.messages == messages
    assert of(LayerFinished, events) == []
    assert events[-1].text == "chief answers"
    assert config.depth == 1


async def test_every_call_carries_a_hash_of_what_was_sent():
    provider = ScriptedProvider({"a": ["x", Restart(failure("a"), 0.0), Begin(), "y"]})
    events = await told(provider, mixture(["a", "b"]))
    calls = [
        event.call
        for event in events
        if isinstance(event, CallFinished | CallRestarted)
    ]
    sent = {r.agent.model: prompt_sha256(r.messages) for r in provider.requests}
    assert len(calls) == 4
    assert all(call.prompt_sha256 == sent[call.agent.model] for call in calls)
    assert sent["a"] == sent["b"] != sent["chief"]


async def test_the_answer_says_when_it_was_cut():
    provider = ScriptedProvider()
    provider.scripts = {"chief": ["cut", Finish(reason="length")]}
    events = await told(provider, mixture(["a"]))
    assert events[-1].finish_reason == "length"


@pytest.mark.parametrize("width", [1, 12])
async def test_a_layer_is_asked_all_at_once(width):
    models = [f"m{n}" for n in range(width)]
    provider = ScriptedProvider({m: [0.01, m] for m in models})
    await told(provider, mixture(models))
    assert provider.most_open == width


async def test_every_prompt_of_a_run_says_what_others_begin_with_too():
    provider = ScriptedProvider()
    await told(provider, mixture(["a", "b"], ["a"]))
    shared = [request.shared for request in provider.requests]
    assert len({each.key for each in shared}) == 1
    assert {each.messages for each in shared} == {len(QUESTION)}
    again = {(r.agent.model, r.shared.again) for r in provider.requests}
    assert again == {("a", True), ("b", False), ("chief", False)}


async def test_a_judge_is_asked_of_each_pair_once_so_that_nothing_is_kept():
    provider = ScriptedProvider()
    await told(provider, mixture(), writer="judge")
    assert [request.shared for request in provider.requests] == [None]
