"""Draws a run, live or stored: its layers side by side, then the synthesis.

Everything is placed once; ``update`` then redraws only what has changed, so following a
live run and showing a stored one are the same code.
"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.grid_container import GridContainer

from moa_core.run_state import LayerState, RunState, SeatState
from moa_core.usage import Cost
from pages.widgets import figures, notices, wording
from pages.widgets.calls_table import calls_table
from pages.widgets.copying import copy_button
from pages.widgets.fold import fold
from pages.widgets.live_text import LiveText
from pages.widgets.mixture_state import use_mixture
from pages.widgets.sideways import sideways

COLUMN_MIN_PX = 390
COLUMN_HEIGHT_PX = 340
READABLE_PX = 860

_MAXIMISED = "maximised columns"


class RunView:
    """One run on the page.

    Args:
        uid: The run's id; names its widgets.
        state: What is known of it.
        expected: What it was thought to cost, at least and at most.
    """

    def __init__(
        self, uid: str, state: RunState, expected: tuple[Cost, Cost] | None = None
    ) -> None:
        self._layers = [_LayerView(uid, state, layer) for layer in state.layers]
        self._synthesis = _SynthesisView(uid, state, expected)

    def update(self, now_s: float, *, layers: bool = True) -> None:
        """Redraw what has changed.

        Args:
            now_s: Run time, for headers that count seconds.
            layers: Whether to look at the layers too, not just at the synthesis.
        """
        if layers:
            for layer in self._layers:
                layer.update(now_s)
        self._synthesis.update()


def layer_key(uid: str, layer: LayerState) -> str:
    """Names the fold of one layer."""
    return f"{uid}-layer-{layer.index}"


def opens_by_itself(state: RunState, layer: LayerState) -> bool:
    """Whether a layer stands open unless the user has touched it.

    It does until the synthesis starts; if none ever did, what arrived stays in view.
    """
    return layer.started_s is not None and state.synthesis.status == "pending"


class _LayerView:
    """A header that says what is going on, and a column for every proposer."""

    def __init__(self, uid: str, state: RunState, layer: LayerState) -> None:
        self._layer = layer
        self._key = layer_key(uid, layer)
        self._text = ""
        block = fold(
            self._key,
            open_by_default=opens_by_itself(state, layer),
            label=f"Layer {layer.index + 1}",
        )
        self._header = block.header
        self._seats = [] if block.body is None else self._columns(block.body)

    def update(self, now_s: float) -> None:
        """Redraw the header when its words change, and every column."""
        text = wording.layer_header(self._layer, now_s)
        if text != self._text:
            self._header.caption(text)
            self._text = text
        for seat in self._seats:
            seat.update()

    def _columns(self, body: DeltaGenerator) -> list["_SeatView"]:
        seats = self._layer.seats
        alone = st.session_state.get(_MAXIMISED, {}).get(self._key)
        shown = seats if alone is None else [seats[alone]]
        grid = body.grid("auto", min_column_width=COLUMN_MIN_PX)
        return [
            _SeatView(grid, self._key, seat, len(seats), len(shown)) for seat in shown
        ]


class _SeatView:
    """One proposer's column: name, state, text, and what became of it."""

    def __init__(
        self, grid: GridContainer, key: str, seat: SeatState, seats: int, shown: int
    ) -> None:
        self._seat = seat
        maximised = shown < seats
        # Not in a cell of its own: that would not let it be as tall as its neighbours.
        card = grid.container(border=True, height="stretch", gap="xsmall")
        title = _row(card)
        title.markdown(f"**{wording.model_name(seat.agent)}**")
        buttons = title.container(horizontal=True, gap="xxsmall", width="content")
        if seat.ended and seat.parts:
            copy_button(buttons, f"{key}-copy-{seat.seat.position}", seat.text)
        if seats > 1:
            _maximise_button(buttons, key, seat, maximised=maximised)
        height_px = None if maximised else COLUMN_HEIGHT_PX
        self._text = _SeatText(seat, card.empty(), card.empty(), height_px)
        self._end: DeltaGenerator | None = card.container(gap="xsmall")

    def update(self) -> None:
        """Redraw what has changed."""
        self._text.update(wording.seat_status(self._seat))
        if self._seat.ended and self._end is not None:
            _draw_end(self._end, self._seat)
            self._end = None


class _SynthesisView:
    """The answer, always visible, and the line that says what the run took."""

    def __init__(
        self, uid: str, state: RunState, expected: tuple[Cost, Cost] | None
    ) -> None:
        self._uid, self._state, self._expected = uid, state, expected
        seat = state.synthesis
        box = st.chat_message("assistant", avatar=":material/hub:").container(
            width=READABLE_PX
        )
        head = _row(box)
        status = head.empty()
        if seat.ended and seat.parts:
            copy_button(head, f"{uid}-copy", seat.text)
        self._text = _SeatText(seat, status, box.empty(), None)
        self._end: DeltaGenerator | None = box.container()

    def update(self) -> None:
        """Redraw what has changed."""
        self._text.seat = self._state.synthesis
        self._text.update(wording.synthesis_status(self._state))
        if not self._state.live and self._end is not None:
            notices.run_end(self._end, self._state)
            _summary(self._end, self._uid, self._state, self._expected)
            self._end = None


class _SeatText:
    """A line of status and the text of one seat; a restart begins a new page."""

    def __init__(
        self,
        seat: SeatState,
        status: DeltaGenerator,
        slot: DeltaGenerator,
        height_px: int | None,
    ) -> None:
        self.seat = seat
        self._status, self._slot = status, slot
        self._height_px = height_px
        self._said = ""
        self._text: LiveText | None = None
        self._page: list[str] | None = None

    def update(self, status: str) -> None:
        """Redraw the status if it is new, and what is new of the text."""
        if status != self._said:
            self._status.caption(status)
            self._said = status
        parts = self.seat.parts
        if not parts:
            return
        if self._page is not parts:
            self._text, self._page = LiveText(self._new_page()), parts
        if self._text is not None:
            self._text.update(parts, done=self.seat.ended)

    def _new_page(self) -> DeltaGenerator:
        if self._height_px is None:
            return self._slot.container()
        return self._slot.container(
            height=self._height_px, border=False, autoscroll=not self.seat.ended
        )


def _row(place: DeltaGenerator) -> DeltaGenerator:
    """A line with something at its left end and something at its right."""
    return place.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        wrap=False,
    )


def _maximise_button(
    place: DeltaGenerator, key: str, seat: SeatState, *, maximised: bool
) -> None:
    place.button(
        ":material/close_fullscreen:" if maximised else ":material/open_in_full:",
        key=f"{key}-maximise-{seat.seat.position}",
        help="Show all columns" if maximised else "Maximise this column",
        type="tertiary",
        on_click=_maximise,
        args=(key, None if maximised else seat.seat.position),
    )


def _maximise(key: str, position: int | None) -> None:
    st.session_state.setdefault(_MAXIMISED, {})[key] = position


def _draw_end(place: DeltaGenerator, seat: SeatState) -> None:
    """What a column says once nothing more will come."""
    if seat.reasoning_parts:
        with place.expander("Reasoning", type="compact"):
            LiveText(st.container()).update(seat.reasoning_parts, done=True)
    if seat.call and seat.call.finish_reason == "length":
        place.caption(":orange[Cut at its length limit.]")
    if seat.status == "failed" and seat.error:
        notices.failure(place, seat.error)


def _summary(
    place: DeltaGenerator,
    uid: str,
    state: RunState,
    expected: tuple[Cost, Cost] | None,
) -> None:
    """What the run took in one line, opening to a table of its calls."""
    block = place.expander(
        figures.run_line(state, expected),
        type="compact",
        key=f"{uid}-calls",
        on_change="rerun",
    )
    if block.open:
        sideways(block).markdown(calls_table(state))
        block.caption(wording.mixture_line(state.config))
        block.button(
            "Use this mixture again",
            key=f"{uid}-again",
            icon=":material/replay:",
            on_click=use_mixture,
            args=(state.config,),
        )
