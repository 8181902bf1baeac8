"""Limits how many requests are answered at once, in all and for each key."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from moa_core.openai_wire import ApiError

MOST_AT_ONCE: Final = 256
"""So many requests are answered at once."""

MOST_PER_KEY: Final = 64
"""So many of them for one key."""

_RETRY_AFTER_S: Final = 2.0


class RequestPlaces:
    """The places of requests that are being answered; used on one loop."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    @contextmanager
    def taken(self, key_uid: str) -> Iterator[None]:
        """Have a place for as long as a request is being answered.

        Raises:
            ApiError: There is none.
        """
        if self._taken[key_uid] >= MOST_PER_KEY:
            raise _too_many(f"This key has {MOST_PER_KEY} requests under way.")
        if self._taken.total() >= MOST_AT_ONCE:
            raise _too_many(f"{MOST_AT_ONCE} requests are under way.")
        self._taken[key_uid] += 1
        try:
            yield
        finally:
            self._taken[key_uid] -= 1
            if not self._taken[key_uid]:
                del self._taken[key_uid]


def _too_many(what: str) -> ApiError:
    message = f"{what} Wait for one to end, then ask again."
    return ApiError(429, "too_many_runs", message, retry_after_s=_RETRY_AFTER_S)


PLACES: Final = RequestPlaces()
"""Those of this process."""
