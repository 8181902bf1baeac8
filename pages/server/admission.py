"""Decides whose runs a page may follow: those of the person whose ticket it has."""

import asyncio
from dataclasses import dataclass

from pages.tickets import TicketError, Tickets
from services import Services, people, services
from storage.errors import NotFoundError, PersonBlockedError


@dataclass(frozen=True, slots=True)
class Admitted:
    """A page that was let in.

    Attributes:
        app: The services of whoever it belongs to.
        person: By the uid; ``""`` where nobody signs in.
    """

    app: Services
    person: str

    async def still(self) -> bool:
        """Whether it would be let in now: nobody has blocked or removed the person."""
        return not self.person or await asyncio.to_thread(_is_welcome, self.person)


async def admit(ticket: object) -> Admitted:
    """Let a page in by its ticket, which is asked for where people sign in.

    Raises:
        TicketError: It opens nothing, or nothing any more.
        ConfigError: An environment variable cannot be understood.
        StorageError: A database cannot be opened.
    """
    return await asyncio.to_thread(_admit, ticket)


def _admit(ticket: object) -> Admitted:
    sign_in = (app := services()).settings.sign_in
    if not sign_in.needed:
        return Admitted(app, "")
    uid = Tickets(sign_in.cookie_secret).read(ticket)
    try:
        return Admitted(services(people().get(uid)), uid)
    except (NotFoundError, PersonBlockedError):
        raise TicketError("the person is blocked or gone") from None


def _is_welcome(uid: str) -> bool:
    try:
        return not people().get(uid).blocked
    except NotFoundError:
        return False
