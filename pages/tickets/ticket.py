"""Signs and reads tickets: texts that say whose runs the bearer may follow."""

import secrets
from typing import Final

from itsdangerous import BadData, URLSafeTimedSerializer

VALID_S: Final = 12 * 3600
"""How long a ticket opens anything; what it has opened stays open."""

_LONGEST: Final = 500
_OF_THIS_PROCESS: Final = secrets.token_urlsafe(32)


class TicketError(ValueError):
    """A ticket is none of ours, or has run out."""


class Tickets:
    """Issues tickets, and reads them.

    Args:
        secret: Signs them; ``""``: one of this process, so that no other one and none
            after a restart reads them.
    """

    def __init__(self, secret: str = "") -> None:
        secret = secret or _OF_THIS_PROCESS
        self._signer = URLSafeTimedSerializer(secret, salt="polyphony.ticket")

    def issue(self, person: str) -> str:
        """A ticket of a person, by the uid, valid from now on."""
        return str(self._signer.dumps(person))

    def read(self, text: object, valid_s: float = VALID_S) -> str:
        """The uid of the person whose ticket a browser has sent.

        Raises:
            TicketError: It is no ticket, somebody else's, or too old.
        """
        if not isinstance(text, str) or not 0 < len(text) <= _LONGEST:
            raise TicketError("no ticket")
        try:
            person = self._signer.loads(text, max_age=int(valid_s))
        except BadData:
            raise TicketError("no valid ticket") from None
        return str(person)
