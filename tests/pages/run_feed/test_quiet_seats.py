"""What is told of a seat at work that is silent, held up, or repeats itself."""

import pytest

from moa_core.mixture.config import Seat
from moa_core.run.completion import Timed
from moa_core.run.events import (
    CallAlive,
    CallDelta,
    CallExtended,
    CallQueued,
    CallStarted,
    CallTimed,
)
from moa_core.run.run_state import RunState
from pages.widgets.run_feed.quiet_seats import REPEATS_EVERY, SilenceWatch
from tests.moa_core.scripted import agent, mixture

WHERE = ("proposer", Seat(0, 0))
AGENT = agent("ada")
STARTED = CallStarted(0.0, *WHERE, AGENT, 1)
TIMED = CallTimed(0.0, *WHERE, Timed(60.0, 30.0))
SLOT = CallQueued(1.0, *WHERE, AGENT, "slot")
LOADING = CallQueued(1.0, *WHERE, AGENT, "loading")


def delta(at_s, text="word "):
    return CallDelta(at_s, *WHERE, text, "answer")


def after(*events, models=("ada", "ben")):
    state = RunState(mixture(list(models)))
    for event in events:
        state.apply(event)
    return state, state.seats[0]


@pytest.mark.parametrize(
    ("events", "now_s", "told"),
    [
        ([STARTED], 1, None),
        ([STARTED], 9, {"since_s": 0.0}),
        ([STARTED, TIMED], 43, {"since_s": 0.0, "gives_up_s": 60.0, "more": 60}),
        ([STARTED, CallAlive(40.0, *WHERE)], 43, {"since_s": 0.0, "sign_s": 40.0}),
        ([STARTED, TIMED, delta(5.0)], 6, None),
        ([STARTED, TIMED, delta(5.0)], 15,
         {"since_s": 5.0, "gives_up_s": 35.0, "more": 30}),
        ([STARTED, TIMED, CallExtended(50.0, *WHERE, 60.0)], 59,
         {"since_s": 0.0, "gives_up_s": 110.0, "more": 60}),
        ([STARTED, SLOT], 9, {"since_s": 1.0}),
        ([STARTED, LOADING], 9, {"since_s": 1.0}),
    ],
)  # fmt: skip
def test_silence_is_told_with_its_beginning_and_its_end(events, now_s, told):
    state, seat = after(*events)
    watch = SilenceWatch()
    watch.look(state, seat, now_s)
    quiet = watch.quiet
    if quiet and "more" in quiet:
        assert f"{told['more']} s" in quiet["more"].replace("1 min 0", "60")
        quiet = quiet | {"more": told["more"]}
    late = quiet is not None and now_s - quiet["since_s"] >= 10
    assert (quiet or {}).get("end") == ("Continue without it" if late else None)
    assert {k: v for k, v in (quiet or {}).items() if k != "end"} == (told or {})


def test_one_that_is_alone_can_only_be_stopped():
    state, seat = after(STARTED, models=["ada"])
    watch = SilenceWatch()
    watch.look(state, seat, 20)
    assert watch.quiet == {"since_s": 0.0, "end": "Stop"}


def test_silence_is_over_with_the_next_text_and_not_a_second_later():
    state, seat = after(STARTED)
    watch = SilenceWatch()
    watch.look(state, seat, 9)
    watch.notice(seat, 9.1)
    assert watch.quiet
    state.apply(delta(9.2))
    watch.notice(seat, 9.2)
    assert watch.quiet is None


def test_a_text_that_repeats_itself_is_noticed_until_it_begins_anew():
    state, seat = after(STARTED, *(delta(1.0, "ha ha ") for _ in range(700)))
    watch = SilenceWatch()
    for second in range(2 * REPEATS_EVERY):
        watch.look(state, seat, 1.0 + second / 10)
    watch.notice(seat, 2.0)
    assert watch.quiet["end"] == "Stop this model"
    state.apply(CallStarted(3.0, *WHERE, AGENT, 2))
    watch.look(state, seat, 3.0)
    assert watch.quiet is None
