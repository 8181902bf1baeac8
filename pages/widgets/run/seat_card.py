"""Draws one seat of a run: its status, and its text as it grows."""

from collections.abc import Sequence

from streamlit.delta_generator import DeltaGenerator

from moa_core.run import Call, SeatState
from pages.widgets.formatting import notices, wording
from pages.widgets.layout import Maximise, card_head, copy_button
from pages.widgets.markdown import LiveText
from pages.widgets.run.run_tools import RunTools
from pages.widgets.run.seat_waits import SeatWaits


class StatusLine:
    """A caption that is sent again only when its words have changed."""

    def __init__(self, place: DeltaGenerator) -> None:
        self._place, self._text = place, ""

    def show(self, text: str) -> None:
        """Draw ``text`` unless it stands there."""
        if text != self._text:
            self._place.caption(text)
            self._text = text


class SeatText:
    """The text of one seat, redrawn as it grows; a restart begins it anew.

    Args:
        slot: Place of the text.
        height_px: Height of the box that it scrolls in; ``None`` gives it all it needs.
    """

    def __init__(self, slot: DeltaGenerator, height_px: int | None = None) -> None:
        self._slot, self._height_px = slot, height_px
        self._text: LiveText | None = None
        self._parts: list[str] | None = None

    def update(self, seat: SeatState) -> None:
        """Redraw what is new; another seat may have taken the place of the last."""
        if not seat.parts:
            if self._text and seat.reasoning_parts and self._parts is not seat.parts:
                self._slot.empty()  # it was reasoning, all of it
                self._text = None
            return
        if self._text is None or self._parts is not seat.parts:
            self._text, self._parts = LiveText(self._new_box(seat)), seat.parts
        self._text.update(seat.parts, done=seat.ended)

    def _new_box(self, seat: SeatState) -> DeltaGenerator:
        if self._height_px is None:
            return self._slot.container()
        return self._slot.container(
            height=self._height_px, border=False, autoscroll=not seat.ended
        )


class EarlierTexts:
    """What earlier attempts had written, folded; drawn anew when there is another.

    Args:
        place: An empty place of its own.
    """

    def __init__(self, place: DeltaGenerator) -> None:
        self._place, self._shown = place, 0

    def update(self, calls: Sequence[Call]) -> None:
        """Show the texts of ``calls``, those that have any."""
        written = [call for call in calls if call.text.strip()]
        if len(written) == self._shown:
            return
        self._shown = len(written)
        box = self._place.container(gap="xsmall")
        for call in written:
            name = wording.model_name(call.agent)
            label = f"What {name} had written (try {call.attempt})"
            text = box.expander(label, type="compact").container()
            LiveText(text).update([call.text], done=True)


class SeatCard:
    """A proposer's card: name, status, text, and what became of it.

    Args:
        card: A container of its own.
        copy_key: Names the button that copies its text.
        seat: The proposer.
        tools: What can be done to it; ``None`` shows its text and nothing more.
        height_px: Height of the box that the text scrolls in; ``None`` for all of it.
        maximise: What makes it the only one of its layer.
    """

    def __init__(
        self,
        card: DeltaGenerator,
        copy_key: str,
        seat: SeatState,
        tools: RunTools | None,
        height_px: int | None,
        maximise: Maximise | None = None,
    ) -> None:
        self._seat, self._copy_key, self._tools = seat, copy_key, tools
        title = f"**{wording.model_name(seat.agent)}**"
        buttons = card_head(card, title, maximise=maximise)
        # Each in a place of its own: a row that is drawn again keeps what it had.
        self._live_buttons = buttons.empty()
        self._copy_button = buttons.empty()
        self._ended_buttons = buttons.empty()
        self._status = StatusLine(card.empty())
        self._text = SeatText(card.empty(), height_px)
        self._notes = StatusLine(card.empty())
        self._waits = SeatWaits(card.empty(), tools) if tools else None
        self._earlier = EarlierTexts(card.empty())
        self._foot = card.empty()
        self._ended: bool | None = None

    def update(self, now_s: float) -> None:
        """Redraw what has changed by ``now_s``."""
        seat = self._seat
        self._status.show(wording.seat_status(seat, now_s))
        self._text.update(seat)
        self._earlier.update(seat.earlier)
        if self._waits:
            self._waits.update(seat, now_s)
        self._notes.show(notices.notes(seat))
        if seat.ended == self._ended:
            return
        self._ended = seat.ended
        if seat.ended:
            self._draw_end(self._foot.container(gap="xsmall"))
        elif self._tools:
            row = self._live_buttons.container(
                horizontal=True, gap="xxsmall", width="content"
            )
            self._tools.seat_open(row, seat)

    def _draw_end(self, foot: DeltaGenerator) -> None:
        """Draw what the card says, and offers, once nothing more will come."""
        seat = self._seat
        if self._tools:
            self._live_buttons.empty()
            if seat.parts:
                copy_button(self._copy_button, self._copy_key, seat.text)
            self._tools.seat_ended(self._ended_buttons, seat)
            if seat.reasoning_parts:
                reasoning = foot.expander("Reasoning", type="compact")
                LiveText(reasoning.container()).update(seat.reasoning_parts, done=True)
            notices.cut(foot, seat.call)
        if seat.status == "failed" and seat.error:
            notices.failure(foot, seat.error)
        if self._tools and seat.status != "succeeded":
            self._tools.seat_failed(foot, seat)
