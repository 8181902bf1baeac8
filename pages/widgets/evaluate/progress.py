"""Shows how far an experiment is and what it has cost; pauses and resumes it."""

import time
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.experiments import Ended, Progress, forecast_of, missing_of
from moa_core.usage import Cost
from pages.widgets.evaluate.wording import duration_range
from pages.widgets.formatting import (
    SEPARATOR,
    attempt_at,
    counted,
    failure,
    figures,
    money,
    problem_at,
)
from pages.widgets.layout import rerun_when
from pages.widgets.markdown import plain_label
from services.asking import Asking
from services.experimenting import Experimenting, LiveExperiment
from storage.evaluation import StoredBenchmark, StoredExperiment

_HERE: Final = "experiment-progress"
_PAUSING: Final = "experiments that were told to pause"
_LOOK_EVERY_S: Final = 1.0
_RESULT_EVERY_S: Final = 5.0
"""The result follows the progress, which is drawn more often."""


def experiment_progress(
    experimenting: Experimenting,
    asking: Asking,
    stored: StoredExperiment | StoredBenchmark,
    progress: Progress,
) -> None:
    """Draw how far it is, and Pause and Stop, or Resume, whichever fits."""
    uid = stored.summary.uid
    current = experimenting.get(uid)
    every = len(missing_of(stored.protocol, stored.items, ()))
    left = len(missing_of(stored.protocol, stored.items, progress.settled))
    with st.container(key="experiment-progress"):
        if current and current.live:
            _redraw_as_it_goes_on(current)
            _follow(current, every - left, every, progress.spent)
            _while_live(experimenting, uid)
        elif left:
            line = _line(every - left, every, progress.spent)
            st.progress((every - left) / every, line)
            ended = current.ended if current else None
            elsewhere = experimenting.goes_on(stored.summary)
            _why_paused(stored, ended, elsewhere=elsewhere)
            if elsewhere:
                _redraw_in_a_while()
            _resume(experimenting, asking, stored, progress)
        else:
            parts = ["Finished", money(progress.spent), counted(every, "result")]
            st.caption(SEPARATOR.join(parts))
    problem_at(_HERE)


def _redraw_as_it_goes_on(current: LiveExperiment) -> None:
    """Draw the page anew in a while if more is known by then, and when it ends."""
    seen, ends = current.step, time.monotonic() + _RESULT_EVERY_S
    rerun_when(
        lambda: (
            not current.live or (current.step is not seen and time.monotonic() >= ends)
        )
    )


def _redraw_in_a_while() -> None:
    """Draw the page anew: nobody tells this process what another one does."""
    ends = time.monotonic() + _RESULT_EVERY_S
    rerun_when(lambda: time.monotonic() >= ends)


@st.fragment(run_every=_LOOK_EVERY_S)
def _follow(current: LiveExperiment, done: int, every: int, spent: Cost) -> None:
    if step := current.step:
        done, every, spent = step.done, step.all, step.spent
    st.progress(min(1.0, done / every) if every else 0.0, _line(done, every, spent))
    if step and step.error:
        st.caption(f"Last problem: {plain_label(str(step.error), limit=200)}")


def _line(done: int, every: int, spent: Cost) -> str:
    parts = [f"{done:,} of {every:,} answers and judgements", f"{money(spent)} so far"]
    return SEPARATOR.join(parts)


def _while_live(experimenting: Experimenting, uid: str) -> None:
    pausing: set[str] = st.session_state.setdefault(_PAUSING, set())

    def pause() -> None:
        pausing.add(uid)
        experimenting.pause(uid)

    def stop() -> None:
        pausing.add(uid)
        experimenting.stop(uid)

    if uid in pausing:
        st.caption("Pausing: what is under way ends first.")
    with st.container(horizontal=True):
        st.button(
            "Pause",
            key="pause-experiment",
            icon=":material/pause:",
            disabled=uid in pausing,
            help="Answers under way are finished. Nothing is lost.",
            on_click=pause,
        )
        st.button(
            "Stop now",
            key="stop-experiment",
            icon=":material/stop:",
            help="Answers under way are cut off and asked again when you resume.",
            on_click=stop,
        )
    st.caption("You can leave this page. It goes on as long as Polyphony runs.")


def _why_paused(
    stored: StoredExperiment | StoredBenchmark, ended: Ended | None, *, elsewhere: bool
) -> None:
    """What ended it, with the next step; nothing if the user did."""
    place: DeltaGenerator = st.container(key="experiment-paused")
    if elsewhere:
        place.info(
            "Another process of Polyphony is working on this. Resume to work on it "
            "here as well: nothing is asked twice."
        )
    elif ended and ended.failed:
        first = next(iter(ended.failed.values()))
        place.caption(
            f"{counted(len(ended.failed), 'call')} failed. The first problem:"
        )
        failure(place, first)
    elif ended and ended.error and ended.reason != "paused":
        failure(place, ended.error)
    elif stored.summary.note:
        place.warning(plain_label(stored.summary.note, limit=400))
    elif ended is None and stored.summary.state == "running":
        place.info("Polyphony was closed meanwhile. Resume to do what is missing.")


def _resume(
    experimenting: Experimenting,
    asking: Asking,
    stored: StoredExperiment | StoredBenchmark,
    progress: Progress,
) -> None:
    uid = stored.summary.uid
    settled = progress.settled
    expected = forecast_of(stored.protocol, stored.items, asking.prices, settled)
    pausing: set[str] = st.session_state.setdefault(_PAUSING, set())
    pausing.discard(uid)
    row = st.container(horizontal=True, vertical_alignment="center")
    row.button(
        "Resume",
        key="resume-experiment",
        icon=":material/play_arrow:",
        type="primary",
        on_click=attempt_at,
        args=(_HERE, experimenting.start, uid, asking),
    )
    left = [
        f"Left: {figures.about(expected.low, expected.high)}",
        duration_range(*expected.seconds),
    ]
    row.caption(SEPARATOR.join(left), width="content")
