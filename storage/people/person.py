"""A person, and the address of the database that is this person's alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from storage.database import beside
from storage.settings import Caps

Role = Literal["user", "administrator"]

PEOPLE: Final = "people"
"""The folder of people's files, beside the main one."""

MAIN: Final = ""
"""What the main database is called, which belongs to the first administrator."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has signed in.

    Attributes:
        uid: Of the person here; what else is shown or told may change.
        identity: As the way in says it: ``oidc:<issuer>#<subject>`` or
            ``proxy:<value of the header>``.
        shown: E-mail address or name, as others wrote it: escape it.
        blocked: Nothing opens for this person, whose data is still there.
        owns_main: Whether the main database is this person's.
    """

    uid: str
    identity: str
    shown: str
    role: Role
    blocked: bool
    owns_main: bool

    @property
    def administers(self) -> bool:
        """Whether this person may see sums of others, set caps and enter prices."""
        return self.role == "administrator" and not self.blocked

    @property
    def owner(self) -> str:
        """What the main database calls the owner of a preset that is shared."""
        return MAIN if self.owns_main else self.uid


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person, with what an administrator is told.

    Attributes:
        seen_at: When this person last opened a page, to the minute.
        caps: What an administrator lets this person spend.
    """

    person: Person
    created_at: datetime
    seen_at: datetime
    caps: Caps


def person_database(url: str, person: Person) -> str:
    """The ``DATABASE_URL`` of a person's database.

    Args:
        url: Of the main database.
        person: Whose it is.
    """
    return url if person.owns_main else separate_database(url, person.uid)


def separate_database(url: str, uid: str) -> str:
    """The ``DATABASE_URL`` of the database of whoever does not own the main one.

    A file ``people/<uid>.db`` beside the main one, or a schema ``person_<uid>`` on the
    same server.
    """
    return beside(url, folder=PEOPLE, name=uid, schema=f"person_{uid}")
