"""Shows the answers that a turn has had: one of them, or all side by side."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.component import Copy, draw_markdown
from pages.widgets.compare import difference_legend, draw_differences
from pages.widgets.formatting import figures, wording
from pages.widgets.layout import COLUMN_MIN_PX, card_head
from pages.widgets.rework.finished_run import FinishedRun
from pages.widgets.rework.next_origin import continue_button, version_name
from storage.conversations import Turn, Version
from storage.runs import StoredRun

SIDE_BY_SIDE_FROM = 2


def shown_run(turn: Turn) -> StoredRun | None:
    """The run that a turn is drawn by: the newest, unless the user looks at another."""
    looked_at = st.session_state.get(_key(turn, "version"))
    return next((run for run in turn.runs if run.uid == looked_at), turn.run)


def show_version(turn: Turn, run_uid: object) -> None:
    """Let a turn be drawn by another of its runs."""
    if any(run.uid == run_uid for run in turn.runs):
        st.session_state[_key(turn, "version")] = run_uid


def toggle_side_by_side(turn: Turn) -> None:
    """Show the versions side by side, or one of them again."""
    wanted = st.session_state.get(_key(turn, "side-by-side"), False)
    st.session_state[_key(turn, "side-by-side")] = not wanted


def are_side_by_side(turn: Turn) -> bool:
    """Whether the user wants to see a turn's versions side by side."""
    wanted = bool(st.session_state.get(_key(turn, "side-by-side")))
    return wanted and len(turn.versions) >= SIDE_BY_SIDE_FROM


def version_names(turn: Turn) -> dict[str, str]:
    """What can be shown, by run: every version, and what has come since."""
    names = {version.run.uid: f"v{version.number}" for version in turn.versions}
    newest = turn.run
    if newest is None or newest.uid in names:
        return names
    if nothing_new(newest) and newest.based_on:
        names.setdefault(newest.based_on, "before")
    if newest.state.live:
        name = "being written"
    elif newest.state.synthesises:
        name = "no answer"
    else:
        name = "no new proposal" if nothing_new(newest) else "new proposal"
    return names | {newest.uid: name}


def nothing_new(run: StoredRun) -> bool:
    """Whether proposers were asked again, and none of them has answered."""
    state = run.state
    if state.live or state.synthesises:
        return False
    asked = [seat for layer in state.layers for seat in layer.seats if not seat.reused]
    return all(seat.status != "succeeded" for seat in asked)


def side_by_side(place: DeltaGenerator, finished: FinishedRun) -> None:
    """Draw every version of a turn's answer, with what it read, cost and took."""
    first, *later = finished.turn.versions
    marked = place.toggle("Mark differences", key=_key(finished.turn, "differences"))
    grid = place.grid("auto", min_column_width=COLUMN_MIN_PX)
    for version in (first, *later):
        key = f"{finished.turn.uid}-v{version.number}"
        card = grid.container(border=True, height="stretch", gap="xsmall", key=key)
        name = version_name(version)
        card_head(card, f"**{name}**")
        card.caption(_about(version))
        if finished.next_origin == version.ref:
            continues = "continued" if finished.follower else "continues"
            card.container(key=f"{key}-goes-on").caption(
                f":material/check: The next question {continues} from this answer."
            )
        else:
            foot = card.container()
            go_on = f"{key}-go-on"
            continue_button(foot, finished, version.ref, key=go_on, name=name)
        writer = wording.model_name(version.run.state.seat_at(version.seat).agent)
        copy = Copy(f"answer v{version.number}", writer)
        if marked and version is not first:
            card.caption(difference_legend(f"v{first.number}"))
            marks = card.container(key=f"{key}-differences")
            draw_differences(marks, first.text, version.text, f"{key}-text", copy)
        else:
            draw_markdown(card, version.text, f"{key}-text", copy)


def _about(version: Version) -> str:
    """``read 3 of 4 proposals · 512 tokens · $0.002 · 3.1 s``."""
    state = version.run.state
    parts = []
    if state.layers:
        read = len(state.read_at(state.synthesis.seat))
        parts.append(f"read {read} of {len(state.layers[-1].seats)} proposals")
    if call := state.seat_at(version.seat).call:
        parts.append(figures.call_line(call))
    return figures.SEPARATOR.join(parts)


def _key(turn: Turn, name: str) -> str:
    """Another key of the version when a run is added, so that what is new is shown."""
    return f"{turn.uid}-{name}" + (f"-{len(turn.runs)}" if name == "version" else "")
