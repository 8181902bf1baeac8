"""Offers what can be done about a seat that is late, or repeats itself."""

from typing import Final

from streamlit.delta_generator import DeltaGenerator

from moa_core.run import SeatState, repeats_itself
from pages.widgets.formatting import wording
from pages.widgets.run.run_tools import RunTools, Trouble

LATE_S: Final = 10.0
"""How long a seat may be without new content before something is offered."""

_LOOK_EVERY_S = 1.0


class SeatWaits:
    """The offer below one seat, drawn anew when there is another reason for it.

    Args:
        place: An empty place of its own.
        tools: What can be done to the seat.
    """

    def __init__(self, place: DeltaGenerator, tools: RunTools) -> None:
        self._place, self._tools = place, tools
        self._shown: Trouble | None = None
        self._times = 0
        self._due_s = 0.0

    def update(self, seat: SeatState, now_s: float) -> None:
        """Look at the seat, at most once a second while it is at work."""
        if now_s < self._due_s and not seat.ended:
            return
        self._due_s = now_s + _LOOK_EVERY_S
        trouble = _trouble_of(seat, now_s)
        if trouble == self._shown:
            return
        self._shown = trouble
        if trouble is None:
            self._place.empty()
        else:
            self._times += 1
            self._tools.seat_waits(self._place, seat, trouble, self._times)


def _trouble_of(seat: SeatState, now_s: float) -> Trouble | None:
    if seat.status == "writing" and (
        repeats_itself(seat.parts or seat.reasoning_parts)
    ):
        return "repeats"
    waited_s = wording.waited_s(seat, now_s)
    if waited_s is None or waited_s < LATE_S:
        return None
    return "late" if seat.gives_up_s is not None else "held"
