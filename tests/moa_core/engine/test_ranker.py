"""A ranker returns one proposal unchanged, and what it says itself is kept apart."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.engine.execution import Engine
from moa_core.engine.ranker import choice_in
from moa_core.errors import BrokenStreamError, NoChoiceError, NoSynthesisError
from moa_core.mixture.prompts import Prompts
from moa_core.mixture.shipped import mixture_from_refs as mixture_of
from moa_core.pricing import PriceBook
from moa_core.providers.simulated.provider import Simulated
from moa_core.run.completion import Begin, Delta, Reclassify, Restart
from moa_core.run.events import (
    CallDelta,
    CallFailed,
    CallFinished,
    RunAborted,
    RunFinished,
)
from moa_core.run.run_state import RunState
from moa_core.settings import OwnPrice
from moa_core.tokens import estimate_tokens
from tests.moa_core.scripted import (
    QUESTION,
    REPORTED,
    ScriptedProvider,
    failure,
    mixture,
    of,
    told,
)


def ranked(*layers, **more):
    return mixture(*layers, method="rank", **more)


async def test_the_chosen_proposal_is_the_answer_unchanged():
    provider = ScriptedProvider({"chief": ["2"], "b": ["B:\n", " <b>&{references} "]})
    events = await told(provider, ranked(["a", "b", "c"]))
    assert events[-1].text == "B:\n <b>&{references} "
    [finished] = of(CallFinished, events, "aggregator")
    assert finished.call.text == events[-1].text
    assert finished.call.agent.model == "chief"


async def test_its_digits_are_never_shown_as_the_answer():
    provider = ScriptedProvider({"chief": [Delta("hm", "reasoning"), "**", "1**"]})
    events = await told(provider, ranked(["a", "b"]))
    told_ = [(delta.text, delta.kind) for delta in of(CallDelta, events, "aggregator")]
    assert told_ == [
        ("hm", "reasoning"),
        ("**", "reasoning"),
        ("1**", "reasoning"),
        ("a answers", "answer"),
    ]
    assert of(CallFinished, events, "aggregator")[0].call.reasoning == "hm**1**"


async def test_the_state_of_a_ranked_run_is_that_of_any_run():
    config = ranked(["a", "b"])
    state = RunState(config)
    for event in await told(ScriptedProvider({"chief": ["2"]}), config):
        state.apply(event)
    assert state.status == "succeeded"
    assert state.synthesis.text == state.synthesis.call.text == "b answers"


async def test_a_ranker_is_billed_for_its_own_tokens_only():
    own = OwnPrice(input_usd_per_mtok=Decimal(1), output_usd_per_mtok=Decimal(2))
    provider = ScriptedProvider({"chief": ["1"], "a": ["a long answer " * 50]})
    engine = Engine({"lab": provider}, PriceBook({"lab/chief": own}))
    events = [event async for event in engine.run(ranked(["a"]), QUESTION)]
    [call] = [event.call for event in of(CallFinished, events, "aggregator")]
    assert call.usage == REPORTED
    assert call.cost.usd == Decimal("0.00002")
    provider.usage = None
    events = [event async for event in engine.run(ranked(["a"]), QUESTION)]
    [call] = [event.call for event in of(CallFinished, events, "aggregator")]
    assert call.usage.source == "estimated"
    assert call.usage.output_tokens == estimate_tokens("1")


@pytest.mark.parametrize("verdict", [[], ["neither"], ["3"], ["0"], ["1 or 2"]])
async def test_without_a_valid_number_a_fallback_is_asked(verdict):
    provider = ScriptedProvider({"chief": verdict, "deputy": ["2"]})
    events = await told(provider, ranked(["a", "b"], fallbacks=["deputy"]))
    [failed] = of(CallFailed, events, "aggregator")
    assert isinstance(failed.call.error, NoChoiceError)
    assert failed.call.usage == REPORTED, "it is billed as reported"
    assert failed.call.text == ""
    assert failed.call.reasoning == "".join(verdict)
    assert events[-1].text == "b answers"


async def test_when_nobody_chooses_the_run_says_so():
    events = await told(ScriptedProvider({"chief": ["?"]}), ranked(["a", "b"]))
    assert isinstance(events[-1], RunAborted)
    assert isinstance(events[-1].error, NoSynthesisError)
    assert "chief was to choose a proposal" in str(events[-1].error)
    assert events[-1].text == ""


async def test_a_failed_attempt_does_not_count_as_a_verdict():
    error = failure("chief", BrokenStreamError, "broke off")
    provider = ScriptedProvider({"chief": ["1", Restart(error, 0), Begin(), "2"]})
    events = await told(provider, ranked(["a", "b"]))
    assert events[-1].text == "b answers"
    assert of(CallFinished, events, "aggregator")[0].call.reasoning == "2"


async def test_reasoning_before_a_verdict_is_no_part_of_it():
    provider = ScriptedProvider({"chief": ["Is it 1 or 2?", Reclassify(), "2"]})
    events = await told(provider, ranked(["a", "b"]))
    assert events[-1].text == "b answers"
    call = of(CallFinished, events, "aggregator")[0].call
    assert call.reasoning == "Is it 1 or 2?2"


async def test_only_proposals_that_came_can_be_chosen():
    provider = ScriptedProvider({"a": [failure("a")], "chief": ["1"]})
    events = await told(provider, ranked(["a", "b"]))
    assert events[-1].text == "b answers"


async def test_a_cut_proposal_is_told_as_cut():
    provider = ScriptedProvider({"chief": ["1"]}, finishes={"a": "length"})
    events = await told(provider, ranked(["a"]))
    assert events[-1].finish_reason == "length"


@pytest.mark.parametrize("placement", ["trailing", "paper"])
@pytest.mark.parametrize("count", [1, 2, 6])
async def test_simulated_models_can_rank(placement, count):
    refs = ("simulated/explainer", "simulated/brief") * 3
    config = replace(
        mixture_of(refs[:count], aggregator="simulated/synthesist"),
        method="rank",
        prompts=Prompts(placement=placement),
    )
    engine = Engine({"simulated": Simulated(0)}, PriceBook())
    events = [event async for event in engine.run(config, QUESTION)]
    assert isinstance(events[-1], RunFinished)
    assert "Simulated answer by “synthesist”" not in events[-1].text
    assert "Simulated answer by" in events[-1].text


@pytest.mark.parametrize(
    ("verdict", "number"),
    [
        ("2", 2),
        (" 2.\n", 2),
        ("**3**", 3),
        ("Draft 2", 2),
        ("Response: 4", 4),
        ("No. 1", 1),
        ("2\n\nIt is right where 1 and 3 are wrong.", 2),
        ("1 is wrong and 3 too long.\n\n2", 2),
        ("The best is 2: 2 has it all.", 2),
        ("1\n2", None),
        ("5", None),
        ("0", None),
        ("-", None),
        ("", None),
        ("two", None),
        ("2.5", None),
        ("20", None),
        ("between 1 and 2", None),
        ("9" * 400, None),
        ("²", None),
    ],
)
def test_a_verdict_names_one_number_or_none(verdict, number):
    assert choice_in(verdict, 4) == number


@given(st.text(), st.integers(1, 12))
def test_any_verdict_gives_a_valid_number_or_none(verdict, count):
    assert choice_in(verdict, count) in (None, *range(1, count + 1))
