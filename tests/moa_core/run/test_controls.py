"""What the user does to a run under way: one seat changes, the bill stays true."""

import asyncio
from decimal import Decimal

import pytest

from moa_core.engine.budget import Budget
from moa_core.engine.execution import Engine
from moa_core.engine.resilience import Resilient
from moa_core.errors import (
    CapReachedError,
    NoProposalsError,
    NoSynthesisError,
    RunStoppedError,
    StoppedError,
    WithheldError,
)
from moa_core.mixture.config import Seat
from moa_core.pricing import PriceBook
from moa_core.run.completion import Delta, Finish
from moa_core.run.controls import Controls, SeatControl
from moa_core.run.events import (
    CallDelta,
    CallFailed,
    CallFinished,
    CallRestarted,
    CallStarted,
    LayerFinished,
    LayerStarted,
    RunAborted,
    RunFinished,
)
from moa_core.settings import Deadlines, OwnPrice
from moa_core.usage import Usage
from tests.moa_core.scripted import (
    QUESTION,
    REPORTED,
    ScriptedProvider,
    failure,
    mixture,
    of,
)

A, B = Seat(0, 0), Seat(0, 1)


async def told(provider, config, react, *, policies=None, prices=None, budget=None):
    """Every event of a run whose user looks at each, and may act upon it."""
    controls = Controls()
    engine = Engine({"lab": policies or provider}, prices or PriceBook())
    events = []
    async for event in engine.run(config, QUESTION, controls, budget):
        events.append(event)
        react(event, controls)
    assert provider.open == set()
    return events


def on(kind, act, **wanted):
    """Do ``act`` once, at the first event of ``kind`` with these fields."""
    done = []

    def react(event, controls):
        fields = (getattr(event, name) == value for name, value in wanted.items())
        if not done and isinstance(event, kind) and all(fields):
            done.append(event)
            act(controls)

    return react


def slow_once(*answer):
    """A script that writes a little and hangs the first time only."""
    return lambda times: ["lost ", 60] if times == 1 else list(answer)


async def test_a_stopped_proposer_leaves_its_layer_but_not_the_run():
    provider = ScriptedProvider({"b": ["begun", 60]})
    stop_b = on(CallDelta, lambda controls: controls.stop_seat(B), seat=B)
    events = await told(provider, mixture(["a", "b"]), stop_b)
    [failed] = of(CallFailed, events, "proposer")
    assert (failed.call.outcome, failed.call.text) == ("stopped", "begun")
    assert isinstance(failed.call.error, StoppedError)
    assert failed.call.usage.source == "estimated"
    assert of(LayerFinished, events)[0].answered == 1
    assert "begun" not in provider.asked("chief")[0].messages[-1].text
    assert isinstance(events[-1], RunFinished)


async def test_a_layer_whose_last_hope_is_stopped_has_failed():
    provider = ScriptedProvider({"a": [failure("a")], "b": ["begun", 60]})
    stop_b = on(CallDelta, lambda controls: controls.stop_seat(B), seat=B)
    events = await told(provider, mixture(["a", "b"]), stop_b)
    assert isinstance(events[-1].error, NoProposalsError)
    assert len(events[-1].error.failures) == 2


async def test_a_restarted_proposer_begins_anew_and_both_attempts_are_billed():
    provider = ScriptedProvider({"b": slow_once("whole")})
    again = on(CallDelta, lambda controls: controls.restart_seat(B), seat=B)
    events = await told(provider, mixture(["a", "b"]), again)
    [restarted] = of(CallRestarted, events, "proposer")
    assert (restarted.call.outcome, restarted.call.text) == ("stopped", "lost ")
    assert restarted.wait_s == 0
    assert [e.attempt for e in of(CallStarted, events, "proposer") if e.seat == B] == [
        1,
        2,
    ]
    done = {e.call.seat: e.call for e in of(CallFinished, events, "proposer")}
    assert (done[B].text, done[B].attempt) == ("whole", 2)
    assert events[-1].usage == restarted.call.usage + sum([REPORTED] * 3, Usage())


async def test_a_proposer_can_be_restarted_and_then_stopped():
    provider = ScriptedProvider({"b": ["x", 60]})

    def react(event, controls):
        if isinstance(event, CallDelta) and event.seat == B:
            if len(provider.asked("b")) == 1:
                controls.restart_seat(B)
            else:
                controls.stop_seat(B)

    events = await told(provider, mixture(["a", "b"]), react)
    assert len(of(CallRestarted, events, "proposer")) == 1
    [failed] = of(CallFailed, events, "proposer")
    assert (failed.call.outcome, failed.call.attempt) == ("stopped", 2)


@pytest.mark.parametrize(
    "acts", [("stop_seat", "restart_seat"), ("restart_seat", "stop_seat")]
)
async def test_of_a_stop_and_a_restart_at_once_the_stop_counts(acts):
    provider = ScriptedProvider({"b": ["x", 60]})

    def both(controls):
        for act in acts:
            getattr(controls, act)(B)

    events = await told(provider, mixture(["a", "b"]), on(CallDelta, both, seat=B))
    assert of(CallRestarted, events, "proposer") == []
    assert of(CallFailed, events, "proposer")[0].call.outcome == "stopped"
    assert isinstance(events[-1], RunFinished)


async def test_a_run_that_is_stopped_as_well_is_stopped():
    provider = ScriptedProvider({"b": ["x", 60]})

    def both(controls):
        controls.restart_seat(B)
        controls.stop()
        controls.restart_seat(A)

    events = await told(provider, mixture(["a", "b"]), on(CallDelta, both, seat=B))
    assert isinstance(events[-1].error, RunStoppedError)
    assert len(provider.asked("b")) == 1
    assert [e.call.outcome for e in of(CallFailed, events, "proposer")] == ["stopped"]


async def test_what_is_ready_is_merged_without_waiting_for_the_rest():
    provider = ScriptedProvider({"b": ["x", 60], "c": [60]})
    merge = on(CallFinished, lambda controls: controls.end_layer(0))
    events = await told(provider, mixture(["a", "b", "c"]), merge)
    assert [e.call.outcome for e in of(CallFailed, events, "proposer")] == [
        "stopped"
    ] * 2
    assert events[-1].text == "chief answers"


async def test_a_layer_without_a_proposal_cannot_go_on():
    provider = ScriptedProvider({"a": [failure("a")], "b": ["x", 0.02, "y"]})
    merge = on(CallFailed, lambda controls: controls.end_layer(0))
    events = await told(provider, mixture(["a", "b"]), merge)
    assert of(CallFinished, events, "proposer")[0].call.text == "xy"


async def test_what_comes_too_late_or_for_nobody_changes_nothing():
    def late(controls):
        for seat in (A, B, Seat(0, 7), Seat(5, 0)):
            controls.stop_seat(seat)
            controls.restart_seat(seat)
        controls.end_layer(0)
        controls.end_layer(3)

    provider = ScriptedProvider()
    events = await told(provider, mixture(["a", "b"]), on(LayerFinished, late))
    assert events[-1].text == "chief answers"
    assert len(provider.requests) == 3


async def test_a_proposer_that_has_not_begun_can_be_stopped():
    provider = ScriptedProvider({"b": ["x", 60]})
    stop_b = on(LayerStarted, lambda controls: controls.stop_seat(B))
    events = await told(provider, mixture(["a", "b"]), stop_b)
    assert of(CallFailed, events, "proposer")[0].call.seat == B
    assert not provider.asked("b")
    assert isinstance(events[-1], RunFinished)


def patient(provider, places=4):
    deadlines = Deadlines(first_token_s=30, idle_s=30, call_s=60)
    return Resilient({"lab": provider}, deadlines, places)["lab"]


def limited(times):
    """Asked to wait a minute, then willing."""
    slow_down = failure("b")
    return ["void", slow_down] if times == 1 else ["at last"]


async def test_who_waits_to_try_again_can_be_restarted_at_once():
    provider = ScriptedProvider({"b": limited})
    again = on(CallRestarted, lambda controls: controls.restart_seat(B))
    events = await told(
        provider, mixture(["a", "b"]), again, policies=patient(provider)
    )
    assert len(of(CallRestarted, events, "proposer")) == 1
    [failed_attempt] = of(CallRestarted, events, "proposer")
    assert failed_attempt.call.outcome == "failed"
    done = {e.call.seat: e.call for e in of(CallFinished, events, "proposer")}
    assert (done[B].text, done[B].attempt) == ("at last", 2)


async def test_who_waits_to_try_again_can_be_stopped_and_pays_for_no_other_try():
    provider = ScriptedProvider({"b": limited})
    stop_b = on(CallRestarted, lambda controls: controls.stop_seat(B))
    events = await told(
        provider, mixture(["a", "b"]), stop_b, policies=patient(provider)
    )
    [failed] = of(CallFailed, events, "proposer")
    assert (failed.call.outcome, failed.call.attempt) == ("stopped", 2)
    assert failed.call.usage.total_tokens == 0
    assert len(provider.asked("b")) == 1


@pytest.mark.parametrize("act", ["stop_seat", "restart_seat"])
async def test_who_queues_for_a_place_can_leave_or_queue_anew(act):
    provider = ScriptedProvider({"a": ["x", 0.05, "y"]})
    react = on(CallDelta, lambda controls: getattr(controls, act)(B), seat=A)
    events = await told(
        provider, mixture(["a", "b"]), react, policies=patient(provider, places=1)
    )
    assert len(provider.asked("b")) == (act == "restart_seat")
    assert provider.most_open == 1
    assert isinstance(events[-1], RunFinished)


async def test_a_stopped_aggregator_hands_over_to_its_fallback():
    provider = ScriptedProvider({"chief": ["part", 60]})
    stop = on(
        CallDelta, lambda controls: controls.stop_seat(Seat(1, 0)), role="aggregator"
    )
    events = await told(provider, mixture(["a"], fallbacks=["deputy"]), stop)
    assert of(CallFailed, events, "aggregator")[0].call.outcome == "stopped"
    assert events[-1].text == "deputy answers"


async def test_a_stopped_aggregator_without_a_fallback_leaves_no_answer():
    provider = ScriptedProvider({"chief": ["part", 60]})
    stop = on(
        CallDelta, lambda controls: controls.stop_seat(Seat(1, 0)), role="aggregator"
    )
    events = await told(provider, mixture(["a"]), stop)
    assert isinstance(events[-1].error, NoSynthesisError)
    assert events[-1].text == "part"


async def test_an_aggregator_can_be_restarted():
    provider = ScriptedProvider({"chief": slow_once("whole")})
    again = on(
        CallDelta, lambda controls: controls.restart_seat(Seat(1, 0)), role="aggregator"
    )
    events = await told(provider, mixture(["a"]), again)
    assert of(CallRestarted, events, "aggregator")[0].call.text == "lost "
    assert [e.attempt for e in of(CallStarted, events, "aggregator")] == [1, 2]
    assert events[-1].text == "whole"


async def test_no_restart_begins_once_the_run_has_spent_what_it_may():
    dear = OwnPrice(input_usd_per_mtok=Decimal(10**6), output_usd_per_mtok=Decimal(1))
    prices = PriceBook({"lab/a": dear, "lab/b": dear, "lab/chief": dear})
    provider = ScriptedProvider({"a": ["x", 60]})
    events = await told(
        provider,
        mixture(["a"]),
        on(CallDelta, lambda controls: controls.restart_seat(A)),
        prices=prices,
        budget=Budget(limit_usd=Decimal(1)),
    )
    [restarted], [failed] = (
        of(CallRestarted, events, "proposer"),
        of(CallFailed, events, "proposer"),
    )
    assert isinstance(failed.call.error, WithheldError)
    assert failed.call.usage.total_tokens == 0
    assert isinstance(events[-1].error, CapReachedError)
    assert events[-1].cost == restarted.call.cost
    assert len(provider.requests) == 1


async def test_a_deadline_and_a_stop_at_the_same_moment_end_one_seat_once():
    """The clock of a deadline and the user may cancel the same task at once."""
    for pause_s in (0.0, 0.009, 0.01, 0.011):
        provider = ScriptedProvider({"b": [60]})
        deadlines = Deadlines(first_token_s=0.01, idle_s=0.01, call_s=60)
        policies = Resilient({"lab": provider}, deadlines, 4)["lab"]

        def later(controls, pause_s=pause_s):
            loop = asyncio.get_running_loop()
            loop.call_later(pause_s, controls.stop_seat, B)

        events = await told(
            provider,
            mixture(["a", "b"]),
            on(CallStarted, later, seat=B),
            policies=policies,
        )
        assert len(of(CallFailed, events, "proposer")) == 1
        assert isinstance(events[-1], RunFinished)


async def test_an_adapter_that_turns_the_cancellation_into_a_failure_is_obeyed_too():
    class Translating:
        def __init__(self):
            self.open, self.times = set(), 0

        async def stream(self, request):
            self.times += 1
            yield Delta("x")
            if self.times == 1:
                try:
                    await asyncio.sleep(60)
                except asyncio.CancelledError:
                    raise failure("a") from None
            yield Finish(reason="stop", usage=REPORTED)

    again = on(CallDelta, lambda controls: controls.restart_seat(A))
    events = await told(Translating(), mixture(["a"]), again)
    assert of(CallRestarted, events, "proposer")[0].call.outcome == "stopped"
    assert isinstance(events[-1], RunFinished)


async def test_leaving_the_story_closes_what_was_just_restarted():
    provider = ScriptedProvider({"a": ["x", 60]})
    controls = Controls()
    engine = Engine({"lab": provider}, PriceBook())
    story = engine.run(mixture(["a"]), QUESTION, controls)
    async for event in story:
        if isinstance(event, CallDelta):
            controls.restart_seat(A)
            break
    await story.aclose()
    assert provider.open == set()


async def test_a_switch_that_was_pulled_leaves_its_task_as_it_was():
    control = SeatControl()
    task = asyncio.current_task()
    asyncio.get_running_loop().call_soon(control.request, "stop")
    assert await control.run_interruptibly(lambda: asyncio.sleep(60)) is None
    assert task.cancelling() == 0
    await asyncio.sleep(0)  # nothing is left that would be raised here
    assert await control.run_interruptibly(lambda: asyncio.sleep(60)) is None
    control.pending = None
    assert await control.run_interruptibly(lambda: asyncio.sleep(0, "done")) == "done"


async def test_a_stop_of_the_run_is_never_taken_for_one_of_a_seat():
    provider = ScriptedProvider({"a": ["x", 60]})
    stop = on(CallDelta, lambda controls: controls.stop())
    events = await told(provider, mixture(["a", "b"]), stop)
    assert isinstance(events[-1], RunAborted)
    assert isinstance(events[-1].error, RunStoppedError)
