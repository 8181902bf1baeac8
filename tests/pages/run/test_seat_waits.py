"""What a column says of a seat at work, and what it offers."""

import pytest

from moa_core.mixture.config import AgentSpec, Seat
from moa_core.run.completion import Timed
from moa_core.run.events import (
    CallAlive,
    CallDelta,
    CallExtended,
    CallQueued,
    CallStarted,
    CallTimed,
)
from moa_core.run.seat_state import SeatState
from pages.widgets.formatting import wording
from pages.widgets.run.run_tools import RunTools
from pages.widgets.run.seat_waits import SeatWaits

AGENT = AgentSpec(endpoint="lab", model="ada")
WHERE = ("proposer", Seat(0, 0))
STARTED = CallStarted(0.0, *WHERE, AGENT, 1)
TIMED = CallTimed(0.0, *WHERE, Timed(60.0, 30.0))


def seat(*events):
    state = SeatState(role="proposer", seat=Seat(0, 0), agent=AGENT)
    for event in events:
        state.apply(event)
    return state


def delta(at_s, text="word "):
    return CallDelta(at_s, *WHERE, text, "answer")


SLOT = CallQueued(1.0, *WHERE, AGENT, "slot")
LOADING = CallQueued(1.0, *WHERE, AGENT, "loading")
AGAIN = CallStarted(4.0, *WHERE, AGENT, 1)


@pytest.mark.parametrize(
    ("events", "now_s", "said"),
    [
        ([STARTED], 1, ":shimmer[waiting for first token]"),
        ([STARTED], 9, ":shimmer[waiting for first token] · 9 s"),
        ([STARTED, TIMED], 43, ":shimmer[waiting for first token] · 43 s · "
         ":orange[times out in 17 s]"),
        ([STARTED, CallAlive(40.0, *WHERE)], 43,
         ":shimmer[waiting for first token] · 43 s · "
         "still connected, last signal 3 s ago"),
        ([STARTED, TIMED, delta(5.0)], 6, ":shimmer[writing]"),
        ([STARTED, TIMED, delta(5.0)], 15, ":shimmer[no output for 10 s] · "
         ":orange[times out in 20 s]"),
        ([STARTED, TIMED, CallExtended(50.0, *WHERE, 60.0)], 59,
         ":shimmer[waiting for first token] · 59 s · :orange[times out in 51 s]"),
        ([STARTED, SLOT], 9, ":shimmer[waiting for a slot] · 8 s"),
        ([STARTED, LOADING], 9, ":shimmer[Loading the model …] · 8 s"),
        ([STARTED, LOADING, AGAIN, LOADING], 9, ":shimmer[Loading the model …] · 8 s"),
        ([STARTED, SLOT, AGAIN], 9, ":shimmer[waiting for first token] · 5 s"),
    ],
)  # fmt: skip
def test_a_column_says_what_it_waits_for_and_since_when(events, now_s, said):
    assert wording.seat_status(seat(*events), now_s) == f"lab · {said}"


class Offers(RunTools):
    """Notes what is offered."""

    def __init__(self):
        self.made = []

    def seat_waits(self, place, seat, trouble, times):
        self.made.append(trouble)


class Place:
    def empty(self):
        """Nothing is offered any more."""


def offered(state, *moments_s):
    offers = Offers()
    waits = SeatWaits(Place(), offers)
    for now_s in moments_s:
        waits.update(state, now_s)
    return offers.made


def test_something_is_offered_once_nothing_new_has_come_for_a_while():
    assert offered(seat(STARTED, TIMED), 1, 5, 9) == []
    assert offered(seat(STARTED, TIMED), 1, 11, 12, 30) == ["late"]
    assert offered(seat(STARTED, TIMED, delta(5.0)), 12) == []
    assert offered(seat(STARTED, TIMED, delta(5.0)), 16) == ["late"]
    assert offered(seat(STARTED, SLOT), 12) == ["held"]
    assert offered(seat(STARTED, LOADING), 12) == ["held"]


def test_a_loop_is_pointed_out():
    looping = [delta(1.0, "The sky is blue, as it is. ") for _ in range(200)]
    assert offered(seat(STARTED, TIMED, *looping), 1.5, 2, 3) == ["repeats"]
