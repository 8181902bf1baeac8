"""A line of status and the text of one seat; a restart begins a new page."""

from streamlit.delta_generator import DeltaGenerator

from moa_core.run import SeatState
from pages.widgets.markdown import LiveText


class SeatText:
    """What one seat says, redrawn as it grows.

    Args:
        seat: Whose text it is; may be replaced by another that took its place.
        status: Place of the line.
        slot: Place of the text; ``None`` if somebody else draws it.
        height_px: Height of the box that it scrolls in; ``None`` gives it all it needs.
    """

    def __init__(
        self,
        seat: SeatState,
        status: DeltaGenerator,
        slot: DeltaGenerator | None,
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
        if not parts or self._slot is None:
            return
        if self._page is not parts:
            self._text, self._page = LiveText(self._new_page(self._slot)), parts
        if self._text is not None:
            self._text.update(parts, done=self.seat.ended)

    def _new_page(self, slot: DeltaGenerator) -> DeltaGenerator:
        if self._height_px is None:
            return slot.container()
        return slot.container(
            height=self._height_px, border=False, autoscroll=not self.seat.ended
        )
