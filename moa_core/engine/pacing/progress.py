"""Foresees when a proposer will have answered, from what it has written so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from statistics import median
from typing import Self

from moa_core.run import Call, SeatState

REST = 0.1
"""Who has written as much as is usual has so much of that left."""

_LEAST_WRITING_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatProgress:
    """What is known of one proposer; times are seconds of the run.

    Attributes:
        asked_s: When its request was made; in the future while it waits to be made
            again, ``None`` while it waits for a place or for its model.
        first_s: When its first content came, of its answer or of reasoning.
        ended_s: When it ended; ``None`` while it is open.
        answered: Whether it has ended with a proposal.
        chars: Characters of its answer so far.
        thought_chars: Characters of its reasoning so far.
        thinks: Whether it may think for long before it writes, in silence too.
        usual_first_s: Seconds that its model usually needs to its first content.
    """

    asked_s: float | None
    first_s: float | None = None
    ended_s: float | None = None
    answered: bool = False
    chars: int = 0
    thought_chars: int = 0
    thinks: bool = False
    usual_first_s: float | None = None

    @classmethod
    def of(
        cls, seat: SeatState, *, thinks: bool, usual_first_s: float | None = None
    ) -> Self:
        """What a seat's state says of it."""
        asked_s: float | None = seat.since_s
        first_s = seat.first_content_s
        if seat.status in ("pending", "queued", "loading"):
            asked_s = first_s = None
        elif seat.status == "restarting" and seat.earlier:
            failed = seat.earlier[-1]
            asked_s = failed.started_at_s + failed.latency_s + seat.wait_s
            first_s = None
        ended_s = None
        if seat.call:
            ended_s = seat.call.started_at_s + seat.call.latency_s
        return cls(
            asked_s=asked_s,
            first_s=first_s,
            ended_s=ended_s,
            answered=seat.status == "succeeded",
            chars=sum(map(len, seat.parts)),
            thought_chars=sum(map(len, seat.reasoning_parts)),
            thinks=thinks or bool(seat.reasoning_parts),
            usual_first_s=usual_first_s,
        )

    @classmethod
    def of_earlier(cls, call: Call, began_s: float) -> Self:
        """An answer from before a run was cut off, as if it were asked for now.

        Others have the time that it took, too, before they are late.
        """
        first_s = None if call.ttft_s is None else began_s + call.ttft_s
        return cls(
            asked_s=began_s,
            first_s=first_s,
            ended_s=began_s + call.latency_s,
            answered=True,
            chars=len(call.text),
            thought_chars=len(call.reasoning),
        )

    @property
    def took_s(self) -> float:
        """From its request to its end."""
        return (self.ended_s or 0.0) - (self.asked_s or 0.0)

    @property
    def silent_s(self) -> float:
        """From its request to its first content."""
        begins_s = self.ended_s if self.first_s is None else self.first_s
        return (begins_s or 0.0) - (self.asked_s or 0.0)


def foreseen_end_s(
    seat: SeatProgress, answered: Sequence[SeatProgress], now_s: float
) -> float:
    """When an open proposer will probably have answered.

    Args:
        seat: It is open.
        answered: Those of its layer that have answered, at least one.
        now_s: Seconds of the run.

    Returns:
        Seconds of the run: ``inf`` for one that shows no sign of ever answering, and
        ``now_s`` for one of which nothing can be said, so that it is not its fault.
    """
    if seat.asked_s is None:
        return now_s
    if seat.chars:
        usual = median(each.chars for each in answered)
        return now_s + _left_s(seat, usual, now_s)
    usual_s = median(each.took_s for each in answered)
    if seat.thought_chars:
        return now_s
    silent_s = seat.usual_first_s
    if silent_s is None:
        if seat.thinks:
            return now_s
        silent_s = max(each.silent_s for each in answered)
    if now_s - seat.asked_s > silent_s:
        return inf
    return max(now_s, seat.asked_s + max(silent_s, usual_s))


def _left_s(seat: SeatProgress, usual_chars: float, now_s: float) -> float:
    """Seconds that it needs for the rest of a usual answer at its own speed."""
    first_s = now_s if seat.first_s is None else seat.first_s
    written_s = max(now_s - first_s, _LEAST_WRITING_S)
    per_s = (seat.chars + seat.thought_chars) / written_s
    left = max(usual_chars - seat.chars, REST * usual_chars)
    return left / per_s
