"""Draws one layer of a run: a header that says what goes on, a column a proposer."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.grid_container import GridContainer

from moa_core.run import LayerState, RunState, SeatState
from pages.widgets.formatting import notices, wording
from pages.widgets.layout import (
    COLUMN_HEIGHT_PX,
    COLUMN_MIN_PX,
    collapsible,
    copy_button,
    head_row,
    maximise_button,
)
from pages.widgets.markdown import LiveText
from pages.widgets.run.run_tools import RunTools
from pages.widgets.run.seat_text import SeatText

READY_S = 2.0
"""How long the first of a layer waits for the others before one may go on without."""

_MAXIMISED = "maximised columns"


def layer_key(uid: str, layer: LayerState) -> str:
    """Names the fold of one layer."""
    return f"{uid}-layer-{layer.index}"


def opens_by_itself(state: RunState, layer: LayerState) -> bool:
    """Whether a layer stands open unless the user has touched it.

    It does until the synthesis starts; if none ever does, what arrived stays in view.
    The first that is asked is open before it starts, so that the page need not jump.
    """
    to_come = state.synthesis.status == "pending" or not state.synthesises
    begun = layer.started_s is not None or layer.index == _first_asked(state)
    return begun and to_come


def _first_asked(state: RunState) -> int | None:
    """The layer that a run begins with; ``None`` if it only synthesises."""
    asks = (
        index
        for index in range(len(state.layers))
        if state.rework.asked_of(state.config, index)
    )
    return next(asks, None)


class LayerView:
    """One layer on the page.

    Args:
        uid: The run's id.
        state: What is known of the run.
        layer: The layer.
        tools: What can be done to it.
    """

    def __init__(
        self, uid: str, state: RunState, layer: LayerState, tools: RunTools
    ) -> None:
        self._layer, self._tools = layer, tools
        self._key = layer_key(uid, layer)
        self._text = ""
        block = collapsible(
            self._key,
            open_by_default=opens_by_itself(state, layer),
            label=f"Layer {layer.index + 1}",
        )
        self._header = block.header
        self._waits = st.empty()
        self._open = 0
        self._seats = [] if block.body is None else self._columns(block.body)

    def update(self, now_s: float) -> None:
        """Redraw the header when its words change, and every column."""
        text = wording.layer_header(self._layer, now_s)
        if text != self._text:
            self._header.caption(text)
            self._text = text
        self._offer_to_go_on(now_s)
        for seat in self._seats:
            seat.update()

    def _offer_to_go_on(self, now_s: float) -> None:
        """While some have answered and some have not; anew when another one has."""
        still_open = _open_seats(self._layer) if _may_go_on(self._layer, now_s) else 0
        if still_open == self._open:
            return
        self._open = still_open
        if still_open:
            self._tools.layer_waits(self._waits, self._layer)
        else:
            self._waits.empty()

    def _columns(self, body: DeltaGenerator) -> list["_SeatView"]:
        seats = self._layer.seats
        alone = st.session_state.get(_MAXIMISED, {}).get(self._key)
        shown = seats if alone is None else [seats[alone]]
        grid = body.grid("auto", min_column_width=COLUMN_MIN_PX)
        return [
            _SeatView(
                grid, self._key, seat, self._tools, maximised=_which(seats, alone)
            )
            for seat in shown
        ]


def _which(seats: list[SeatState], alone: int | None) -> bool | None:
    """Whether a column is maximised; ``None`` where there is but one."""
    return None if len(seats) == 1 else alone is not None


def _open_seats(layer: LayerState) -> int:
    return sum(not seat.ended for seat in layer.seats)


def _may_go_on(layer: LayerState, now_s: float) -> bool:
    """Whether the first proposal has waited for the others long enough to say so."""
    if layer.started_s is None or layer.finished_s is not None:
        return False
    ready = [
        seat.call.started_at_s + seat.call.latency_s
        for seat in layer.seats
        if seat.call and seat.status == "succeeded" and not seat.reused
    ]
    return bool(ready) and now_s >= min(ready) + READY_S


class _SeatView:
    """One proposer's column: name, state, text, and what became of it."""

    def __init__(
        self,
        grid: GridContainer,
        key: str,
        seat: SeatState,
        tools: RunTools,
        *,
        maximised: bool | None,
    ) -> None:
        self._seat, self._key, self._tools = seat, key, tools
        # Not in a cell of its own: that would not let it be as tall as its neighbours.
        card = grid.container(border=True, height="stretch", gap="xsmall")
        title = head_row(card)
        title.markdown(f"**{wording.model_name(seat.agent)}**")
        buttons = title.container(horizontal=True, gap="xxsmall", width="content")
        # Each in a place of its own: a row that is drawn again keeps what it had.
        self._live_buttons = buttons.empty()
        self._copy_button = buttons.empty()
        self._ended_buttons = buttons.empty()
        if maximised is not None:
            position = seat.seat.position
            maximise_button(
                buttons,
                f"{key}-maximise-{position}",
                partial(_maximise, key, None if maximised else position),
                maximised=maximised,
            )
        self._text = SeatText(
            seat, card.empty(), card.empty(), None if maximised else COLUMN_HEIGHT_PX
        )
        self._foot = card.empty()
        self._ended: bool | None = None

    def update(self) -> None:
        """Redraw what has changed."""
        self._text.update(wording.seat_status(self._seat))
        if self._seat.ended != self._ended:
            self._ended = self._seat.ended
            if self._ended:
                self._draw_end()
            else:
                self._tools.seat_open(_row_of_buttons(self._live_buttons), self._seat)

    def _draw_end(self) -> None:
        """What a column says, and what it offers, once nothing more will come."""
        place, seat = self._foot.container(gap="xsmall"), self._seat
        self._live_buttons.empty()
        if seat.parts:
            key = f"{self._key}-copy-{seat.seat.position}"
            copy_button(self._copy_button, key, seat.text)
        self._tools.seat_ended(self._ended_buttons, seat)
        if seat.reasoning_parts:
            with place.expander("Reasoning", type="compact"):
                LiveText(st.container()).update(seat.reasoning_parts, done=True)
        notices.cut(place, seat.call)
        if seat.status == "failed" and seat.error:
            notices.failure(place, seat.error)
        if seat.status != "succeeded":
            self._tools.seat_failed(place, seat)


def _row_of_buttons(slot: DeltaGenerator) -> DeltaGenerator:
    return slot.container(horizontal=True, gap="xxsmall", width="content")


def _maximise(key: str, position: int | None) -> None:
    st.session_state.setdefault(_MAXIMISED, {})[key] = position
