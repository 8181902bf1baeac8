"""Looks a shared link up, for somebody who may be anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from services import services_of_link
from services.sharing.guesses import Guesses
from storage.runs import StoredRun
from storage.sharing import SharedLink, SharedLinks, SharedTurn

LONGEST_TOKEN: Final = 80

_guesses: Final = Guesses()


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """A link that opens now, and what it shows."""

    link: SharedLink
    _links: SharedLinks

    def turns(self, first: int, count: int) -> Sequence[SharedTurn]:
        """Some of its questions with their runs, from the ``first`` on, in order."""
        return self._links.turns(self.link, self.link.runs[first : first + count])

    def run(self, place: int) -> StoredRun | None:
        """The run at a place, from 0; ``None`` if there is none."""
        found = self.turns(place, 1)
        return found[0].run if found else None

    def count_opening(self) -> None:
        """Note that its page was opened once more."""
        self._links.count_opening(self.link.uid)


def open_link(token: str, address: str) -> OpenedLink | None:
    """The link of a token; ``None`` where it opens nothing, whatever the reason.

    Args:
        token: What stands in the link.
        address: Whoever asks comes from there: wrong tokens a minute are limited.

    Raises:
        MoAError: It cannot be looked up now.
    """
    if not 0 < len(token) <= LONGEST_TOKEN:
        return None
    print_of = sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    if not _guesses.may_try(print_of, address):
        return None
    app = services_of_link(token)
    link = app.shared_links.find(token) if app else None
    if app is None or link is None:
        _guesses.was_wrong(address)
        return None
    _guesses.was_right(print_of)
    return OpenedLink(link, app.shared_links)
