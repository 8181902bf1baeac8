"""Limits how many wrong links an address may try a minute."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

WRONG_A_MINUTE: Final = 20
MOST_ADDRESSES: Final = 10_000
MOST_KNOWN: Final = 10_000
_MINUTE_S: Final = 60.0


class Guesses:
    """Who has tried links that open nothing, in the last minute; safe from any thread.

    What has opened once since the app started may always be tried again: behind a proxy
    all visitors come from one address, and who guesses must not shut out the others.

    Args:
        clock: Gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._wrong: dict[str, deque[float]] = {}
        self._known: dict[str, None] = {}

    def may_try(self, link: str, address: str) -> bool:
        """Whether a link is looked up for whoever asks from an address."""
        with self._lock:
            return link in self._known or len(self._of(address)) < WRONG_A_MINUTE

    def was_wrong(self, address: str) -> None:
        """Note that one opened nothing."""
        with self._lock:
            tries = self._of(address)
            tries.append(self._clock())
            self._wrong[address] = tries
            if len(self._wrong) > MOST_ADDRESSES:
                self._forget_addresses()

    def was_right(self, link: str) -> None:
        """Note that one opened something."""
        with self._lock:
            self._known[link] = None
            if len(self._known) > MOST_KNOWN:
                del self._known[next(iter(self._known))]

    def _of(self, address: str) -> deque[float]:
        """The times of an address's last wrong tries, without those that are old."""
        tries = self._wrong.get(address, deque(maxlen=WRONG_A_MINUTE))
        while tries and tries[0] <= self._clock() - _MINUTE_S:
            tries.popleft()
        return tries

    def _forget_addresses(self) -> None:
        for address in list(self._wrong):
            if not self._of(address):
                del self._wrong[address]
        while len(self._wrong) > MOST_ADDRESSES:
            del self._wrong[next(iter(self._wrong))]
