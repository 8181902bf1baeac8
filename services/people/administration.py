"""Tells an administrator of people, and does what one may do; never their texts."""

import logging
from contextlib import closing
from dataclasses import dataclass

from moa_core.errors import ConfigError, MoAError
from moa_core.usage import Cost
from services.people.open_databases import OpenDatabases
from storage.database import Database, is_there
from storage.people import KnownPerson, Person, Sums, person_database, sums_of
from storage.settings import Caps

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PersonSummary:
    """A person, and what that person has, added up.

    Attributes:
        known: Who it is, when last seen, and the caps of an administrator.
        sums: ``None`` where the database cannot be read: then ``problem`` says why.
    """

    known: KnownPerson
    sums: Sums | None
    problem: MoAError | None = None


class Administration:
    """What an administrator does; whoever calls it has made sure that it is one."""

    def __init__(self, databases: OpenDatabases) -> None:
        self._databases = databases
        self._people = databases.people

    def summaries(self) -> list[PersonSummary]:
        """Everybody with their sums, whoever was seen last first.

        Reads one database after the other: a few milliseconds for each.

        Raises:
            StorageError: The registry cannot be read.
        """
        return [self._summary(each) for each in self._people.list()]

    def set_caps(self, uid: str, caps: Caps) -> None:
        """Let a person spend at most so much; the person's own caps hold as well.

        Raises:
            NotFoundError: There is no such person.
        """
        self._people.set_caps(uid, caps)

    def block(self, uid: str) -> None:
        """Let nothing open for a person any more, and stop what runs.

        Raises:
            NotFoundError: There is no such person.
        """
        self._people.block(uid)
        person = self._people.get(uid)
        if person.owns_main:
            self._databases.main.begin_closing()
        else:
            self._databases.close_one(uid)

    def unblock(self, uid: str) -> None:
        """Let a person in again.

        Raises:
            NotFoundError: There is no such person.
        """
        self._people.unblock(uid)

    def remove(self, uid: str) -> None:
        """Delete a person with all data, links, shared presets and backups, for good.

        What runs is stopped first. Who signs in again is somebody new.

        Raises:
            NotFoundError: There is no such person.
            ConfigError: The main database is this person's.
            RunsUnderWayError: Another process still answers; nothing was deleted.
            StorageError: Something could not be deleted; nothing opens for the person,
                and it can be tried again.
        """
        person = self._people.get(uid)
        if person.owns_main:
            raise ConfigError(
                f"The main database is {person.shown}'s. Only they can delete what is "
                "in it: under Settings, or with polyphony delete-everything."
            )
        self._people.begin_removing(uid)
        self._databases.close_one(uid)
        from storage.upkeep import erase_person  # rarely needed

        erase_person(self._databases.url, person, self._people)

    def _summary(self, known: KnownPerson) -> PersonSummary:
        try:
            return PersonSummary(known, self._sums(known.person))
        except MoAError as error:
            _log.warning("The sums of a person cannot be read: %s", error)
            return PersonSummary(known, None, error)

    def _sums(self, person: Person) -> Sums:
        if person.owns_main:
            return sums_of(self._databases.main.database)
        if opened := self._databases.opened(person.uid):
            return sums_of(opened.database)
        url = person_database(self._databases.url, person)
        if not is_there(url):
            return Sums(Cost(), Cost(), 0)
        with closing(Database.open(url)) as database:
            return sums_of(database)
