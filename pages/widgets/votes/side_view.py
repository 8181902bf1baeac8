"""Draws one side of a duel, live or stored: who it is, its layers, what it answers."""

from typing import Final

from streamlit.delta_generator import DeltaGenerator

from moa_core.run import LayerState, RunState, SeatState
from moa_core.votes import Contestant
from pages.widgets.compare import badge, letter
from pages.widgets.formatting import figures, notices, wording
from pages.widgets.layout import collapsible, copy_button, head_row
from pages.widgets.markdown import plain_label
from pages.widgets.run import SeatText, run_line
from pages.widgets.votes.ballot import WON
from storage.runs import StoredRun

PROPOSAL_HEIGHT_PX: Final = 220
"""Of a proposal: in a column they stand below one another."""


class SideView:
    """One side on the page.

    Args:
        card: A container of its own.
        place: Where it stands, from 0.
        run: Its run, as stored.
        state: What is known of it; newer than ``run`` while it is live.
        won: Whether the user found it better.
    """

    def __init__(
        self,
        card: DeltaGenerator,
        place: int,
        run: StoredRun,
        state: RunState,
        *,
        won: bool = False,
    ) -> None:
        self._run, self._state = run, state
        _head(card, place, run, state, won=won)
        self._clock = card.empty()
        self._clock_said = ""
        with card:
            self._layers = [_Layer(run.uid, layer) for layer in state.layers]
        seat = state.synthesis
        self._text = SeatText(seat, card.empty(), card.empty(), None)
        self._end = card.empty()
        self._ended = False

    def update(self, now_s: float) -> None:
        """Redraw what has changed.

        Args:
            now_s: Run time, for what counts seconds.
        """
        if self._state.layers:
            self._tell_time(now_s)
        for layer in self._layers:
            layer.update(now_s)
        self._text.seat = self._state.synthesis
        self._text.update(wording.synthesis_status(self._state))
        if not (self._state.live or self._ended):
            self._ended = True
            self._draw_end()

    def _tell_time(self, now_s: float) -> None:
        """Time and cost of all calls; a model alone says its own where it writes."""
        state = self._state
        took = state.latency_s
        clock = figures.whole_seconds(now_s) if took is None else figures.seconds(took)
        paid = [figures.money(state.cost)] if state.calls else []
        said = figures.SEPARATOR.join([clock, *paid])
        if said != self._clock_said:
            self._clock.caption(f":material/timer: {said}")
            self._clock_said = said

    def _draw_end(self) -> None:
        place = self._end.container()
        notices.run_end(place, self._state)
        kept = self._run.estimate
        expected = (kept.low, kept.high) if kept else None
        run_line(place, self._run.uid, self._state, expected)


def side_name(run: StoredRun) -> str:
    """What a side is called, safe in Markdown: its preset, or its one model."""
    contestant = Contestant.mixture(run.state.config, run.preset_name)
    return plain_label(contestant.name, limit=60)


def _head(
    card: DeltaGenerator, place: int, run: StoredRun, state: RunState, *, won: bool
) -> None:
    row = head_row(card)
    row.markdown(f"{badge(letter(place))} **{side_name(run)}**{WON if won else ''}")
    if state.synthesis.ended and state.synthesis.parts:
        copy_button(row, f"{run.uid}-copy", state.synthesis.text)
    if state.layers:
        card.caption(wording.mixture_line(state.config))


class _Layer:
    """A layer behind its header, folded: the answers are what is compared."""

    def __init__(self, uid: str, layer: LayerState) -> None:
        self._layer = layer
        block = collapsible(
            f"{uid}-side-layer-{layer.index}",
            open_by_default=False,
            label=f"Layer {layer.index + 1}",
        )
        self._header, self._said = block.header, ""
        seats = layer.seats if block.body else []
        self._seats = [_Proposal(block.body, seat) for seat in seats if block.body]

    def update(self, now_s: float) -> None:
        """Redraw the header when its words change, and what is open."""
        said = wording.layer_header(self._layer, now_s)
        if said != self._said:
            self._header.caption(said)
            self._said = said
        for seat in self._seats:
            seat.update()


class _Proposal:
    """One proposal: name, state, text."""

    def __init__(self, body: DeltaGenerator, seat: SeatState) -> None:
        self._seat = seat
        card = body.container(border=True, gap="xsmall")
        card.markdown(f"**{wording.model_name(seat.agent)}**")
        self._text = SeatText(seat, card.empty(), card.empty(), PROPOSAL_HEIGHT_PX)
        self._foot = card.empty()
        self._failed = False

    def update(self) -> None:
        """Redraw what has changed."""
        self._text.update(wording.seat_status(self._seat))
        if self._seat.status == "failed" and self._seat.error and not self._failed:
            self._failed = True
            notices.failure(self._foot.container(), self._seat.error)
