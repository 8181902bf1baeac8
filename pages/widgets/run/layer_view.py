"""Draws one layer of a run: a header that says what goes on, a card a proposer."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.run import LayerState, RunState
from pages.widgets.formatting import wording
from pages.widgets.layout import COLUMN_HEIGHT_PX, COLUMN_MIN_PX, Maximise, collapsible
from pages.widgets.run.run_tools import RunTools
from pages.widgets.run.seat_card import SeatCard, StatusLine

READY_S = 2.0
"""How long the first of a layer waits for the others before one may go on without."""

STACKED_HEIGHT_PX = 220
"""Of a proposal whose run stands in a column: there they stand below one another."""

_MAXIMISED = "maximised columns"


def opens_by_itself(state: RunState, layer: LayerState) -> bool:
    """Whether a layer stands open unless the user has touched it.

    It does until the synthesis starts; if none ever does, what arrived stays in view.
    The first that is asked is open before it starts, so that the page need not jump.
    """
    indexes = range(len(state.layers))
    asked = (at for at in indexes if state.rework.asked_of(state.config, at))
    begun = layer.started_s is not None or layer.index == next(asked, None)
    to_come = state.synthesis.status == "pending" or not state.synthesises
    return begun and to_come


class LayerView:
    """One layer on the page.

    Args:
        in_column: Whether it stands in a column: folded, its cards without buttons.
    """

    def __init__(
        self,
        uid: str,
        state: RunState,
        layer: LayerState,
        tools: RunTools,
        *,
        in_column: bool,
    ) -> None:
        self._layer, self._tools = layer, tools
        self._key = f"{uid}-{'side-' if in_column else ''}layer-{layer.index}"
        block = collapsible(
            self._key,
            open_by_default=not in_column and opens_by_itself(state, layer),
            label=f"Layer {layer.index + 1}",
        )
        self._header = StatusLine(block.header)
        self._offer = st.empty()
        self._missing: tuple[int, str] = (0, "")  # how many, and what one alone does
        self._cards: list[SeatCard] = []
        if block.body is not None:
            self._cards = self._draw_cards(block.body, in_column=in_column)

    def update(self, now_s: float) -> None:
        """Redraw the header when its words change, and every card."""
        self._header.show(wording.layer_header(self._layer, now_s))
        self._offer_to_go_on(now_s)
        for card in self._cards:
            card.update(now_s)

    def _offer_to_go_on(self, now_s: float) -> None:
        """While some have answered and some have not; anew when another one has.

        The first proposal waits for the others for a while before it is said.
        """
        layer, missing, doing = self._layer, 0, ""
        ready_s = [
            seat.call.started_at_s + seat.call.latency_s
            for seat in layer.seats
            if seat.call and seat.status == "succeeded" and not seat.reused
        ]
        under_way = layer.started_s is not None and layer.finished_s is None
        if under_way and ready_s and now_s >= min(ready_s) + READY_S:
            seats = [seat for seat in layer.seats if not seat.ended]
            missing = len(seats)
            doing = wording.missing_proposal(seats[0]) if missing == 1 else ""
        if (missing, doing) == self._missing:
            return
        self._missing = missing, doing
        if missing:
            self._tools.layer_waits(self._offer, layer, doing)
        else:
            self._offer.empty()

    def _draw_cards(self, body: DeltaGenerator, *, in_column: bool) -> list[SeatCard]:
        """Draw all cards, or the maximised one; in a column below one another."""
        seats, key = self._layer.seats, self._key
        chosen: dict[str, int | None] = st.session_state.setdefault(_MAXIMISED, {})
        maximised = chosen.get(key)
        height_px = STACKED_HEIGHT_PX if in_column else COLUMN_HEIGHT_PX
        place = body if in_column else body.grid("auto", min_column_width=COLUMN_MIN_PX)
        cards = []
        for seat in seats if maximised is None else [seats[maximised]]:
            at, alone = seat.seat.position, maximised is not None
            toggle = partial(chosen.update, {key: None if alone else at})
            maximise = Maximise(f"{key}-maximise-{at}", alone, toggle)
            # Not in a cell: that would not let it be as tall as its neighbours.
            card = place.container(
                border=True,
                height="content" if in_column else "stretch",
                gap="xsmall",
                key=f"{key}-seat-{at}",
            )
            cards.append(
                SeatCard(
                    card,
                    f"{key}-copy-{at}",
                    seat,
                    None if in_column else self._tools,
                    None if alone else height_px,
                    maximise if len(seats) > 1 and not in_column else None,
                )
            )
        return cards
