"""Does what is done to one database to those of everybody who signs in."""

from collections.abc import Iterator
from contextlib import closing

from moa_core.errors import ConfigError
from moa_core.text import one_line
from storage.database import Database, drop, is_there, parse_url, path_of
from storage.errors import DatabaseDamagedError, NotADatabaseError, RunsUnderWayError
from storage.people import People, Person, person_database, separate_database
from storage.upkeep.backup import copies_of
from storage.upkeep.erase import erase_everything


def separate_databases(url: str) -> Iterator[tuple[Person, str]]:
    """Everybody whose own database is there, and its address.

    Args:
        url: Of the main database.

    Raises:
        StorageError: The main database, or a server, cannot be asked.
    """
    with closing(Database.open(url)) as main:
        people = [each.person for each in People(main).list()]
    for person in people:
        if not person.owns_main and is_there(theirs := person_database(url, person)):
            yield person, theirs


def url_of_person(url: str, who: str) -> str:
    """The address of somebody's database.

    Args:
        url: Of the main database.
        who: E-mail address or name, identity or uid, whatever its case.

    Raises:
        ConfigError: Nobody is called so, or several are.
        StorageError: The main database cannot be asked.
    """
    with closing(Database.open(url)) as main:
        found = People(main).named(who)
    if not found:
        raise ConfigError(
            f"Nobody has signed in here as {one_line(who, 80)}. List everybody with "
            "polyphony people."
        )
    if len(found) > 1:
        uids = ", ".join(each.uid for each in found)
        raise ConfigError(
            f"{len(found)} people are called {one_line(who, 80)}. Name one of {uids}."
        )
    return person_database(url, found[0])


def erase_person(url: str, person: Person, people: People) -> None:
    """Delete a person's database with its copies, and then the person, for good.

    Args:
        url: Of the main database.
        person: Whose database is a separate one, and closed.
        people: The registry, where removing has begun.

    Raises:
        RunsUnderWayError: Another process still answers there; nothing was deleted, and
            the person may come back.
        StorageError: It could not be deleted; it can be tried again.
    """
    theirs = separate_database(url, person.uid)
    if is_there(theirs):
        try:
            _erase_database(theirs)
        except RunsUnderWayError:
            people.keep(person.uid)
            raise
    people.remove(person.uid)


def _erase_database(url: str) -> None:
    try:
        with closing(Database.open(url)) as database:
            erase_everything(database)
    except (DatabaseDamagedError, NotADatabaseError):
        for copy in copies_of(path_of(parse_url(url))):  # no other kind is so damaged
            copy.unlink()
    drop(url)
