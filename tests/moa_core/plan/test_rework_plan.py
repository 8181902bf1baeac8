import pytest

from moa_core.errors import ConfigError
from moa_core.mixture.config import Seat
from moa_core.plan.rework_plan import (
    bring_in_late,
    first_unanswered_layer,
    late_seats,
    rerun_from_layer,
    resynthesise,
    retry_seats,
    stale_seats,
)
from moa_core.run.events import LayerFinished, LayerStarted, RunAborted, RunFinished
from moa_core.run.run_state import RunState
from tests.moa_core.scripted import ScriptedProvider, agent, failure, mixture, of, told
from tests.support.paced_runs import HANG, PATIENT, SIX, answers, steady
from tests.support.paced_runs import told as told_virtually

FIRST = ScriptedProvider({"b": ["half", failure("b")]})


async def played(config, provider, **more):
    """The state of a run that has ended."""
    state = RunState(config, **more)
    for event in await told(provider, config, **more):
        state.apply(event)
    return state


async def carried_out(plan, provider):
    return await played(plan.config, provider, rework=plan.rework)


async def first_run(*layers, provider=FIRST, **more):
    return await played(mixture(*layers, **more), provider)


async def test_a_retry_asks_one_model_and_leaves_the_rest_where_it_was():
    before = await first_run(["a", "b", "c"])
    provider = ScriptedProvider({"b": ["now it works"]})
    state = await carried_out(retry_seats(before, [Seat(0, 1)]), provider)
    assert [r.agent.model for r in provider.requests] == ["b"]
    assert [seat.text for seat in state.seats] == [
        "a answers",
        "now it works",
        "c answers",
        "chief answers",
    ]
    assert (state.status, state.synthesises, state.ttft_s) == ("succeeded", False, None)
    assert (state.answered, state.asked) == (3, 3)
    assert [call.agent.model for call in state.calls] == ["b"]
    assert state.usage.total_tokens == 15
    assert [seat.reused for seat in state.seats] == [True, False, True, True]


async def test_a_retry_may_ask_another_model_and_the_mixture_says_so():
    before = await first_run(["a", "b"])
    plan = retry_seats(before, [Seat(0, 1)], agent("d"))
    assert [a.model for a in plan.config.layers[0].proposers] == ["a", "d"]
    state = await carried_out(plan, ScriptedProvider())
    assert state.layers[0].seats[1].text == "d answers"
    assert state.config == plan.config


async def test_a_retry_that_fails_again_is_a_run_that_did_what_it_could():
    before = await first_run(["b"])
    assert before.status == "failed"
    state = await carried_out(retry_seats(before, [Seat(0, 0)]), FIRST)
    assert state.status == "succeeded"
    assert state.layers[0].seats[0].status == "failed"


async def test_a_retry_asks_nobody_who_was_never_asked():
    before = await first_run(["b"], ["c"])
    assert before.layers[1].seats[0].status == "pending"
    provider = ScriptedProvider()
    state = await carried_out(retry_seats(before, [Seat(0, 0)]), provider)
    assert [r.agent.model for r in provider.requests] == ["b"]
    assert state.layers[1].seats[0].status == "pending"
    assert state.aggregators[0].status == "pending"


async def test_a_retry_in_layer_two_reads_what_layer_one_wrote():
    before = await first_run(["a", "b"], ["c"])
    provider = ScriptedProvider()
    await carried_out(retry_seats(before, [Seat(1, 0)]), provider)
    [request] = provider.requests
    assert "a answers" in request.messages[-1].text
    assert "half" not in request.messages[-1].text


async def test_only_proposers_can_be_asked_again_by_themselves():
    before = await first_run(["a"])
    for seats in ([], [Seat(1, 0)]):
        with pytest.raises(ConfigError, match="Only proposals"):
            retry_seats(before, seats)


async def test_a_synthesis_again_is_one_call_with_the_ticked_proposals():
    before = await first_run(["a", "c", "d"])
    provider = ScriptedProvider()
    plan = resynthesise(
        before,
        aggregator=agent("other"),
        fallbacks=[agent("spare")],
        length="short",
        included=[Seat(0, 0), Seat(0, 2)],
    )
    state = await carried_out(plan, provider)
    [request] = provider.requests
    block = request.messages[-1].text
    assert request.agent.model == "other"
    assert "a answers" in block
    assert "c answers" not in block
    assert "Keep the answer short" in block
    assert state.synthesis.text == "other answers"
    assert [seat.included for seat in state.layers[0].seats] == [True, False, True]
    assert [a.model for a in plan.config.aggregators] == ["other", "spare"]


async def test_what_is_unticked_stays_so_until_it_is_ticked_again():
    before = await first_run(["a", "c"])
    once = await carried_out(
        resynthesise(before, included=[Seat(0, 1)]), ScriptedProvider()
    )
    provider = ScriptedProvider()
    await carried_out(resynthesise(once), provider)
    assert "a answers" not in provider.requests[0].messages[-1].text
    await carried_out(resynthesise(once, included=[Seat(0, 0), Seat(0, 1)]), provider)
    assert "a answers" in provider.requests[1].messages[-1].text


async def test_layers_that_are_given_are_passed_without_a_word():
    before = await first_run(["a"], ["c"])
    plan = resynthesise(before)
    events = await told(ScriptedProvider(), plan.config, rework=plan.rework)
    assert of(LayerStarted, events) == of(LayerFinished, events) == []
    assert events[-1].usage.total_tokens == 15


@pytest.mark.parametrize("ticked", [(), [Seat(0, 1)]])
async def test_a_synthesis_needs_a_proposal_to_read(ticked):
    before = await first_run(["a", "b"])
    with pytest.raises(ConfigError, match="Layer 1 has no proposal"):
        resynthesise(before, included=ticked)


async def test_a_single_model_can_be_asked_again_too():
    provider = ScriptedProvider()
    before = await first_run(provider=provider)
    state = await carried_out(resynthesise(before, aggregator=agent("other")), provider)
    assert state.synthesis.text == "other answers"


async def test_going_on_asks_a_layer_and_all_after_it_over_those_before():
    before = await first_run(["a", "b"], ["c", "d"], ["e"])
    provider = ScriptedProvider()
    state = await carried_out(rerun_from_layer(before, 1), provider)
    assert [r.agent.model for r in provider.requests] == ["c", "d", "e", "chief"]
    assert "a answers" in provider.asked("c")[0].messages[-1].text
    assert [seat.reused for seat in state.seats] == [True, True] + [False] * 4
    assert state.layers[0].seats[1].status == "failed"


async def test_a_failed_run_goes_on_once_a_retry_has_brought_a_proposal():
    failed = await first_run(["b"], ["c"])
    with pytest.raises(ConfigError, match="retry one of its models"):
        rerun_from_layer(failed, 1)
    retried = await carried_out(retry_seats(failed, [Seat(0, 0)]), ScriptedProvider())
    state = await carried_out(rerun_from_layer(retried, 1), ScriptedProvider())
    assert (state.status, state.synthesis.text) == ("succeeded", "chief answers")


async def test_a_rework_of_which_a_layer_gives_nothing_ends_with_the_reason():
    before = await first_run(["a"], ["c"])
    plan = rerun_from_layer(before, 1)
    events = await told(
        ScriptedProvider({"c": [failure("c")]}), plan.config, rework=plan.rework
    )
    assert isinstance(events[-1], RunAborted)
    assert "layer 2" in str(events[-1].error)


async def test_after_a_retry_all_that_read_it_is_stale_until_it_is_asked_again():
    first = await first_run(["a", "b"], ["c", "d"])
    assert stale_seats([first]) == frozenset()
    retried = await carried_out(retry_seats(first, [Seat(0, 1)]), ScriptedProvider())
    chain = [first, retried]
    assert stale_seats(chain) == {Seat(1, 0), Seat(1, 1), Seat(2, 0)}
    half = await carried_out(retry_seats(retried, [Seat(1, 0)]), ScriptedProvider())
    assert stale_seats([*chain, half]) == {Seat(1, 1), Seat(2, 0)}
    whole = await carried_out(rerun_from_layer(retried, 1), ScriptedProvider())
    assert stale_seats([*chain, whole]) == frozenset()


async def test_a_retry_that_brings_nothing_makes_nothing_stale():
    first = await first_run(["a", "b"])
    retried = await carried_out(retry_seats(first, [Seat(0, 1)]), FIRST)
    assert stale_seats([first, retried]) == frozenset()


async def test_an_answer_with_some_proposals_unticked_is_not_stale():
    first = await first_run(["a", "c"])
    again = await carried_out(
        resynthesise(first, included=[Seat(0, 1)]), ScriptedProvider()
    )
    assert stale_seats([first, again]) == frozenset()
    assert isinstance(again.calls[0].text, str)


async def test_a_reworked_run_ends_with_an_empty_text_where_nobody_writes():
    before = await first_run(["a", "b"])
    plan = retry_seats(before, [Seat(0, 1)])
    events = await told(ScriptedProvider(), plan.config, rework=plan.rework)
    assert isinstance(events[-1], RunFinished)
    assert (events[-1].text, events[-1].finish_reason) == ("", None)


async def test_one_goes_on_from_the_first_layer_of_which_nobody_answered():
    both = [["a", "b"], ["c"]]
    assert first_unanswered_layer(await first_run(*both)) is None
    assert first_unanswered_layer(RunState(mixture(*both))) is None
    broken = ScriptedProvider({"c": [failure("c")]})
    stopped = await first_run(*both, provider=broken)
    assert first_unanswered_layer(stopped) == 1
    onward = retry_seats(stopped, [Seat(1, 0)])
    again = await carried_out(onward, ScriptedProvider())
    assert first_unanswered_layer(again) == 2


def test_who_came_too_late_is_brought_in_by_asking_those_after_them():
    scripts = answers(e=steady(1.0, 10, 2.5), f=HANG)
    config = mixture(SIX, ["a", "b"], pace=PATIENT)
    scripts["chief"] = steady(20.0, 3, 1.0)
    _, state, _ = told_virtually(scripts, config)
    late, hung = state.seat_at(Seat(0, 4)), state.seat_at(Seat(0, 5))
    assert (late.late, late.status) == (True, "succeeded")
    assert (hung.late, hung.status) == (True, "stopped")
    plan = bring_in_late(state)
    assert plan.rework.reused[Seat(0, 4)].read
    assert not plan.rework.reused[Seat(0, 5)].read
    assert plan.rework.asks == frozenset({Seat(1, 0), Seat(1, 1)})
    _, again, provider = told_virtually(scripts, plan.config, rework=plan.rework)
    assert again.status == "succeeded"
    assert len(provider.requests) == 3
    assert provider.requests[0].messages[-1].text.count("x" * 1000) == 5
    assert late_seats(again) == []


def test_who_never_answered_is_asked_again_with_those_after_them():
    _, state, _ = told_virtually(answers(f=HANG), mixture(SIX, pace=PATIENT))
    plan = bring_in_late(state)
    assert plan.rework.asks == frozenset({Seat(0, 5)})
    _, again, provider = told_virtually(answers(), plan.config, rework=plan.rework)
    assert [request.agent.model for request in provider.requests] == ["f", "chief"]
    assert again.layers[0].answered == 6


def test_without_anybody_late_there_is_nothing_to_bring_in():
    _, state, _ = told_virtually(answers(), mixture(SIX, pace=PATIENT))
    with pytest.raises(ConfigError):
        bring_in_late(state)
