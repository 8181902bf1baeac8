from itertools import pairwise

import pytest
from hypothesis import given

from moa_core.mixture import Hedging, Pace
from moa_core.mixture.config import Seat
from moa_core.review.replay import Replay, replayed_events
from moa_core.run.events import CallDelta, LayerStarted, RunAborted, RunFinished
from moa_core.run.run_state import RunState
from tests.moa_core.generated_runs import runs, state_after
from tests.moa_core.scripted import mixture, of
from tests.moa_core.timed_runs import call, ended, plain_run
from tests.profiles import examples
from tests.support.paced_runs import HANG, PATIENT, SIX, answers
from tests.support.paced_runs import told as told_virtually


def added_up(state):
    again = RunState(state.config, state.rework)
    for event in replayed_events(state):
        again.apply(event)
    return again


def known(state):
    seats = [
        (seat.status, seat.text, seat.reasoning, seat.call, seat.earlier, seat.reused)
        for seat in state.seats
    ]
    return (state.status, state.latency_s, state.ttft_s, state.error, seats)


@given(runs)
@examples(0.6)
def test_the_story_told_again_adds_up_to_the_same_run(made):
    state = state_after(made)
    events = replayed_events(state)
    assert known(added_up(state)) == known(state)
    assert isinstance(events[-1], RunFinished | RunAborted)
    assert sum(isinstance(event, RunFinished | RunAborted) for event in events) == 1
    assert all(one.at_s <= after.at_s for one, after in pairwise(events))


def test_a_text_grows_evenly_from_its_first_word_to_its_end():
    said = call((0, 0), 1.0, 3.0, first_s=1.0, text="x" * 400, reasoning="y" * 400)
    state = ended(mixture(["a"]), [said, call((1, 0), 4.0, 1.0, role="aggregator")], 5)
    told = of(CallDelta, replayed_events(state), "proposer")
    assert told[0].at_s == 2.0
    assert told[-1].at_s < 4.0
    assert "".join(each.text for each in told if each.kind == "reasoning") == "y" * 400
    assert "".join(each.text for each in told if each.kind == "answer") == "x" * 400
    halfway = [each for each in told if each.at_s < 3.0]
    assert sum(len(each.text) for each in halfway) == pytest.approx(400, abs=30)


class Clock:
    now_s = 100.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


def test_a_replay_knows_what_was_known_then(clock):
    stored = plain_run()
    replay = Replay("r", stored, clock=clock)
    assert replay.live
    state = replay.state
    assert [seat.status for seat in state.layers[0].seats] == ["waiting", "waiting"]
    clock.now_s += 3
    assert replay.state is state
    assert [seat.status for seat in state.layers[0].seats] == ["succeeded", "writing"]
    assert state.synthesis.status == "pending"
    replay.pace = 4
    clock.now_s += 3
    assert replay.elapsed_s == 15.0
    assert replay.state.status == "succeeded"
    assert not replay.live
    assert stored.status == "succeeded"


def test_one_can_skip_to_the_next_layer_to_the_answer_and_to_the_end(clock):
    stored = plain_run()
    replay = Replay("r", stored, clock=clock)
    assert replay.state.layers[0].started_s == 0.0
    replay.skip()
    assert replay.elapsed_s == 5.0
    assert replay.state.layers[1].started_s == 5.0
    replay.skip()
    assert replay.elapsed_s == 9.0
    assert replay.state.synthesis.status == "waiting"
    replay.skip()
    assert replay.state.status == "succeeded"
    replay.skip()
    assert not replay.live


def test_an_interrupted_run_has_no_last_event():
    stored = plain_run()
    stored.status, stored.latency_s = "interrupted", None
    assert not any(
        isinstance(e, RunFinished | RunAborted) for e in replayed_events(stored)
    )


def test_times_rounded_each_by_itself_do_not_run_backwards():
    lost = call((0, 0), 0.0, 2.001, outcome="failed", error=None)
    fine = call((0, 0), 2.0, 1.0, attempt=2)
    state = ended(mixture(["a"]), [lost, fine], 3.0)
    assert state.seat_at(Seat(0, 0)).earlier == [lost]
    kinds = [
        type(event).__name__ for event in replayed_events(state) if event.at_s >= 2
    ]
    assert kinds.index("CallRestarted") < kinds.index("CallStarted")
    assert isinstance(replayed_events(state)[1], LayerStarted)
    assert fine == added_up(state).seat_at(Seat(0, 0)).call


def test_a_replay_stands_still_and_is_sought_in_both_directions():
    clock = Clock()
    replay = Replay("again", plain_run(), clock=clock)
    clock.now_s += 1.0
    replay.pause()
    clock.now_s += 9.0
    assert replay.paused
    assert replay.elapsed_s == 1.0
    early = known(replay.state)
    replay.seek(replay.total_s + 5)
    assert replay.state.status == "succeeded"
    assert not replay.live
    replay.seek(1.0)
    assert known(replay.state) == early
    assert replay.live
    replay.play()
    clock.now_s += 0.5
    assert replay.elapsed_s == 1.5
    replay.seek(replay.total_s)
    assert not (replay.state, replay.live)[1]
    replay.play()  # again from the beginning
    assert replay.elapsed_s == 0.0
    assert replay.live


def test_late_and_hedged_calls_are_played_again_as_they_were():
    late = decided(answers(f=HANG), mixture(SIX, pace=PATIENT))
    hedged = decided(
        {"chief": lambda number: [1e6] if number == 1 else [0.5, "again"]},
        mixture(["a"], pace=Pace(hedging=Hedging())),
    )
    for state in (late, hedged):
        again = RunState(state.config)
        for event in replayed_events(state):
            again.apply(event)
        assert known(again) == known(state)
        assert added_up(again) == added_up(state)
        assert again.decisions == state.decisions
        assert [seat.late for seat in again.seats] == [s.late for s in state.seats]
    times = [event.at_s for event in replayed_events(hedged)]
    assert times == sorted(times)
    assert times[-1] == hedged.latency_s


def decided(scripts, config):
    _, state, _ = told_virtually(scripts, config)
    assert state.decisions
    return state
