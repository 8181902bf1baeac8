"""How long a layer waits: tables of moments, without a clock."""

from math import inf

import pytest

from moa_core.engine.pacing.patience import Verdict, judge_wait
from moa_core.engine.pacing.progress import SeatProgress, foreseen_end_s
from moa_core.errors import ServerFailedError
from moa_core.mixture import AgentSpec, Quorum, Seat
from moa_core.run import SeatState
from moa_core.run.events import CallDelta, CallQueued, CallRestarted, CallStarted
from tests.moa_core.timed_runs import call

PROCEEDS = Verdict(proceeds=True)
WAITS = Verdict(proceeds=False)


def done(ended_s, chars=1000, **more):
    return SeatProgress(
        asked_s=0.0, first_s=1.0, ended_s=ended_s, answered=True, chars=chars, **more
    )


def failed(ended_s):
    return SeatProgress(asked_s=0.0, ended_s=ended_s)


def writing(chars, **more):
    return SeatProgress(asked_s=0.0, first_s=1.0, chars=chars, **more)


def silent(asked_s=0.0, **more):
    return SeatProgress(asked_s=asked_s, **more)


FOUR = [done(7.0), done(8.0), done(9.0), done(10.0)]


@pytest.mark.parametrize(
    ("open_seats", "now_s", "verdict"),
    [
        ([silent(), silent()], 10.5, Verdict(proceeds=False, look_in_s=0.5)),
        ([silent(), silent()], 11.0, PROCEEDS),
        ([writing(900), silent()], 11.0, Verdict(proceeds=False, look_in_s=0.25)),
        ([writing(200), silent()], 11.0, PROCEEDS),
        ([writing(20_000), silent()], 19.9, Verdict(proceeds=False, look_in_s=0.1)),
        ([writing(900), silent()], 20.0, PROCEEDS),
        ([silent(thinks=True), failed(2.0)], 11.0, Verdict(False, 0.25)),
        ([silent(thinks=True), failed(2.0)], 20.0, PROCEEDS),
        ([silent(asked_s=None), failed(2.0)], 11.0, Verdict(False, 0.25)),
        ([silent(asked_s=10.5), failed(2.0)], 11.0, Verdict(False, 0.25)),
        ([silent(asked_s=8.0), failed(2.0)], 11.0, PROCEEDS),
        ([silent(asked_s=13.0), failed(2.0)], 11.0, PROCEEDS),
        ([silent(usual_first_s=60.0, thinks=True), failed(2.0)], 11.0, PROCEEDS),
    ],
)
def test_after_the_quorum_those_who_end_soon_are_waited_for(open_seats, now_s, verdict):
    seats = [*FOUR, *open_seats]
    judged = judge_wait(Quorum(), seats, 0.0, now_s)
    assert judged.proceeds == verdict.proceeds
    assert judged.look_in_s == pytest.approx(verdict.look_in_s)


@pytest.mark.parametrize(
    "seats",
    [
        [*FOUR[:3], silent(), silent(), silent()],  # no quorum: half of them
        [done(1.0), done(2.0), silent()],  # three voices
        [done(1.0), silent(), failed(1.0), failed(1.0)],  # two
        [done(1.0), done(2.0), failed(1.0), silent()],  # three are left
        [failed(1.0)] * 6,
        [*FOUR],  # nobody is open
    ],
)
def test_before_the_quorum_and_among_few_everybody_is_waited_for(seats):
    assert judge_wait(Quorum(), seats, 0.0, 1e6) == WAITS


def test_a_share_of_one_waits_for_all_and_failures_count_for_nobody():
    assert judge_wait(Quorum(share=1.0), [*FOUR, silent()], 0.0, 1e6) == WAITS
    seats = [*FOUR[:3], failed(1.0), failed(1.0), silent()]
    assert judge_wait(Quorum(), seats, 0.0, 20.0).proceeds


def test_without_progress_the_floor_is_all_there_is():
    seats = [*FOUR, writing(900), silent()]
    assert judge_wait(Quorum(by_progress=False), seats, 0.0, 11.0).proceeds


def test_short_waits_are_never_worth_a_voice():
    quick = [done(0.4), done(0.4), done(0.5), done(0.5)]
    quick = [*quick, writing(900), silent()]
    assert not judge_wait(Quorum(), quick, 0.0, 0.9).proceeds
    assert judge_wait(Quorum(floor=0.0, ceiling=0.0), quick, 0.0, 2.6).proceeds


@pytest.mark.parametrize(
    ("seat", "now_s", "ends_s"),
    [
        (writing(500), 6.0, 11.0),  # half in five seconds
        (writing(2000), 6.0, 6.25),  # longer than usual: a tenth may be left
        (writing(500, thought_chars=500), 6.0, 8.5),  # it thought as fast as it writes
        (writing(0, thought_chars=500), 6.0, 6.0),  # nobody knows how long it thinks
        (silent(), 1.0, 9.0),  # as long as the others took
        (silent(), 1.1, inf),  # all others had begun by then
        (silent(usual_first_s=5.0), 4.0, 9.0),
        (silent(usual_first_s=20.0), 4.0, 20.0),
    ],
)
def test_an_end_is_foreseen_from_the_others_and_its_own_speed(seat, now_s, ends_s):
    answered = [done(8.0), done(9.0), done(10.0)]
    assert foreseen_end_s(seat, answered, now_s) == pytest.approx(ends_s)


SEAT = Seat(0, 0)
WHO = AgentSpec(endpoint="lab", model="a")


def state_after(*events):
    state = SeatState(role="proposer", seat=SEAT, agent=WHO)
    for event in events:
        state.apply(event)
    return SeatProgress.of(state, thinks=False)


STARTED = CallStarted(1.0, "proposer", SEAT, WHO, 1)


def test_progress_is_read_from_the_state_of_a_seat():
    thought = CallDelta(2.0, "proposer", SEAT, "hm", "reasoning")
    wrote = CallDelta(3.0, "proposer", SEAT, "yes", "answer")
    assert state_after() == silent(asked_s=None)
    assert state_after(STARTED) == silent(asked_s=1.0)
    assert state_after(STARTED, thought, wrote) == SeatProgress(
        asked_s=1.0, first_s=2.0, chars=3, thought_chars=2, thinks=True
    )


def test_who_waits_for_a_place_or_for_another_attempt_is_not_silent():
    queued = CallQueued(2.0, "proposer", SEAT, WHO, "slot")
    assert state_after(STARTED, queued).asked_s is None
    error = ServerFailedError("It failed.", endpoint="lab", model="a")
    ended = call((0, 0), 1.0, 2.0, outcome="failed", error=error)
    again = state_after(STARTED, CallRestarted(3.0, ended, 4.0))
    assert again.asked_s == 7.0
