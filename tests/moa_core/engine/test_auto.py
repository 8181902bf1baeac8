"""Auto: one model answers first, and the others are asked where there is doubt."""

import asyncio
from decimal import Decimal

import pytest

from moa_core.engine.budget import Budget
from moa_core.engine.execution import Engine
from moa_core.engine.pacing import Threshold
from moa_core.errors import PolicyRefusedError
from moa_core.mixture.config import Seat
from moa_core.mixture.pace import Auto, EarlyExit, Pace
from moa_core.plan import rework_plan
from moa_core.pricing import PriceBook
from moa_core.run.controls import Controls
from moa_core.run.decisions import FirstAnswerJudged, LayersSkipped, ProposersLeftOut
from moa_core.run.events import (
    CallFinished,
    CallStarted,
    LayerFinished,
    LayerStarted,
    RunDecided,
    RunFinished,
)
from moa_core.run.run_state import RunState
from moa_core.settings import OwnPrice
from tests.moa_core.scripted import (
    QUESTION,
    ScriptedProvider,
    failure,
    mixture,
    of,
    told,
)

AUTO = Pace(auto=Auto())
ALIKE = ["The sky is blue since air scatters short waves of sunlight the most."]
UNLIKE = ["Ask the wizard of the third mountain, who painted everything at dawn."]
LAYER = ["qwen", "llama", "gemma", "mistral"]


def auto(*layers, pace=AUTO, **more):
    return mixture(*(layers or (LAYER,)), aggregator="qwen-chief", pace=pace, **more)


def decided(events):
    return [event.decision for event in of(RunDecided, events)]


def asked(provider):
    return [request.agent.model for request in provider.requests]


async def test_an_answer_that_a_second_opinion_agrees_with_is_the_answer():
    provider = ScriptedProvider({"qwen-chief": ALIKE, "llama": ALIKE})
    events = await told(provider, auto())
    assert asked(provider) == ["qwen-chief", "llama"]  # of another maker
    (judged,) = decided(events)
    assert judged == FirstAnswerJudged(
        stands=True,
        doubt=0.0,
        threshold=0.5,
        reasons=("A second opinion is 100% like it.",),
        saved_calls=3,
        saved_unknown_calls=4 + 1,
    )
    assert isinstance(events[-1], RunFinished)
    assert events[-1].text == ALIKE[0]
    assert [e.role for e in of(CallFinished, events)] == ["provisional", "proposer"]


async def test_the_answer_is_that_of_the_run_in_its_state():
    provider = ScriptedProvider({"qwen-chief": ALIKE, "llama": ALIKE})
    config = auto()
    state = RunState(config)
    for event in await told(provider, config):
        state.apply(event)
    assert state.synthesis.seat == Seat(1, 1)
    assert (state.synthesis.role, state.synthesis.text) == ("provisional", ALIKE[0])
    assert state.ttft_s is not None
    assert [seat.status for seat in state.aggregators] == ["pending"]


async def test_where_there_is_doubt_the_others_are_asked_and_nobody_twice():
    provider = ScriptedProvider({"qwen-chief": ALIKE, "llama": UNLIKE})
    events = await told(provider, auto())
    assert asked(provider)[:3] == ["qwen-chief", "llama", "gemma"]
    assert sorted(asked(provider)[3:5]) == ["mistral", "qwen"]
    assert asked(provider)[5:] == ["qwen-chief"]
    (judged,) = decided(events)
    assert not judged.stands
    assert judged.doubt >= judged.threshold
    assert [e.layer_index for e in of(LayerStarted, events)] == [0]
    (finished,) = of(LayerFinished, events)
    assert (finished.answered, finished.asked) == (4, 4)
    *_, synthesis = of(CallFinished, events)
    assert synthesis.role == "aggregator"
    prompt = provider.requests[-1].messages[-1].text
    assert all(f"{model} answers" in prompt for model in ("qwen", "gemma", "mistral"))
    assert UNLIKE[0] in prompt


async def test_another_maker_that_agrees_spares_the_rest_and_who_dissents_is_read():
    scripts = {"qwen-chief": ALIKE, "llama": UNLIKE, "gemma": ALIKE}
    provider = ScriptedProvider(scripts)
    events = await told(provider, auto())
    assert asked(provider) == ["qwen-chief", "llama", "gemma", "qwen-chief"]
    judged, left_out = decided(events)
    assert not judged.stands
    assert left_out == ProposersLeftOut(left_out=(Seat(0, 0), Seat(0, 3)))
    prompt = provider.requests[-1].messages[-1].text
    assert UNLIKE[0] in prompt
    assert ALIKE[0] in prompt
    (finished,) = of(LayerFinished, events)
    assert (finished.answered, finished.asked) == (2, 4)


async def test_layers_after_the_first_are_asked_whole():
    provider = ScriptedProvider({"qwen-chief": ALIKE, "llama": UNLIKE})
    events = await told(provider, auto(LAYER, ["c", "d"]))
    assert isinstance(events[-1], RunFinished)
    assert sorted(asked(provider)[5:7]) == ["c", "d"]


async def test_a_second_opinion_that_fails_is_followed_by_another():
    scripts = {"qwen-chief": ALIKE, "gemma": ALIKE, "llama": [failure("llama")]}
    provider = ScriptedProvider(scripts)
    events = await told(provider, auto())
    assert asked(provider) == ["qwen-chief", "llama", "gemma"]
    assert decided(events)[0].stands


async def test_an_answer_that_nobody_can_judge_stands_and_says_so():
    refused = {model: [failure(model, PolicyRefusedError, "No.")] for model in LAYER}
    provider = ScriptedProvider({"qwen-chief": ALIKE, **refused})
    events = await told(provider, auto())
    (judged,) = decided(events)
    assert judged.stands
    assert judged.reasons == ("No other model could give a second opinion.",)
    assert events[-1].text == ALIKE[0]


async def test_a_first_answer_that_fails_leaves_it_to_the_others():
    scripts = {"qwen-chief": lambda n: [failure("x")] if n == 1 else ["written"]}
    provider = ScriptedProvider(scripts)
    events = await told(provider, auto())
    (judged,) = decided(events)
    assert (judged.stands, judged.doubt) == (False, 1.0)
    assert judged.reasons == ("The first model did not answer.",)
    assert events[-1].text == "written"


async def test_a_cap_that_is_reached_leaves_the_first_answer():
    price = OwnPrice(input_usd_per_mtok=Decimal(9), output_usd_per_mtok=Decimal(9))
    prices = PriceBook(dict.fromkeys(["lab/llama", "lab/qwen-chief"], price))
    provider = ScriptedProvider(
        {"qwen-chief": ALIKE, "llama": [0.05, failure("llama")]}
    )
    engine = Engine({"lab": provider}, prices)
    budget = Budget(limit_usd=Decimal("0.00000001"), allow_unknown=True)
    events = [e async for e in engine.run(auto(), QUESTION, budget=budget)]
    assert asked(provider)[0] == "qwen-chief"
    assert isinstance(events[-1], RunFinished)
    assert decided(events)[0].reasons == ("Your caps allow no further call.",)
    state = RunState(auto())
    for event in events:
        state.apply(event)
    assert state.synthesis.text == ALIKE[0]


@pytest.mark.parametrize(("given", "stands"), [(0.0, False), (1.0, True)])
async def test_the_threshold_decides(given, stands):
    mild = ["The sky is blue because the air scatters the short waves of light."]
    provider = ScriptedProvider({"qwen-chief": ALIKE, "llama": mild})
    events = await told(provider, auto(pace=Pace(auto=Auto(threshold=given))))
    assert decided(events)[0].stands is stands
    assert decided(events)[0].threshold == given


async def test_a_learnt_threshold_holds_where_the_mixture_has_none_of_its_own():
    provider = ScriptedProvider({"qwen-chief": ALIKE, "llama": UNLIKE})
    engine = Engine({"lab": provider}, PriceBook(), threshold=Threshold(0.0, 41))
    events = [e async for e in engine.run(auto(), QUESTION)]
    assert (decided(events)[0].threshold, decided(events)[0].votes) == (0.0, 41)
    config = auto(pace=Pace(auto=Auto(threshold=0.9)))
    events = [e async for e in engine.run(config, QUESTION)]
    assert (decided(events)[0].threshold, decided(events)[0].votes) == (0.9, 0)


async def test_stopping_after_the_first_answer_keeps_it():
    scripts = {"qwen-chief": ALIKE, "llama": UNLIKE, "gemma": [5.0, "late"]}
    config, controls = auto(), Controls()
    state = RunState(config)
    engine = Engine({"lab": ScriptedProvider(scripts)}, PriceBook())
    async for event in engine.run(config, QUESTION, controls):
        state.apply(event)
        if isinstance(event, CallStarted) and event.agent.model == "gemma":
            controls.stop()
    assert state.status == "stopped"
    assert (state.synthesis.role, state.synthesis.text) == ("provisional", ALIKE[0])


async def test_the_others_can_be_asked_anyway_and_what_is_there_is_read():
    provider = ScriptedProvider({"qwen-chief": ALIKE, "llama": ALIKE})
    config = auto()
    state = RunState(config)
    for event in await told(provider, config):
        state.apply(event)
    plan = rework_plan.ask_the_others(state)
    provider.requests.clear()
    events = await told(provider, plan.config, rework=plan.rework)
    assert sorted(asked(provider)[:3]) == ["gemma", "mistral", "qwen"]
    assert asked(provider)[3:] == ["qwen-chief"]
    assert decided(events) == []
    assert ALIKE[0] in provider.requests[-1].messages[-1].text


async def test_without_layers_there_is_nobody_else_to_ask():
    provider = ScriptedProvider()
    events = await told(provider, mixture(aggregator="chief", pace=AUTO))
    assert events[-1].text == "chief answers"
    assert decided(events) == []


async def test_layers_are_left_out_where_all_proposals_agree():
    pace = Pace(early_exit=EarlyExit())
    config = mixture(["a", "b"], ["c", "d"], ["e"], pace=pace)
    provider = ScriptedProvider({"a": ALIKE, "b": ALIKE})
    events = await told(provider, config)
    assert asked(provider) == ["a", "b", "chief"]
    assert decided(events) == [LayersSkipped(first=1, last=2, agreement=1.0)]
    state = RunState(config)
    for event in events:
        state.apply(event)
    assert [seat.text for seat in state.read_by(3)] == ALIKE * 2
    plan = rework_plan.resynthesise(state)
    again = await told(provider, plan.config, rework=plan.rework)
    assert ALIKE[0] in provider.requests[-1].messages[-1].text
    assert isinstance(again[-1], RunFinished)


async def test_one_dissenting_proposal_keeps_the_layers_going():
    pace = Pace(early_exit=EarlyExit())
    config = mixture(["a", "b", "c"], ["d"], pace=pace)
    provider = ScriptedProvider({"a": ALIKE, "b": ALIKE, "c": UNLIKE})
    events = await told(provider, config)
    assert decided(events) == []
    assert UNLIKE[0] in provider.asked("d")[0].messages[-1].text


async def test_the_first_answer_and_the_second_opinion_are_asked_for_side_by_side():
    gate = asyncio.Event()

    class Waiting(ScriptedProvider):
        async def stream(self, request):
            if len(self.requests) == 1:
                gate.set()
            async for item in super().stream(request):
                await asyncio.wait_for(gate.wait(), 10)
                yield item

    provider = Waiting({"qwen-chief": ALIKE, "llama": ALIKE})
    assert decided(await told(provider, auto()))[0].stands
