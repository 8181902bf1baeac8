from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.engine.execution import Engine
from moa_core.engine.resilience import Resilient
from moa_core.errors import BrokenStreamError, DeadlineError, RunStoppedError
from moa_core.mixture.config import Seat
from moa_core.plan.rework_plan import resynthesise, retry_seats
from moa_core.pricing import PriceBook
from moa_core.review.call_times import Bar
from moa_core.review.timeline import timeline
from moa_core.run.completion import Begin, Restart
from moa_core.run.controls import Controls
from moa_core.run.decisions import LayerProceeded
from moa_core.run.events import CallFinished, LayerFinished, LayerStarted, RunDecided
from moa_core.run.run_state import RunState
from moa_core.settings import Deadlines
from moa_core.usage import FREE, Cost, Usage
from tests.moa_core.generated_runs import runs, state_after
from tests.moa_core.scripted import QUESTION, ScriptedProvider, failure, mixture, told
from tests.moa_core.timed_runs import call, ended, plain_run
from tests.profiles import examples

pytestmark = pytest.mark.slow


def test_the_slowest_of_each_layer_and_the_aggregator_make_the_critical_path():
    line = timeline(plain_run())
    deciding = [seat.seat for seat in line.seats if seat.on_critical_path]
    assert deciding == [Seat(0, 1), Seat(1, 0), Seat(2, 0)]
    assert [(step.seat, step.kind, step.took_s) for step in line.path] == [
        (Seat(0, 1), "first word", 1.0),
        (Seat(0, 1), "writing", 4.0),
        (Seat(1, 0), "first word", 4.0),  # of which no first word is known
        (Seat(2, 0), "first word", 2.0),
        (Seat(2, 0), "writing", 4.0),
    ]
    assert line.spent_s("writing") == 8.0


def test_without_its_slowest_a_layer_ends_with_the_next_slowest():
    line = timeline(plain_run())
    slowest = line.seat_at(Seat(0, 1))
    assert slowest.saves_s == 3.0
    assert slowest.next_slowest == Seat(0, 0)
    assert line.seat_at(Seat(0, 0)).saves_s == 0.0
    assert line.seat_at(Seat(1, 0)).saves_s == 1.0
    assert line.seat_at(Seat(2, 0)).saves_s is None  # somebody has to write the answer


def test_the_only_one_that_answered_cannot_be_done_without():
    broke = failure("x", BrokenStreamError)
    line = timeline(
        ended(
            mixture(["a", "b"]),
            [
                call((0, 0), 0.0, 3.0),
                call((0, 1), 0.0, 1.0, outcome="failed", error=broke, text=""),
                call((1, 0), 3.0, 1.0, role="aggregator"),
            ],
            4.0,
        )
    )
    assert line.seat_at(Seat(0, 0)).saves_s is None
    assert line.seat_at(Seat(0, 1)).saves_s == 0.0


def test_lost_attempts_and_the_pauses_after_them_are_told_apart():
    silent = failure("x", DeadlineError, "x sent nothing for 2 seconds.")
    lost = call((0, 0), 0.0, 2.0, outcome="failed", error=silent)
    line = timeline(
        ended(
            mixture(["a"]),
            [
                lost,
                call((0, 0), 2.5, 1.0, attempt=2, first_s=0.25),
                call((1, 0), 3.5, 1.0, role="aggregator", first_s=0.5),
            ],
            4.5,
        )
    )
    first, second = line.seat_at(Seat(0, 0)).bars
    assert first.stalled
    assert not second.stalled
    assert second.waited_s == 0.5
    assert [step.kind for step in line.path][:4] == [
        "lost",
        "pause",
        "first word",
        "writing",
    ]
    assert line.spent_s("lost", "pause") == 2.5


def test_an_aggregator_that_failed_cost_the_time_until_its_fallback_was_asked():
    broke = failure("x", BrokenStreamError)
    line = timeline(
        ended(
            mixture(["a"], fallbacks=["deputy"]),
            [
                call((0, 0), 0.0, 1.0),
                call(
                    (1, 0), 1.0, 3.0, role="aggregator", outcome="failed", error=broke
                ),
                call((1, 1), 4.0, 2.0, role="aggregator"),
            ],
            6.0,
        )
    )
    assert line.seat_at(Seat(1, 0)).saves_s == 3.0
    assert line.seat_at(Seat(1, 1)).saves_s is None
    assert all(line.seat_at(Seat(1, place)).on_critical_path for place in (0, 1))


def test_a_run_that_was_stopped_has_a_path_to_where_it_ended():
    line = timeline(
        ended(mixture(["a", "b"]), [call((0, 0), 0, 2.0)], 3.0, RunStoppedError())
    )
    assert [step.kind for step in line.path] == ["first word", "other"]
    assert line.seat_at(Seat(0, 0)).saves_s is None  # nothing came after it


def test_an_attempt_whose_end_nobody_saw_lasts_to_the_end_at_an_unknown_cost():
    state = RunState(mixture(["a"]))
    seat = state.seat_at(Seat(0, 0))
    seat.start(1, 0.5)
    seat.status, state.status, state.now_s = "interrupted", "interrupted", 4.0
    line = timeline(state)
    [bar] = line.seat_at(Seat(0, 0)).bars
    assert (bar.began_s, bar.ended_s) == (0.5, 4.0)
    assert bar.cost.total_usd is None
    assert line.total_s == 4.0


def test_a_run_without_times_says_so():
    assert not timeline(RunState(mixture(["a"]))).timed
    assert not timeline(ended(mixture(), [], 0.0)).timed
    alone = [call((0, 0), 0, 1.0, role="aggregator")]
    assert timeline(ended(mixture(), alone, 1.0)).timed


def test_given_calls_take_no_time_and_no_money_here():
    state = plain_run()
    again = RunState((plan := resynthesise(state)).config, plan.rework)
    again.seat_at(Seat(2, 0)).start(1, 0.0)
    said = call((2, 0), 0.0, 2.0, role="aggregator", cost=Cost(1))
    again.apply(CallFinished(2.0, said))
    line = timeline(again)
    assert [seat.reused for seat in line.seats] == [True] * 4 + [False]
    assert all(not seat.bars and seat.cost == FREE for seat in line.seats[:4])
    assert line.layers[-1].cost == Cost(1)
    assert [step.seat for step in line.path] == [Seat(2, 0)]
    retried = RunState((plan := retry_seats(state, [Seat(0, 1)])).config, plan.rework)
    assert not timeline(retried).timed


async def test_the_wait_for_a_full_endpoint_is_no_time_of_the_call():
    provider = ScriptedProvider({"a": [0.05, "x"], "b": [0.05, "x"]})
    resilient = Resilient({"lab": provider}, Deadlines(), concurrent_calls=1)
    engine = Engine(resilient, PriceBook())
    state = RunState(config := mixture(["a", "b"]))
    async for event in engine.run(config, QUESTION):
        state.apply(event)
    first, second = (seat.bars[0] for seat in timeline(state).layers[0].seats)
    assert first.waited_s < second.waited_s
    assert second.began_s >= first.began_s + 0.05
    assert second.waited_s >= 0.05
    assert second.attempt == 1
    assert "queue" in [step.kind for step in timeline(state).path]


async def test_a_call_stopped_in_the_queue_was_never_sent_and_costs_nothing():
    provider = ScriptedProvider({"a": ["x", 60], "b": ["x"]})
    resilient = Resilient({"lab": provider}, Deadlines(), concurrent_calls=1)
    controls, state = Controls(), RunState(config := mixture(["a", "b"]))
    async for event in Engine(resilient, PriceBook()).run(config, QUESTION, controls):
        state.apply(event)
        if state.layers[0].seats[0].parts:
            controls.stop()
    queued = state.layers[0].seats[1].call
    assert queued.outcome == "stopped"
    assert queued.usage == Usage()
    assert provider.asked("b") == []


async def test_a_retried_call_has_a_bar_for_every_attempt():
    script = [Restart(failure("a"), 0.01), 0.01, Begin(), "x"]
    state = RunState(config := mixture(["a"]))
    for event in await told(ScriptedProvider({"a": script}), config):
        state.apply(event)
    first, second = timeline(state).seat_at(Seat(0, 0)).bars
    assert (first.attempt, second.attempt) == (1, 2)
    assert second.asked_s == first.ended_s
    assert second.waited_s >= 0.005


def check(state):
    line = timeline(state)
    assert line.total_s == pytest.approx(state.latency_s)
    assert sum(step.took_s for step in line.path) == pytest.approx(state.latency_s)
    edges = [0.0, *(edge for s in line.path for edge in (s.from_s, s.to_s))]
    assert all(edges[at] == edges[at + 1] for at in range(0, len(edges) - 1, 2))
    for seat in line.seats:
        assert seat.saves_s is None or 0 <= seat.saves_s <= line.total_s
        assert len(seat.bars) == (
            0 if seat.reused else len(state.seat_at(seat.seat).calls)
        )
        for bar in seat.bars:
            in_order(bar, line.total_s)
        for one, after in pairwise(seat.bars):
            assert one.ended_s == after.asked_s
    assert sum((layer.cost for layer in line.layers), FREE) == state.cost


def in_order(bar: Bar, total_s):
    first_s = bar.began_s if bar.first_s is None else bar.first_s
    edges = [0, bar.asked_s, bar.began_s, first_s, bar.ended_s, total_s]
    assert edges == sorted(edges)


@given(runs)
@examples(0.4)
def test_the_critical_path_is_as_long_as_the_run_and_nobody_saves_more(made):
    check(state_after(made))


@given(runs, st.lists(st.floats(0, 0.01), min_size=40, max_size=40))
@examples(0.3)
def test_times_that_do_not_fit_together_are_made_to(made, shifts):
    state, shift = state_after(made), iter(shifts * 9)
    for seat in state.seats:
        if seat.reused:
            continue
        moved = [
            replace(
                each,
                started_at_s=each.started_at_s + next(shift),
                latency_s=each.latency_s + next(shift),
            )
            for each in seat.calls
        ]
        if moved and seat.call:
            seat.call = moved.pop()
        seat.earlier = moved
    check(state)


def late_run():
    """Four proposers: one is left out at 5 s, and goes on until the answer is there."""
    state = RunState(mixture(["a", "b", "c", "d"]))
    done = [call((0, place), 0.0, 2.0 + place, first_s=0.5) for place in range(3)]
    late = call((0, 3), 0.0, 9.0, first_s=8.0, late=True, outcome="stopped")
    answer = call((1, 0), 5.0, 4.0, role="aggregator", first_s=1.0)
    state.apply(LayerStarted(0.0, 0))
    for each in done:
        state.apply(CallFinished(each.latency_s, each))
    proceeded = LayerProceeded(
        layer_index=0, answered=3, late=(Seat(0, 3),), waited_s=1.0
    )
    state.apply(RunDecided(5.0, proceeded))
    state.apply(LayerFinished(5.0, 0, 3, 4))
    state.apply(CallFinished(9.0, late))
    state.apply(CallFinished(9.0, answer))
    state.latency_s = 9.0
    return state


def test_a_layer_that_went_on_ends_then_and_its_late_ones_decide_nothing():
    line = timeline(late_run())
    assert [(step.kind, step.took_s) for step in line.path] == [
        ("first word", 0.5),
        ("writing", 3.5),
        ("late", 1.0),
        ("first word", 1.0),
        ("writing", 3.0),
    ]
    late = line.seat_at(Seat(0, 3))
    assert (late.late, late.on_critical_path, late.saves_s) == (True, False, None)
    assert line.seat_at(Seat(0, 2)).saves_s is None  # another quorum: nobody knows


def hedged(*answers, fallbacks=()):
    config = mixture(["a"], fallbacks=list(fallbacks))
    return timeline(ended(config, [call((0, 0), 0.0, 1.0), *answers], 9.0))


def aggregator(place, started_s, took_s, **more):
    return call((1, place), started_s, took_s, role="aggregator", **more)


CLOSED = {"outcome": "stopped", "text": ""}


def test_a_hedged_aggregator_was_waited_for_until_another_one_was_asked():
    slow = aggregator(0, 1.0, 3.0, **CLOSED)  # closed when the other had begun
    line = hedged(slow, aggregator(1, 3.0, 6.0, first_s=1.0), fallbacks=["deputy"])
    assert [(step.kind, step.took_s) for step in line.path][1:] == [
        ("lost", 2.0),
        ("first word", 1.0),
        ("writing", 5.0),
    ]


def test_a_second_request_that_was_not_needed_decided_nothing():
    needless = aggregator(1, 3.0, 1.0, **CLOSED)
    line = hedged(aggregator(0, 1.0, 8.0, first_s=3.0), needless, fallbacks=["deputy"])
    assert [(step.kind, step.took_s) for step in line.path][1:] == [
        ("first word", 3.0),
        ("writing", 5.0),
    ]
    stayed = aggregator(0, 1.0, 8.0, first_s=3.0, attempt=2)
    line = hedged(aggregator(0, 3.0, 1.0, **CLOSED), stayed)
    path = [(step.kind, step.took_s) for step in line.path]
    assert path[1:] == [("first word", 3.0), ("writing", 5.0)]
