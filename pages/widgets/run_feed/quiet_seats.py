"""Notices seats from which nothing new comes, or which repeat themselves."""

from typing import Final

from moa_core.run import RunState, SeatState, repeats_itself
from pages.widgets.formatting import run_words
from pages.widgets.run_feed.run_json import Json

SILENT_S: Final = 3.0
"""How long nothing new may come before it is said for how long."""

LATE_S: Final = 10.0
"""How long a seat may be without new content before something is offered."""

REPEATS_EVERY: Final = 3
"""A text is looked at for repetitions at every third look: that takes longest."""

_SOON_S: Final = 60.0
"""So long before a call is given up it is said."""


class SilenceWatch:
    """What there is to say of one seat that writes nothing, or the same on and on.

    Attributes:
        quiet: Since when nothing has come, and what can be done about it; ``None`` as
            long as there is nothing to say.
    """

    __slots__ = ("_looks", "_parts", "_repeats", "quiet")

    def __init__(self) -> None:
        self.quiet: Json | None = None
        self._looks = 0
        self._repeats, self._parts = False, list[str]()

    def look(self, state: RunState, seat: SeatState, now_s: float) -> None:
        """Look at the seat; to be done once a second."""
        self._look_for_repeats(seat)
        quiet: Json = {}
        silent_s = _silent_s(seat, now_s)
        if silent_s is not None and silent_s >= SILENT_S:
            quiet = _silence(seat, now_s, silent_s)
        if self._repeats:
            quiet |= {"says": "It repeats itself.", "end": "Stop this model"}
        elif silent_s is not None and silent_s >= LATE_S:
            quiet["end"] = run_words.end_seat(state, seat)
            if (more_s := more_time_s(seat)) is not None:
                quiet["more"] = run_words.more_time(more_s)
        self.quiet = quiet if quiet and state.live else None

    def notice(self, seat: SeatState, now_s: float) -> None:
        """Let go of what is over; to be done at every look."""
        if self.quiet is None:
            return
        silent_s = _silent_s(seat, now_s)
        speaks = silent_s is None or silent_s < SILENT_S
        if seat.ended or (speaks and "since_s" in self.quiet):
            self.quiet = None

    def _look_for_repeats(self, seat: SeatState) -> None:
        parts = seat.parts or seat.reasoning_parts
        self._looks += 1
        if seat.status != "writing" or parts is not self._parts:
            self._repeats, self._parts = False, parts
        elif self._looks % REPEATS_EVERY == 0:
            self._repeats = repeats_itself(parts)


def _silent_s(seat: SeatState, now_s: float) -> float | None:
    """How long nothing new has come from a seat at work; ``None`` from any other."""
    since_s = {
        "queued": seat.queued_s,
        "loading": seat.loading_s,
        "waiting": seat.since_s,
        "writing": seat.last_content_s,
    }.get(seat.status)
    return None if since_s is None else max(0.0, now_s - since_s)


def _silence(seat: SeatState, now_s: float, silent_s: float) -> Json:
    """Since when nothing has come, whether there is life, and when it is given up."""
    since_s = now_s - silent_s
    silence: Json = {"since_s": round(since_s, 1)}
    sign_s, ends_s = seat.last_sign_s, seat.gives_up_s
    if sign_s is not None and sign_s > max(seat.since_s, since_s):
        silence["sign_s"] = round(sign_s, 1)
    if ends_s is not None and ends_s - now_s <= _SOON_S:
        silence["gives_up_s"] = round(ends_s, 1)
    return silence


def more_time_s(seat: SeatState) -> float | None:
    """How much more time one click gives a seat; ``None`` where no deadline runs."""
    if seat.gives_up_s is None or seat.limits is None:
        return None
    return seat.limits.silence_s if seat.parts else seat.limits.first_content_s
