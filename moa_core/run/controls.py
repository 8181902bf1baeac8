"""Lets a user stop a run or one seat, restart a seat, give it time, or end a layer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

from moa_core.mixture import Seat
from moa_core.run.completion import Claim, MoreTime
from moa_core.run.interruption import Interruption

ControlRequest = Literal["stop", "restart"]

T = TypeVar("T")


class SeatControl:
    """Interrupts the work of one seat without ending the task that does it.

    Attributes:
        pending: What was requested and is not done yet.
        more_time: What the user has given the seat beyond its deadlines.
        claim: Its claim to a place at its endpoint.
        on_more_time: Told how many seconds were given, while the seat is called.
    """

    def __init__(self) -> None:
        self.pending: ControlRequest | None = None
        self.more_time = MoreTime()
        self.claim = Claim(lambda: self.request("stop"))
        self.on_more_time: Callable[[float], None] | None = None
        self._interruption = Interruption(lambda: self.pending is not None)

    def request(self, request: ControlRequest) -> None:
        """End the attempt under way, or the next one; a stop overrides a restart."""
        first = self.pending is None
        if self.pending != "stop":
            self.pending = request
        if first:
            self._interruption.interrupt()

    def give_time(self, seconds: float) -> None:
        """Let no deadline end the call for ``seconds`` more than it has now."""
        if self.on_more_time:
            now = asyncio.get_running_loop().time()
            self.more_time.until = max(self.more_time.until, now) + seconds
            self.on_more_time(seconds)

    async def run_interruptibly(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """Await ``work()`` and return its result, or ``None`` if a request ended it.

        Raises:
            CancelledError: The task itself was cancelled, with or without a request.
        """
        return await self._interruption.wait(work)


class Controls:
    """Takes a user's requests to one run. For the thread of the run's loop only.

    A request that comes too late, or too early, for its seat or layer has no effect.
    """

    def __init__(self) -> None:
        self._stopped = asyncio.Event()
        self._seats: dict[Seat, SeatControl] = {}
        self._layers_with_a_proposal: set[int] = set()

    def stop(self) -> None:
        """Stop the run: open calls are closed, and what had arrived is billed."""
        self._stopped.set()
        for control in self._seats.values():
            if control.pending == "restart":  # nothing begins any more
                control.pending = "stop"

    def stop_seat(self, seat: Seat) -> None:
        """Stop one open call; its layer, or the next fallback, goes on without it."""
        self._request(seat, "stop")

    def restart_seat(self, seat: Seat) -> None:
        """Begin the answer of an open seat anew; what it had written is billed."""
        self._request(seat, "restart")

    def give_time(self, seat: Seat, seconds: float) -> None:
        """Let no deadline end an open seat's call for ``seconds`` from now.

        Given again before they have passed, further seconds are added to them.
        """
        if control := self._seats.get(seat):
            control.give_time(seconds)

    def end_layer(self, layer_index: int) -> None:
        """Stop the open seats of a layer, if it has a proposal to go on with."""
        if layer_index in self._layers_with_a_proposal:
            for seat in self._seats:
                if seat.layer_index == layer_index:
                    self._request(seat, "stop")

    def _request(self, seat: Seat, request: ControlRequest) -> None:
        control = self._seats.get(seat)
        if control and not self._stopped.is_set():
            control.request(request)

    async def stopped(self) -> None:
        """Wait until the run is to be stopped."""
        await self._stopped.wait()

    def of_seat(self, seat: Seat) -> SeatControl:
        """The control of a seat that is about to be called."""
        return self._seats.setdefault(seat, SeatControl())

    def allow_ending_layer(self, layer_index: int) -> None:
        """Let ``end_layer`` act: from now on, the layer has a proposal."""
        self._layers_with_a_proposal.add(layer_index)
