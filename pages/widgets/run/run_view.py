"""Draws a run, live, stored or replayed: its layers side by side, then the answer.

Everything is placed once; ``update`` then redraws only what has changed, so following a
live run and showing a stored one are the same code.
"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.run import RunState
from pages.widgets.formatting import figures, notices, wording
from pages.widgets.layout import READABLE_PX, copy_button, head_row
from pages.widgets.run.layer_view import LayerView, opens_by_itself
from pages.widgets.run.run_line import run_line
from pages.widgets.run.run_tools import RunTools
from pages.widgets.run.seat_card import EarlierTexts, SeatText, StatusLine
from pages.widgets.run.seat_waits import SeatWaits
from storage.runs import CostRange

LAYERS_HZ = 5
COLUMNS_HZ = 18
"""Redraws of all columns together: many side by side are redrawn less often each."""

_LOOK_ONLY = RunTools()


class RunView:
    """One run on the page.

    Args:
        uid: The run's id; names its widgets.
        state: What is known of it.
        estimate: What it was thought to cost.
        tools: What can be done to it; nothing by default.
        in_column: Whether it stands beside others: its layers folded, with a clock.
    """

    def __init__(
        self,
        uid: str,
        state: RunState,
        estimate: CostRange | None = None,
        tools: RunTools = _LOOK_ONLY,
        *,
        in_column: bool = False,
    ) -> None:
        self._uid, self._state, self._estimate = uid, state, estimate
        self._tools, self._in_column = tools, in_column
        self._clock = StatusLine(st.empty()) if in_column and state.layers else None
        self._layers = [
            LayerView(uid, state, layer, tools, in_column=in_column)
            for layer in state.layers
        ]
        self._layers_due_s = 0.0
        self._wide = not state.live and tools.answer_is_wide()
        if in_column:
            box = st.container(gap="xsmall", key=f"{uid}-answer")
        else:
            box = st.chat_message("assistant", avatar=":material/hub:").container(
                width="stretch" if self._wide else READABLE_PX, key=f"{uid}-answer"
            )
        self._status = StatusLine(self._answer_head(box))
        slot = box.empty()
        drawn = not state.live and tools.answer_text(slot.container())
        self._text = None if drawn else SeatText(slot)
        self._notes = StatusLine(box.empty())
        self._waits = SeatWaits(box.empty(), tools)
        self._earlier = EarlierTexts(box.empty())
        self._end: DeltaGenerator | None = box.empty()

    def _answer_head(self, box: DeltaGenerator) -> DeltaGenerator:
        """Draw what stands above the answer; give the place of its status."""
        state, seat = self._state, self._state.synthesis
        if self._in_column:
            return box.empty()
        top = box.empty()
        if not state.live:
            self._tools.answer_head(top.container())
        head = head_row(box)
        status, copy = head.empty(), head.empty()
        if seat.ended and seat.parts and not self._wide:
            copy_button(copy, f"{self._uid}-copy", seat.text)
        return status

    @property
    def arrangement(self) -> list[bool]:
        """Which layers stand open by themselves; drawn anew when it changes."""
        if self._in_column:
            return []
        return [opens_by_itself(self._state, layer) for layer in self._state.layers]

    def update(self, now_s: float) -> None:
        """Redraw what has changed by ``now_s``; layers of a live run less often."""
        state = self._state
        if self._clock:
            took_s = state.latency_s
            clock = figures.whole_seconds(now_s)
            if took_s is not None:
                clock = figures.seconds(took_s)
            paid = [figures.money(state.cost)] if state.calls else []
            text = figures.SEPARATOR.join([clock, *paid])
            self._clock.show(f":material/timer: {text}")
        if not state.live or now_s >= self._layers_due_s:
            writing = sum(seat.status == "writing" for seat in state.seats)
            hz = min(LAYERS_HZ, COLUMNS_HZ / max(1, writing))
            self._layers_due_s = now_s + 1 / hz
            for layer in self._layers:
                layer.update(now_s)
        self._status.show("" if self._wide else wording.synthesis_status(state, now_s))
        if self._text:
            self._text.update(state.synthesis)
        self._notes.show(notices.notes(state.synthesis))
        self._waits.update(state.synthesis, now_s)
        before = [seat for seat in state.aggregators if seat is not state.synthesis]
        calls = [call for seat in before for call in seat.calls]
        self._earlier.update([*calls, *state.synthesis.earlier])
        if not state.live and self._end is not None:
            self._draw_end(self._end.container(key=f"{self._uid}-end"))
            self._end = None

    def _draw_end(self, place: DeltaGenerator) -> None:
        """Draw what is below the answer once nothing more will come."""
        notices.run_end(place, self._state)
        if self._state.status == "failed":
            self._tools.answer_failed(place)
        self._tools.answer_foot(place)
        run_line(place, self._uid, self._state, self._estimate, self._tools)
