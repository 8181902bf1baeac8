"""Keeps the databases of people open while they are used, each with its services.

The owner of the main database has those of the installation. Everybody else's are
opened on demand, with an upgrade if one is due, and closed when nobody has asked for
them for a while and nothing runs in them.
"""

import asyncio
import logging
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

from moa_core.errors import MoAError
from services.background import DELETION_EVERY_S, FIRST_DELETION_AFTER_S, log_failure
from services.database_services import Services, services_on
from services.parts import BuiltLater, Owner, open_database
from services.people.taking_over import take_over_separate
from storage.database import home_folder, is_there, located
from storage.errors import NotFoundError, PersonBlockedError
from storage.people import People, Person, person_database
from storage.upkeep import Retention

_log = logging.getLogger(__name__)

IDLE_S: Final = 900.0
"""How long a database stays open that nobody asks for, in seconds."""

_LOOK_EVERY_S: Final = 60.0


@dataclass(slots=True)
class _Opened:
    services: BuiltLater[Services]
    asked_at: float = field(default_factory=time.monotonic)


class OpenDatabases:
    """The services of everybody who signs in, on the parts of the main ones.

    Attributes:
        people: The registry.
        url: ``DATABASE_URL`` of the main database.
    """

    def __init__(self, main: Services) -> None:
        self.people = People(main.database)
        self.url = located(main.settings.database_url, home_folder())
        self._main = main
        self._opened: dict[str, _Opened] = {}
        self._changing = threading.Lock()
        self._looking = False
        self._closed = False
        self._main_taken: set[str] = set()
        self._signing_in = main.parts.signing_in
        if self._signing_in:
            main.live.submit(log_failure(self._delete_daily()))

    @property
    def main(self) -> Services:
        """Those of the main database."""
        return self._main

    def of(self, person: Person) -> Services:
        """The services of a person; opens the database if it is not open.

        Raises:
            PersonBlockedError: Nothing opens for this person.
            NotFoundError: There is no such person any more.
            StorageError: The database cannot be opened.
        """
        if person.blocked:
            raise PersonBlockedError(person.shown)
        if person.owns_main:
            self._take_main(person)
            return self._main
        with self._changing:
            opened = self._opened.get(person.uid)
            if opened is None:
                opened = _Opened(BuiltLater(lambda: self._open(person.uid)))
                self._opened[person.uid] = opened
                self._begin_looking()
            opened.asked_at = time.monotonic()
        return opened.services.get()

    def find(self, uid: str) -> Services | None:
        """The services of whom an API key names; ``None`` if it opens nothing.

        Args:
            uid: Of the person; ``""``: whoever owns the main database.
        """
        if not uid:
            owner = self.people.main_owner() if self._signing_in else None
            return None if owner and owner.blocked else self._main
        try:
            person = self.people.get(uid)
        except NotFoundError:
            return None
        return None if person.blocked else self.of(person)

    def opened(self, uid: str) -> Services | None:
        """The services of a person whose database is open, without opening it."""
        opened = self._opened.get(uid)
        return opened.services.built if opened else None

    def close_idle(self, idle_s: float = IDLE_S) -> int:
        """Close what nobody has asked for lately and nothing runs in; how many."""
        asked_before = time.monotonic() - idle_s
        with self._changing:
            idle = [
                uid
                for uid, each in self._opened.items()
                if each.asked_at <= asked_before
                and not (each.services.built and each.services.built.busy)
            ]
            taken = [self._opened.pop(uid).services.built for uid in idle]
        return _close(taken)

    def tidy_all(self) -> None:
        """Delete what people do not keep any longer, in all databases but the main one.

        One whose database cannot be read keeps nobody else's from it.
        """
        for known in self.people.list():
            person = known.person
            if self._closed or person.owns_main:
                continue
            try:
                self._tidy(person)
            except MoAError as error:
                _log.warning("Old conversations stay for another day: %s", error)

    def _tidy(self, person: Person) -> None:
        if opened := self.opened(person.uid):
            opened.retention.tidy(opened.retention.days())
            return
        url = person_database(self.url, person)
        if is_there(url):
            with closing(open_database(url)) as database:
                retention = Retention(database)
                retention.tidy(retention.days())

    def close_one(self, uid: str) -> None:
        """Stop all that runs for a person, and close the database if it is open."""
        with self._changing:
            opened = self._opened.pop(uid, None)
        if opened and opened.services.built:
            _close([opened.services.built])

    def begin_closing(self) -> None:
        """Ask all that runs for anybody to stop, and return at once."""
        self._main.begin_closing()
        for opened in list(self._opened.values()):
            if opened.services.built:
                opened.services.built.begin_closing()

    def close(self) -> None:
        """Stop what runs, record its end, and close all databases, the main one last.

        It owns what the others use.
        """
        with self._changing:
            if self._closed:
                return
            self._closed = True
        self.begin_closing()
        with self._changing:
            taken = [each.services.built for each in self._opened.values()]
            self._opened.clear()
        _close(taken)
        self._main.close()

    def _open(self, uid: str) -> Services:
        person = self.people.get(uid)  # who was removed meanwhile gets no new database
        if person.blocked:
            raise PersonBlockedError(person.shown)
        database = open_database(person_database(self.url, person))
        owner = Owner(person, self.people, self._main.database)
        return services_on(database, self._main.parts, owner)

    def _take_main(self, person: Person) -> None:
        """Once, what its owner had before becoming the first administrator."""
        if person.uid in self._main_taken:
            return
        with self._changing:
            if person.uid in self._main_taken:
                return
            self._main_taken.add(person.uid)
        self.close_one(person.uid)
        try:
            take_over_separate(self.url, person, self._main.database)
        except MoAError as error:
            _log.warning("What %s had before stays apart: %s", person.shown, error)

    def _begin_looking(self) -> None:
        if not self._looking:
            self._looking = True
            self._main.live.submit(log_failure(self._look_for_idle()))

    async def _delete_daily(self) -> None:
        """Delete what people do not keep any longer, whoever has come lately or not."""
        await asyncio.sleep(FIRST_DELETION_AFTER_S)
        while not self._closed:
            await asyncio.to_thread(self.tidy_all)
            await asyncio.sleep(DELETION_EVERY_S)

    async def _look_for_idle(self) -> None:
        while not self._closed:
            await asyncio.sleep(_LOOK_EVERY_S)
            await asyncio.to_thread(self.close_idle)


def _close(taken: "list[Services | None]") -> int:
    """Close databases; what one of them raises keeps no other one open."""
    built = [each for each in taken if each]
    for each in built:
        each.begin_closing()
    for each in built:
        try:
            each.close()
        except MoAError as error:
            _log.warning("A database could not be closed: %s", error)
    return len(built)
