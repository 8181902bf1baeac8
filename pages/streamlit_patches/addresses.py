"""Remembers which addresses a browser may still show when a script has gone elsewhere.

An address is a page and a query. A browser says with everything it asks at which one it
is, and Streamlit's server goes there: also when the script has gone on meanwhile, and
the browser has not heard of it yet.
"""

import threading
import time
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlencode

HEARD_WITHIN_S: Final = 10.0
"""So long after a script has gone elsewhere, a browser may not have heard of it."""


class Address(NamedTuple):
    """Where a page is.

    Attributes:
        page: The hash of its script.
        query: Without the question mark; ``of`` makes equal ones the same.
    """

    page: str
    query: str

    @classmethod
    def of(cls, page: str, query: str) -> "Address":
        """The address, its query as Streamlit's server writes it."""
        return cls(page, urlencode(parse_qsl(query, keep_blank_values=True)))


@dataclass(slots=True)
class _Left:
    address: Address
    at_s: float


@dataclass(slots=True)
class Addresses:
    """Those at which one browser may be; safe from any thread."""

    _now: Address | None = None
    _left: list[_Left] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def go(self, to: Address) -> None:
        """Note that the script goes to an address, or that the user went there."""
        with self._lock:
            self._go(to)

    @property
    def page(self) -> str:
        """The page of the address at which the script is."""
        return self._now.page if self._now else ""

    def found(self, page: str) -> None:
        """Note at which page a browser is whose first request did not say it."""
        with self._lock:
            if self._now is not None and not self._now.page:
                self._now = self._now._replace(page=page)

    def heard_from(self, asked: Address, *, navigates: bool) -> None:
        """Note that a browser asks: from an address, or for one to which it goes.

        What it asks next may be heard together with this, from where it was.

        Args:
            asked: Where the browser says to be.
            navigates: Whether the user went there just now, as by a link.
        """
        with self._lock:
            left = self._recently_left()
            if navigates or (asked != self._now and asked not in left):
                self._go(asked)
            elif asked in left:
                del self._left[: left.index(asked)]
            else:
                self._left.clear()

    def corrected(self, asked: Address, *, navigates: bool) -> Address:
        """Where to go when a browser asks: where the script went, if it left ``asked``.

        Args:
            asked: As for ``heard_from``.
            navigates: As for ``heard_from``.
        """
        with self._lock:
            left = self._recently_left()
            if self._now is None or navigates or asked not in left:
                self._go(asked)
                return asked
            return self._now

    def _recently_left(self) -> list[Address]:
        oldest_s = time.monotonic() - HEARD_WITHIN_S
        self._left = [each for each in self._left if each.at_s >= oldest_s]
        return [each.address for each in self._left]

    def _go(self, to: Address) -> None:
        """Note also what a browser shows between two pages: it hears bit by bit."""
        before, self._now = self._now, to
        if before is None or before == to:
            return
        now_s = time.monotonic()
        on_the_way = [before]
        if before.page != to.page:
            halves = Address(before.page, to.query), Address(to.page, before.query)
            on_the_way += [each for each in halves if each not in (before, to)]
        self._left += [_Left(each, now_s) for each in on_the_way]
