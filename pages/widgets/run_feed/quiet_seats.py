"""Notices seats from which nothing new comes, or which repeat themselves."""

from typing import Final

from moa_core.run import RunState, SeatState, repeats_itself
from pages.widgets.formatting import run_words, wording
from pages.widgets.run_feed.run_json import Json

LATE_S: Final = 10.0
"""How long a seat may be without new content before something is offered."""

_SOON_S: Final = 60.0
"""So long before a call is given up it is said."""


def quiet_json(state: RunState, seat: SeatState, now_s: float) -> Json | None:
    """Since when nothing has come from a seat at work, and what can be done about it.

    Returns:
        ``None`` as long as there is nothing to say.
    """
    if seat.ended or not state.live:
        return None
    quiet: Json = {}
    silent_s = wording.waited_s(seat, now_s)
    if silent_s is not None and silent_s >= wording.SILENT_S:
        quiet["since_s"] = round(now_s - silent_s, 1)
        sign_s, ends_s = seat.last_sign_s, seat.gives_up_s
        if sign_s is not None and sign_s > max(seat.since_s, now_s - silent_s):
            quiet["sign_s"] = round(sign_s, 1)
        if ends_s is not None and ends_s - now_s <= _SOON_S:
            quiet["gives_up_s"] = round(ends_s, 1)
    if _repeats(seat):
        quiet |= {"says": "It repeats itself.", "end": "Stop this model"}
    elif silent_s is not None and silent_s >= LATE_S:
        quiet["end"] = run_words.end_seat(state, seat)
        if (more_s := more_time_s(seat)) is not None:
            quiet["more"] = run_words.more_time(more_s)
    return quiet or None


def is_silent(seat: SeatState, now_s: float) -> bool:
    """Whether nothing new has come from a seat at work for a while."""
    silent_s = wording.waited_s(seat, now_s)
    return silent_s is not None and silent_s >= wording.SILENT_S


def more_time_s(seat: SeatState) -> float | None:
    """How much more time one click gives a seat; ``None`` where no deadline runs."""
    if seat.gives_up_s is None or seat.limits is None:
        return None
    return seat.limits.silence_s if seat.parts else seat.limits.first_content_s


def _repeats(seat: SeatState) -> bool:
    parts = seat.parts or seat.reasoning_parts
    return seat.status == "writing" and repeats_itself(parts)
