"""The registry of people, in the main database."""

from typing import Final, cast

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from moa_core.text import one_line
from storage.database import Database, advisory_lock
from storage.errors import NotFoundError
from storage.people.person import MAIN, KnownPerson, Person, Role
from storage.schema import PersonRow, SharedPresetRow
from storage.settings import NO_CAPS, Caps, caps_from_json, caps_to_json
from storage.values import clean, moment, new_uid, now_ms

SEEN_EVERY_MS: Final = 60_000
"""When somebody was last seen is written no more often: a page costs no write."""

LONGEST_SHOWN: Final = 200


class People:
    """Who uses the installation whose main database this is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def signed_in(self, identity: str, shown: str, role: Role) -> Person:
        """Who this is, from now on known, and seen now.

        The first administrator takes the main database; everybody else has one of
        their own. Costs one read, and a write at most once a minute.

        Args:
            identity: As ``Person.identity``; trusted to be true.
            shown: E-mail address or name.
            role: As the way in says it now.

        Returns:
            The person, perhaps ``blocked``.
        """
        name = one_line(clean(shown), LONGEST_SHOWN)
        now = now_ms()
        with self._database.reading() as session:
            row = _with_identity(session, identity)
            if row and _is_current(row, name, role, now):
                return _person(row)
        with self._database.writing() as session:
            advisory_lock(session, "people")
            row = _with_identity(session, identity)
            if row is None:
                row = _new(clean(identity), now)
                session.add(row)
            if not _is_closed(row):
                row.shown, row.role, row.seen_at = name, role, now
                if role == "administrator" and _main_is_free(session):
                    row.database = MAIN
            session.flush()
            return _person(row)

    def get(self, uid: str) -> Person:
        """The person of that uid.

        Raises:
            NotFoundError: There is none.
        """
        with self._database.reading() as session:
            return _person(_with_uid(session, uid))

    def named(self, shown: str) -> list[Person]:
        """Whoever is shown by that e-mail address or name, whatever its case."""
        wanted = shown.casefold()
        return [each.person for each in self.list() if _is(each.person, wanted)]

    def list(self) -> list[KnownPerson]:
        """Everybody, whoever was seen last first."""
        order = PersonRow.seen_at.desc(), PersonRow.id.desc()
        with self._database.reading() as session:
            return [_known(row) for row in session.scalars(_ALL.order_by(*order))]

    def main_owner(self) -> Person | None:
        """Whose the main database is; ``None`` until an administrator signs in."""
        query = _ALL.where(PersonRow.database == MAIN)
        with self._database.reading() as session:
            row = session.scalar(query)
            return _person(row) if row else None

    def caps(self, owner: str) -> Caps:
        """What an administrator lets somebody spend.

        Args:
            owner: As ``Person.owner``: ``""`` is whoever has the main database.
        """
        which = PersonRow.uid == owner if owner else PersonRow.database == MAIN
        with self._database.reading() as session:
            value = session.scalar(select(PersonRow.caps).where(which))
        return caps_from_json(value) if value else NO_CAPS

    def set_caps(self, uid: str, caps: Caps) -> None:
        """Let a person spend at most so much, from the next run on.

        Raises:
            NotFoundError: There is no such person.
        """
        self._change(uid, caps=caps_to_json(caps))

    def block(self, uid: str) -> None:
        """Let nothing open for a person any more; ``unblock`` takes that back.

        Raises:
            NotFoundError: There is no such person.
        """
        self._change(uid, blocked_at=now_ms())

    def unblock(self, uid: str) -> None:
        """Let a person in again.

        Raises:
            NotFoundError: There is no such person.
        """
        self._change(uid, blocked_at=None)

    def begin_removing(self, uid: str) -> None:
        """Let nothing open for a person whose data is about to be deleted.

        Raises:
            NotFoundError: There is no such person.
        """
        self._change(uid, removing_at=now_ms())

    def keep(self, uid: str) -> None:
        """Take back ``begin_removing``: nothing was deleted.

        Raises:
            NotFoundError: There is no such person.
        """
        self._change(uid, removing_at=None)

    def remove(self, uid: str) -> None:
        """Forget a person, and what that person shared.

        Who signs in again is somebody new.

        Raises:
            NotFoundError: There is no such person.
        """
        gone = delete(PersonRow).where(PersonRow.uid == uid).returning(PersonRow.id)
        with self._database.writing() as session:
            _unshare(session, uid)
            if session.scalar(gone) is None:
                raise NotFoundError(f"person {uid}")

    def unshare_all(self, owner: str) -> None:
        """Delete the shared presets of a database, whose data has gone.

        Args:
            owner: As ``Person.owner``.
        """
        with self._database.writing() as session:
            _unshare(session, owner)

    def _change(self, uid: str, **values: object) -> None:
        change = update(PersonRow).where(PersonRow.uid == uid).values(**values)
        with self._database.writing() as session:
            if session.scalar(change.returning(PersonRow.id)) is None:
                raise NotFoundError(f"person {uid}")


_ALL: Final = select(PersonRow)


def _unshare(session: Session, owner: str) -> None:
    shared = SharedPresetRow
    session.execute(delete(shared).where(shared.owner == owner))


def _with_identity(session: Session, identity: str) -> PersonRow | None:
    return session.scalar(_ALL.where(PersonRow.identity == clean(identity)))


def _with_uid(session: Session, uid: str) -> PersonRow:
    row = session.scalar(_ALL.where(PersonRow.uid == uid))
    if row is None:
        raise NotFoundError(f"person {uid}")
    return row


def _main_is_free(session: Session) -> bool:
    owned = select(PersonRow.id).where(PersonRow.database == MAIN)
    return session.scalar(owned) is None


def _new(identity: str, now: int) -> PersonRow:
    uid = new_uid()
    database = f"person_{uid}"
    return PersonRow(
        uid=uid, identity=identity, database=database, created_at=now, seen_at=now
    )


def _is_closed(row: PersonRow) -> bool:
    return row.blocked_at is not None or row.removing_at is not None


def _is_current(row: PersonRow, shown: str, role: Role, now: int) -> bool:
    """Whether nothing is to be written of somebody who is here."""
    if _is_closed(row):
        return True
    same = (row.shown, row.role) == (shown, role)
    return same and now - row.seen_at < SEEN_EVERY_MS


def _is(person: Person, wanted: str) -> bool:
    return wanted in (person.shown.casefold(), person.identity.casefold(), person.uid)


def _person(row: PersonRow) -> Person:
    return Person(
        uid=row.uid,
        identity=row.identity,
        shown=row.shown,
        role=cast(Role, row.role),
        blocked=_is_closed(row),
        owns_main=row.database == MAIN,
    )


def _known(row: PersonRow) -> KnownPerson:
    return KnownPerson(
        person=_person(row),
        created_at=moment(row.created_at),
        seen_at=moment(row.seen_at),
        caps=caps_from_json(row.caps) if row.caps else NO_CAPS,
    )
