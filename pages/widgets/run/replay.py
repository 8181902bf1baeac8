"""Plays a stored run again where it stands, from recorded times."""

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.review import Replay
from pages.widgets.formatting import figures
from pages.widgets.run.follow import follow
from pages.widgets.run.run_view import RunView
from storage.runs import StoredRun

PACES: Final = (1, 2, 4)

EXPLANATION: Final = (
    ":material/replay: **Replay** from recorded times. Nobody is asked and nothing is "
    "paid; between its first word and its end, a text grows evenly."
)
_REPLAY: Final = "run being replayed"
_PACE: Final = "replay-pace"


def replay_button(place: DeltaGenerator, run: StoredRun, *, disabled: bool) -> None:
    """Offer to play a run again, if there is anything to see.

    It is ``disabled`` while another run is under way, which is followed first.
    """
    if not run.state.calls:
        return

    def start() -> None:
        st.session_state[_REPLAY] = Replay(_replay_uid(run.uid), run.state)

    place.button(
        "Replay",
        key=f"{run.uid}-replay",
        icon=":material/replay:",
        help="Watch it again at its own pace; nobody is asked",
        disabled=disabled,
        on_click=start,
    )


def draw_replay(run_uid: str) -> Callable[[], None] | None:
    """Draw the replay of a run in its place, if there is one; it ends by itself.

    Returns:
        Redraws it until it ends or is ended, then runs the script once more.
    """
    replay: Replay | None = st.session_state.get(_REPLAY)
    if replay is None or replay.uid != _replay_uid(run_uid):
        return None
    if not replay.live:
        _end()
        return None
    clock = _controls(replay)
    view = RunView(replay.uid, replay.state)
    view.update(replay.elapsed_s)

    def show_time() -> None:
        now_s, total_s = replay.elapsed_s, replay.total_s
        now = figures.whole_seconds(min(now_s, total_s))
        clock.caption(f"{now} of {figures.seconds(total_s)}")

    return partial(follow, [replay], [view], show_time)


def _controls(replay: Replay) -> DeltaGenerator:
    """Draw pace, skipping and the end; give the place of the clock."""

    def set_pace() -> None:
        replay.pace = st.session_state[_PACE]

    box = st.container(border=True, gap="small", key="replay")
    box.caption(EXPLANATION)
    row = box.container(horizontal=True, gap="small", vertical_alignment="center")
    row.segmented_control(
        "Pace",
        PACES,
        default=int(replay.pace),
        required=True,
        format_func=lambda pace: f"{pace}×",
        key=_PACE,
        label_visibility="collapsed",
        on_change=set_pace,
    )
    row.button(
        "Skip ahead",
        key="replay-skip",
        icon=":material/skip_next:",
        help="To the next layer, the answer, or the end",
        on_click=replay.skip,
    )
    row.button("End replay", key="replay-end", icon=":material/close:", on_click=_end)
    return row.empty()


def _end() -> None:
    st.session_state.pop(_REPLAY, None)


def _replay_uid(run_uid: str) -> str:
    """Names the widgets of a replay, which must not be those of its run."""
    return f"{run_uid}-replayed"
