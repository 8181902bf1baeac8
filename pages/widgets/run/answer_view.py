"""Draws the answer of a run, always visible, and the line that says what it took."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.run import RunState
from moa_core.usage import Cost
from pages.widgets.formatting import notices, wording
from pages.widgets.layout import READABLE_PX, copy_button, head_row
from pages.widgets.run.run_line import run_line
from pages.widgets.run.run_tools import RunTools
from pages.widgets.run.seat_text import SeatText


class AnswerView:
    """The synthesis of one run on the page.

    Args:
        uid: The run's id.
        state: What is known of it.
        expected: What it was thought to cost, at least and at most.
        tools: What can be done to it.
    """

    def __init__(
        self,
        uid: str,
        state: RunState,
        expected: tuple[Cost, Cost] | None,
        tools: RunTools,
    ) -> None:
        self._uid, self._state, self._expected = uid, state, expected
        self._tools = tools
        seat = state.synthesis
        self._wide = not state.live and tools.answer_is_wide()
        box = st.chat_message("assistant", avatar=":material/hub:").container(
            width="stretch" if self._wide else READABLE_PX
        )
        top = box.empty()
        if not state.live:
            tools.answer_head(top.container())
        head = head_row(box)
        status = head.empty()
        copy = head.empty()
        if seat.ended and seat.parts and not self._wide:
            copy_button(copy, f"{uid}-copy", seat.text)
        slot = box.empty()
        drawn = not state.live and tools.answer_text(slot.container())
        self._text = SeatText(seat, status, None if drawn else slot, None)
        self._end: DeltaGenerator | None = box.empty()

    def update(self) -> None:
        """Redraw what has changed."""
        state = self._state
        self._text.seat = state.synthesis
        self._text.update("" if self._wide else wording.synthesis_status(state))
        if state.live or self._end is None:
            return
        place, self._end = self._end.container(), None
        notices.run_end(place, state)
        if state.status == "failed":
            self._tools.answer_failed(place)
        self._tools.answer_foot(place)
        run_line(place, self._uid, state, self._expected, self._tools)
