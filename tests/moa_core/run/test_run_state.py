import logging
from itertools import pairwise

import pytest
from hypothesis import given

from moa_core.errors import BrokenStreamError, RunStoppedError
from moa_core.run.completion import Begin, Restart
from moa_core.run.events import (
    CallContinued,
    CallDelta,
    CallFailed,
    CallFinished,
    CallNoted,
    CallRestarted,
    CallStarted,
    LayerFinished,
    LayerStarted,
    RunAborted,
    RunFinished,
    RunStarted,
)
from moa_core.run.run_state import RunState
from moa_core.usage import FREE, Usage
from tests.moa_core.generated_runs import reworks, runs
from tests.moa_core.scripted import ScriptedProvider, failure, mixture, of, told
from tests.profiles import examples

STARTED = CallStarted
DELTA = CallDelta
RESTARTED = CallRestarted | CallContinued
ENDED = CallFinished | CallFailed
TERMINAL = RunFinished | RunAborted
made_up = examples(0.4)


@pytest.fixture(autouse=True, scope="module")
def expected_bugs():
    """Generated adapters have bugs on purpose; the log need not be full of them."""
    logging.getLogger("moa_core.engine.caller").setLevel(logging.CRITICAL)
    yield
    logging.getLogger("moa_core.engine.caller").setLevel(logging.NOTSET)


def states(made):
    """The state after each event, while it is current."""
    state = RunState(made.config, made.rework)
    for event in made.events():
        state.apply(event)
        yield event, state


def asked_in(layer):
    """Seats of this run; after a broken one some are neither given nor asked."""
    return [seat for seat in layer.seats if not seat.reused and seat.attempt]


@given(runs)
@made_up
def test_every_attempt_that_begins_ends_and_the_bill_is_the_sum_of_all(made):
    events = made.events()
    begun = [(e.seat, e.attempt) for e in events if isinstance(e, STARTED)]
    calls = [e.call for e in events if isinstance(e, RESTARTED | ENDED)]
    ended = [(call.seat, call.attempt) for call in calls]
    assert len(set(ended)) == len(ended)
    assert set(begun) <= set(ended)
    written = {}
    for call in calls:
        if (call.seat, call.attempt) not in begun:  # ended while it waited to begin
            assert call.usage.total_tokens == 0
            assert written.get(call.seat, "").endswith(call.text)
        kept = written.get(call.seat, "")
        written[call.seat] = kept + call.text * call.continued
    assert events[-1].usage == sum((call.usage for call in calls), Usage())
    assert events[-1].cost == sum((call.cost for call in calls), FREE)


@given(runs)
@made_up
def test_a_story_is_told_in_the_order_that_events_promise(made):
    writing = set()
    for event in made.events():
        if isinstance(event, STARTED):
            assert event.seat not in writing
            writing.add(event.seat)
        elif isinstance(event, DELTA):
            assert event.seat in writing
        elif isinstance(event, RESTARTED):
            assert event.call.seat in writing
            writing.remove(event.call.seat)
        elif isinstance(event, ENDED):
            writing.discard(event.call.seat)
        elif isinstance(event, LayerStarted | LayerFinished | TERMINAL):
            assert not writing


@given(reworks)
@made_up
def test_what_is_given_stays_as_it_was_and_costs_nothing(made):
    *_, (_, state) = states(made)
    for seat, each in made.rework.reused.items():
        shown = state.seat_at(seat)
        assert (shown.call, shown.text) == (each.call, each.call.text)
        assert (shown.reused, shown.included) == (True, each.included)
    assert not {call.seat for call in state.calls} & made.rework.reused.keys()


@given(runs)
@made_up
def test_every_story_begins_once_and_ends_once(made):
    events = made.events()
    assert [e for e in events if isinstance(e, RunStarted)] == events[:1]
    assert [e for e in events if isinstance(e, TERMINAL)] == events[-1:]


@given(runs)
@made_up
def test_times_grow_from_zero(made):
    times = [event.at_s for event in made.events()]
    assert times[0] == 0
    assert all(earlier <= later for earlier, later in pairwise(times))


@given(runs)
@made_up
def test_the_last_state_is_what_the_last_event_tells(made):
    *_, (last, state) = states(made)
    assert (state.usage, state.cost) == (last.usage, last.cost)
    assert state.latency_s == last.latency_s == state.now_s
    assert not state.live
    if isinstance(last, RunFinished):
        assert (state.status, state.error) == ("succeeded", None)
        assert last.text == (state.synthesis.text if state.synthesises else "")
        assert state.ttft_s == last.ttft_s
    else:
        stopped = isinstance(last.error, RunStoppedError)
        assert state.status == ("stopped" if stopped else "failed")
        assert state.error is last.error
        written = [call.text for call in state.calls if call.role == "aggregator"]
        assert last.text == (written[-1] if written else "")


@given(runs)
@made_up
def test_the_deltas_of_an_attempt_are_its_text(made):
    heard, kept = {}, {}
    for event, state in states(made):
        if isinstance(event, STARTED):
            kept[event.seat] = kept[event.seat] if event.continues else ""
            heard[event.seat] = {"answer": kept[event.seat], "reasoning": ""}
        elif isinstance(event, DELTA):
            heard[event.seat][event.kind] += event.text
        elif isinstance(event, RESTARTED):
            written, before = heard[event.call.seat], kept[event.call.seat]
            assert before + event.call.text == written["answer"]
            assert event.call.reasoning == written["reasoning"]
            if event.call.continued:
                kept[event.call.seat] += event.call.text
            heard[event.call.seat] = {"answer": kept[event.call.seat], "reasoning": ""}
        elif isinstance(event, ENDED):
            assert event.call.text == heard[event.call.seat]["answer"]
        for seat, written in heard.items():
            assert state.seat_at(seat).text == written["answer"]
            assert state.seat_at(seat).reasoning == written["reasoning"]


@given(runs)
@made_up
def test_the_notes_of_an_attempt_are_shown_while_it_runs_and_kept(made):
    noted = {}
    for event, state in states(made):
        if isinstance(event, CallNoted):
            noted[event.seat] = (*noted.get(event.seat, ()), event.text)
        elif isinstance(event, RESTARTED):
            assert event.call.notes == noted.pop(event.seat, ())
        elif isinstance(event, ENDED):
            assert event.call.notes == noted.get(event.seat, ())
        for seat, notes in noted.items():
            assert state.seat_at(seat).notes == notes
            assert len(set(notes)) == len(notes)


@given(runs)
@made_up
def test_every_seat_ends_that_was_asked_and_no_other(made):
    story = list(states(made))
    asked = {event.seat for event, _ in story if isinstance(event, STARTED)}
    assert not asked & made.rework.reused.keys()
    for seat in story[-1][1].seats:
        assert seat.ended == (seat.seat in asked or seat.reused)
        assert seat.status == (seat.call.outcome if seat.call else "pending")


@given(runs)
@made_up
def test_attempts_are_counted_from_one_and_all_are_kept(made):
    *_, (_, state) = states(made)
    for seat in state.seats:
        if seat.reused:
            continue
        attempts = [call.attempt for call in seat.calls]
        assert attempts == list(range(1, len(attempts) + 1))
        assert seat.attempt == len(attempts)
        ended = [call.outcome for call in seat.earlier if not call.continued]
        assert set(ended) <= {"failed", "stopped"}


@given(runs)
@made_up
def test_a_layer_counts_its_answers_and_no_layer_begins_before_the_last_ended(made):
    ended_s = 0.0
    for event, state in states(made):
        if isinstance(event, LayerStarted):
            layer = state.layers[event.layer_index]
            assert layer.started_s >= ended_s
            assert not any(seat.status == "succeeded" for seat in asked_in(layer))
        elif isinstance(event, LayerFinished):
            layer = state.layers[event.layer_index]
            ended_s = layer.finished_s
            assert all(seat.ended for seat in asked_in(layer))
            assert (layer.answered, len(layer.seats)) == (event.answered, event.asked)


@given(runs)
@made_up
def test_a_watcher_can_tell_that_something_is_new(made):
    for count, (event, state) in enumerate(states(made), start=1):
        assert (state.version, state.now_s) == (count, event.at_s)


@given(runs)
@made_up
def test_what_is_spent_never_shrinks(made):
    spent, tokens = 0, 0
    for _, state in states(made):
        assert state.cost.usd >= spent
        assert state.usage.total_tokens >= tokens
        spent, tokens = state.cost.usd, state.usage.total_tokens


def test_before_the_first_event_every_seat_of_the_mixture_waits():
    state = RunState(mixture(["a", "b"], ["c"], fallbacks=["deputy"]))
    assert [len(layer.seats) for layer in state.layers] == [2, 1]
    assert {seat.status for seat in state.seats} == {"pending"}
    assert (state.answered, state.asked, state.live) == (0, 3, True)
    assert state.synthesis is state.aggregators[0]


async def test_a_restart_empties_the_text_and_keeps_the_failed_attempt():
    error = failure("a", BrokenStreamError, "It broke off.")
    script = {"a": ["void", Restart(error, 0.25), Begin(), "whole"]}
    config = mixture(["a"])
    state = RunState(config)
    seat = state.layers[0].seats[0]
    seen = []
    for event in await told(ScriptedProvider(script), config):
        state.apply(event)
        seen.append((seat.status, seat.text, seat.attempt))
        if isinstance(event, CallRestarted):
            assert (seat.wait_s, seat.error) == (0.25, error)
    assert list(dict.fromkeys(seen)) == [
        ("pending", "", 0),
        ("waiting", "", 1),
        ("writing", "void", 1),
        ("restarting", "", 1),
        ("waiting", "", 2),
        ("writing", "whole", 2),
        ("succeeded", "whole", 2),
    ]
    assert [call.text for call in seat.calls] == ["void", "whole"]
    assert seat.error is None


async def test_the_synthesis_is_that_of_whoever_was_asked_last():
    provider = ScriptedProvider({"chief": ["part", failure("chief")]})
    config = mixture(["a"], fallbacks=["deputy", "third"])
    state = RunState(config)
    for event in await told(provider, config):
        state.apply(event)
    assert state.synthesis.text == "deputy answers"
    assert [seat.status for seat in state.aggregators] == [
        "failed",
        "succeeded",
        "pending",
    ]
    answers = of(CallFinished, await told(provider, config), "proposer")
    assert len(answers) == state.answered
