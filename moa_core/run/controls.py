"""What a user can do to a run under way: stop it, one seat of it, or go on early."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

from moa_core.mixture import Seat

Wish = Literal["stop", "restart"]

T = TypeVar("T")


class Switch:
    """Ends what one seat is doing, without ending the task that does it.

    Works as ``asyncio.timeout`` does, with a user in the place of the clock: the task
    is cancelled, and the cancellation goes no further than ``unless_pulled``.

    Attributes:
        wish: What was asked for and is not done yet.
    """

    def __init__(self) -> None:
        self.wish: Wish | None = None
        self._task: asyncio.Task[object] | None = None

    def pull(self, wish: Wish) -> None:
        """End the attempt under way, or the next one; to stop outdoes to restart."""
        first = self.wish is None
        if self.wish != "stop":
            self.wish = wish
        if first and self._task:
            self._task.cancel()

    async def unless_pulled(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """What ``work`` gives, or ``None`` if the switch was pulled before it ended.

        Raises:
            CancelledError: The task itself was cancelled, pulled or not.
        """
        if self._pulled():
            return None
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - coroutines run in tasks
        cancelled_before = task.cancelling()
        self._task = task
        try:
            return await work()
        except (Exception, asyncio.CancelledError):
            # A pull always arrives as an exception: whatever it has become on its way
            # out of the adapter, the attempt was ended by it.
            if self._pulled() and task.cancelling() == cancelled_before + 1:
                return None
            raise
        finally:
            self._task = None
            if self._pulled():
                task.uncancel()

    def _pulled(self) -> bool:
        return self.wish is not None

    def give_up(self) -> None:
        """Nothing begins any more: what was to restart stops."""
        if self.wish == "restart":
            self.wish = "stop"

    def done(self) -> None:
        """The wish is fulfilled; the switch can be pulled again."""
        self.wish = None


class Controls:
    """Takes what the user wants of one run. For the thread of the run's loop only.

    What comes too late, or too early, for its seat or layer changes nothing.
    """

    def __init__(self) -> None:
        self._stopped = asyncio.Event()
        self._switches: dict[Seat, Switch] = {}
        self._may_go_on: set[int] = set()

    def stop(self) -> None:
        """Stop the run: open calls are closed, what had arrived is told and billed."""
        self._stopped.set()
        for switch in self._switches.values():
            switch.give_up()

    def stop_seat(self, seat: Seat) -> None:
        """Stop one open call; its layer, or the next fallback, goes on without it."""
        self._pull(seat, "stop")

    def restart_seat(self, seat: Seat) -> None:
        """Begin the answer of an open seat anew; what it had written is billed."""
        self._pull(seat, "restart")

    def go_on(self, layer_index: int) -> None:
        """Stop the open seats of a layer, if it has a proposal to go on with."""
        if layer_index in self._may_go_on:
            for seat in self._switches:
                if seat.layer_index == layer_index:
                    self._pull(seat, "stop")

    def _pull(self, seat: Seat, wish: Wish) -> None:
        switch = self._switches.get(seat)
        if switch and not self._stopped.is_set():
            switch.pull(wish)

    async def stopped(self) -> None:
        """Wait until the run is to be stopped."""
        await self._stopped.wait()

    def switch(self, seat: Seat) -> Switch:
        """The switch of a seat that is about to be asked."""
        return self._switches.setdefault(seat, Switch())

    def allow_going_on(self, layer_index: int) -> None:
        """The layer has a proposal: from now on it need not wait for the others."""
        self._may_go_on.add(layer_index)
