"""All versions of an answer beside each other, with what each read, cost and took."""

import streamlit as st

from moa_core.run_state import RunState
from pages.widgets import figures
from pages.widgets.continuing import differs, go_on_from
from pages.widgets.copying import copy_button
from pages.widgets.differences import draw_differences, legend
from pages.widgets.live_text import LiveText
from pages.widgets.sizes import COLUMN_MIN_PX
from pages.widgets.versions import version_name
from services import Services
from storage.conversations import Turn
from storage.stored_turns import Version


def side_by_side(app: Services, turn: Turn) -> None:
    """Draw every version of a turn's answer in a column of its own."""
    marking = st.toggle("Mark differences", key=f"{turn.uid}-differences")
    first = turn.versions[0]
    with st.grid("auto", min_column_width=COLUMN_MIN_PX):
        for version in turn.versions:
            against = first if marking and version.number != first.number else None
            with st.container(border=True, height="stretch", gap="xsmall"):
                _version(app, turn, version, against)


def _version(
    app: Services, turn: Turn, version: Version, against: Version | None
) -> None:
    key = f"{turn.uid}-v{version.number}"
    head = st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        wrap=False,
    )
    head.markdown(f"**{version_name(version)}**")
    copy_button(head, f"{key}-copy", version.text)
    st.caption(_took(version))
    if against:
        st.caption(legend(f"v{against.number}"))
        draw_differences(st.container(), against.text, version.text)
    else:
        LiveText(st.container()).update([version.text], done=True)
    if differs(turn, version.ref):
        st.button(
            "Go on from this answer",
            key=f"{key}-go-on",
            icon=":material/subdirectory_arrow_right:",
            on_click=go_on_from,
            args=(app, turn, version.ref),
        )
    else:
        st.caption(":material/check: The next question goes on from this answer.")


def _took(version: Version) -> str:
    """``read 3 of 4 proposals · 512 tokens · $0.002 · 3.1 s``."""
    call = version.run.state.seat_at(version.seat).call
    parts = [_read(version.run.state), figures.call_line(call) if call else ""]
    return figures.SEPARATOR.join(part for part in parts if part)


def _read(state: RunState) -> str:
    seats = state.layers[-1].seats if state.layers else []
    read = sum(seat.status == "succeeded" and seat.ticked for seat in seats)
    return f"read {read} of {len(seats)} proposals" if seats else ""
