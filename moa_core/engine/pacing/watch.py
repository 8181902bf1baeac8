"""Follows the events of some seats of a run, for who waits for what they do."""

import asyncio
from collections.abc import Callable, Iterable
from math import inf
from typing import Final

from moa_core.mixture import Seat
from moa_core.run import CallDelta, CallStatus, RunEvent, SeatState

_NOT_ASKED: Final[frozenset[CallStatus]] = frozenset({"pending", "queued", "loading"})


class SeatWatch:
    """Knows the state of some seats, and wakes who waits for a change of it.

    Args:
        seats: As they are before their first event.

    Attributes:
        seats: By their places.
    """

    def __init__(self, seats: Iterable[SeatState]) -> None:
        self.seats = {state.seat: state for state in seats}
        self._changed = asyncio.Event()

    @property
    def answered(self) -> int:
        """How many have ended with an answer."""
        return sum(state.status == "succeeded" for state in self.seats.values())

    def take(self, event: RunEvent) -> None:
        """Add an event of the run to what is known; those of other seats are ignored.

        A further piece of text wakes nobody.
        """
        seat: Seat | None = getattr(event, "seat", None)
        state = self.seats.get(seat) if seat else None
        if state is None:
            return
        if isinstance(event, CallDelta) and state.first_content_s is not None:
            state.write(event)  # most events are of this kind
            return
        state.apply(event)  # type: ignore[arg-type]
        self._changed.set()

    def wake(self) -> None:
        """Something else has happened that is worth a look."""
        self._changed.set()

    async def changed(self, timeout_s: float | None = None) -> None:
        """Wait for the next change, or until so many seconds have passed."""
        self._changed.clear()
        if timeout_s is None:
            await self._changed.wait()
            return
        try:
            async with asyncio.timeout(timeout_s):
                await self._changed.wait()
        except TimeoutError:
            return

    async def stays_silent(
        self, seat: Seat, after_s: float, now_s: Callable[[], float]
    ) -> bool:
        """Whether nothing comes of a seat for so long; while it queues no time runs.

        Args:
            seat: One that is about to be asked.
            after_s: Seconds from its request.
            now_s: The clock of the run.
        """
        state, asked_s = self.seats[seat], None
        while state.first_content_s is None and not state.ended:
            if state.status in _NOT_ASKED:
                asked_s = None
            elif asked_s is None:
                asked_s = state.since_s
            left_s = None if asked_s is None else asked_s + after_s - now_s()
            if left_s is not None and left_s <= 0:
                return True
            await self.changed(left_s)
        return False

    async def slower_of(self, first: Seat, second: Seat) -> Seat | None:
        """Wait for the content of one of two, and name the other one.

        ``None`` where that one has ended by itself, or the first to end said nothing.
        """
        pair = [self.seats[first], self.seats[second]]
        while not any(each.ended or each.first_content_s is not None for each in pair):
            await self.changed()
        pair.sort(key=lambda each: inf if (at := each.first_content_s) is None else at)
        faster, slower = pair
        if faster.first_content_s is None or slower.ended:
            return None
        return slower.seat
