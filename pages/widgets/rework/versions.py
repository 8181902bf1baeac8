"""The answers that a turn has had: which one is shown, and all of them side by side."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.widgets.formatting import wording
from storage.conversations import Turn, Version
from storage.runs import StoredRun

SIDE_BY_SIDE_FROM = 2


def shown_run(turn: Turn) -> StoredRun | None:
    """The run that a turn is drawn by: the newest, unless the user looks at another."""
    looked_at = st.session_state.get(_picked(turn))
    return next((run for run in turn.runs if run.uid == looked_at), turn.run)


def version_picker(place: DeltaGenerator, turn: Turn, shown: StoredRun) -> None:
    """Draw the choice between a turn's versions, where there is one."""
    names = _names(turn)
    if len(names) < SIDE_BY_SIDE_FROM:
        return
    row = place.container(horizontal=True, vertical_alignment="center", gap="small")
    row.segmented_control(
        "Version",
        list(names),
        default=shown.uid,
        required=True,
        key=_picked(turn),
        format_func=names.__getitem__,
        label_visibility="collapsed",
    )
    if len(turn.versions) >= SIDE_BY_SIDE_FROM:
        row.toggle("Side by side", key=_beside(turn))
    if are_side_by_side(turn):
        row.toggle("Mark differences", key=_marked(turn))


def are_side_by_side(turn: Turn) -> bool:
    """Whether the user wants to see a turn's versions side by side."""
    wanted = bool(st.session_state.get(_beside(turn)))
    return wanted and len(turn.versions) >= SIDE_BY_SIDE_FROM


def are_marked(turn: Turn) -> bool:
    """Whether the user wants the differences between versions marked."""
    return bool(st.session_state.get(_marked(turn)))


def version_name(version: Version) -> str:
    """``v2 · gpt-4o``."""
    agent = version.run.state.seat_at(version.seat).agent
    return f"v{version.number} · {wording.model_name(agent)}"


def _names(turn: Turn) -> dict[str, str]:
    """What can be shown, by run: every version, and what has come since."""
    names = {version.run.uid: f"v{version.number}" for version in turn.versions}
    newest = turn.run
    if newest is None or newest.uid in names:
        return names
    if nothing_new(newest) and newest.based_on:
        names.setdefault(newest.based_on, "before")
    return names | {newest.uid: _no_version(newest)}


def nothing_new(run: StoredRun) -> bool:
    """Whether proposers were asked again, and none of them has answered."""
    state = run.state
    if state.live or state.synthesises:
        return False
    asked = [seat for layer in state.layers for seat in layer.seats if not seat.reused]
    return all(seat.status != "succeeded" for seat in asked)


def _no_version(run: StoredRun) -> str:
    if run.state.live:
        return "being written"
    if run.state.synthesises:
        return "no answer"
    return "no new proposal" if nothing_new(run) else "new proposal"


def _picked(turn: Turn) -> str:
    """Another key when a run is added: what is new is shown."""
    return f"{turn.uid}-version-{len(turn.runs)}"


def _marked(turn: Turn) -> str:
    return f"{turn.uid}-differences"


def _beside(turn: Turn) -> str:
    return f"{turn.uid}-side-by-side"
