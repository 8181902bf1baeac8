"""All versions of an answer beside each other, with what each read, cost and took."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.run import RunState
from pages.widgets.formatting import figures
from pages.widgets.layout import COLUMN_MIN_PX, copy_button, head_row
from pages.widgets.markdown import LiveText, difference_legend, draw_differences
from pages.widgets.rework.finished_run import FinishedRun
from pages.widgets.rework.next_origin import go_on_button, goes_on
from pages.widgets.rework.versions import are_marked, version_name
from storage.conversations import Version


def side_by_side(place: DeltaGenerator, ended: FinishedRun) -> None:
    """Draw every version of a turn's answer in a column of its own."""
    first, *later = ended.turn.versions
    against = first if are_marked(ended.turn) else None
    with place.grid("auto", min_column_width=COLUMN_MIN_PX):
        for version in (first, *later):
            card = st.container(border=True, height="stretch", gap="xsmall")
            with card:
                _version(card, ended, version, None if version is first else against)


def _version(
    card: DeltaGenerator, ended: FinishedRun, version: Version, against: Version | None
) -> None:
    key = f"{ended.turn.uid}-v{version.number}"
    head = head_row(card)
    head.markdown(f"**{version_name(version)}**")
    copy_button(head, f"{key}-copy", version.text)
    st.caption(_took(version))
    if goes_on(ended) == version.ref:
        tense = "went" if ended.follower else "goes"
        st.caption(f":material/check: The next question {tense} on from this answer.")
    else:
        go_on_button(st.container(), ended, version.ref, "answer", f"{key}-go-on")
    if against:
        st.caption(difference_legend(f"v{against.number}"))
        draw_differences(st.container(), against.text, version.text)
    else:
        LiveText(st.container()).update([version.text], done=True)


def _took(version: Version) -> str:
    """``read 3 of 4 proposals · 512 tokens · $0.002 · 3.1 s``."""
    call = version.run.state.seat_at(version.seat).call
    parts = [_read(version.run.state), figures.call_line(call) if call else ""]
    return figures.SEPARATOR.join(part for part in parts if part)


def _read(state: RunState) -> str:
    asked = state.layers[-1].seats if state.layers else []
    read = state.read_by(len(state.layers))
    return f"read {len(read)} of {len(asked)} proposals" if asked else ""
