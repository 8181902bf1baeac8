"""Keeps the keys of the API: who may ask, under which name, and what it may cost.

A key has 256 random bits, so its SHA-256 says nothing of it: only that is kept, and
looked up. The key itself is given once, to whoever created it.
"""

import logging
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Final, Literal, cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from moa_core.errors import ConfigError
from moa_core.text import one_line
from storage.database import Database
from storage.errors import NotFoundError, StorageError
from storage.schema import ApiKeyRow
from storage.settings import Caps
from storage.spending import Spending, spending_by_key
from storage.values import (
    Period,
    begin_ms,
    clean,
    moment,
    nano_usd,
    new_uid,
    now_ms,
    usd,
)

Expose = Literal["none", "summary", "full"]
"""What a client is told of a run: nothing, its summary, or its drafts as well."""

PREFIX: Final = "poly-"
LONGEST_KEY_NAME: Final = 80
MOST_KEYS: Final = 1000
USED_EVERY_MS: Final = 60_000
"""When a key was last used is written no more often: asking costs no write."""

_RANDOM_BYTES: Final = 32
_LONGEST_SECRET: Final = 200
_SHOWN: Final = 4

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key that a program may ask with.

    Attributes:
        begins: The first characters of the secret, ``poly-`` included; ``ends`` has the
            last ones.
        cap_usd: What it may spend in a month; ``None`` sets no limit.
        used_at: When it was last asked with, to the minute; ``None`` if never.
        revoked_at: Since when it opens nothing; ``None`` while it does.
    """

    uid: str
    name: str
    begins: str
    ends: str
    cap_usd: Decimal | None
    expose: Expose
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class ApiKeys:
    """The API's keys, of one database.

    Args:
        database: Where they are kept.
        person_uid: Whom new keys name; ``""`` for the main database, whose keys name
            nobody, as those that were made before there were people.
    """

    def __init__(self, database: Database, person_uid: str = "") -> None:
        self._database = database
        self._prefix = f"{PREFIX}{person_uid}-" if person_uid else PREFIX

    def create(
        self, name: str, cap_usd: Decimal | None = None, expose: Expose = "summary"
    ) -> tuple[ApiKey, str]:
        """Make a key.

        Args:
            name: What it is called.
            cap_usd: What it may spend in a month; ``None`` sets no limit.
            expose: What clients are told of a run that do not say themselves.

        Returns:
            The key, and its secret: nobody can read that anywhere later.

        Raises:
            ConfigError: The name is empty, or the cap no amount; or there are too many.
            StorageError: It could not be stored.
        """
        secret = self._prefix + secrets.token_urlsafe(_RANDOM_BYTES)
        row = ApiKeyRow(
            uid=new_uid(),
            sha256=_hash(secret),
            name=_checked_name(name),
            begins=secret[: len(PREFIX) + _SHOWN],
            ends=secret[-_SHOWN:],
            cap_nusd=_checked_cap(cap_usd),
            expose=expose,
            created_at=now_ms(),
        )
        with self._database.writing() as session:
            living = select(ApiKeyRow.id).where(ApiKeyRow.revoked_at.is_(None))
            if len(session.scalars(living).all()) >= MOST_KEYS:
                raise ConfigError(
                    f"There are {MOST_KEYS:,} keys. Revoke one that is not used."
                )
            session.add(row)
        return _key(row), secret

    def list(self, *, revoked: bool = False) -> list[ApiKey]:
        """The keys that can be asked with, newest first; or those ``revoked``."""
        wanted = ApiKeyRow.revoked_at.is_not(None) if revoked else _LIVING
        query = select(ApiKeyRow).where(wanted)
        order = ApiKeyRow.created_at.desc(), ApiKeyRow.id.desc()
        with self._database.reading() as session:
            return [_key(row) for row in session.scalars(query.order_by(*order))]

    def find(self, secret: str) -> ApiKey | None:
        """The key of this secret, from now on used last now; ``None`` if none is.

        Raises:
            StorageError: The database cannot be read.
        """
        if not secret.startswith(PREFIX) or len(secret) > _LONGEST_SECRET:
            return None
        query = select(ApiKeyRow).where(ApiKeyRow.sha256 == _hash(secret), _LIVING)
        with self._database.reading() as session:
            row = session.scalar(query)
        if row is None:
            return None
        now = now_ms()
        if row.used_at is None or now - row.used_at >= USED_EVERY_MS:
            try:
                self._change(row.uid, used_at=now)
            except StorageError as error:  # whoever asks must not wait for that
                _log.warning("When a key was used could not be written: %s", error)
        return _key(row)

    def names(self) -> dict[str, str]:
        """What every key is called that there ever was, by its uid."""
        with self._database.reading() as session:
            return dict(session.execute(select(ApiKeyRow.uid, ApiKeyRow.name)).all())

    def spent(self, period: Period) -> Mapping[str, Spending]:
        """What was spent today, or this month, by the uid of a key that spent."""
        with self._database.reading() as session:
            return spending_by_key(session, begin_ms(period, now_ms()))

    def rename(self, uid: str, name: str) -> None:
        """Call a key something else.

        Raises:
            ConfigError: The name is empty.
            NotFoundError: There is no such key.
        """
        self._change(uid, name=_checked_name(name))

    def set_cap(self, uid: str, cap_usd: Decimal | None) -> None:
        """Let a key spend at most so much in a month; ``None`` sets no limit.

        Raises:
            ConfigError: It is no amount.
            NotFoundError: There is no such key.
        """
        self._change(uid, cap_nusd=_checked_cap(cap_usd))

    def set_expose(self, uid: str, expose: Expose) -> None:
        """Tell clients so much of a run, unless they ask for more or less.

        Raises:
            NotFoundError: There is no such key.
        """
        self._change(uid, expose=expose)

    def revoke(self, uid: str) -> None:
        """Let a key open nothing any more; ``restore`` takes that back.

        Raises:
            NotFoundError: There is no such key.
        """
        self._change(uid, revoked_at=now_ms())

    def restore(self, uid: str) -> None:
        """Let a revoked key be asked with again.

        Raises:
            NotFoundError: There is no such key.
        """
        self._change(uid, revoked_at=None)

    def _change(self, uid: str, **values: str | int | None) -> None:
        change = update(ApiKeyRow).where(ApiKeyRow.uid == uid).values(**values)
        with self._database.writing() as session:
            if session.scalar(change.returning(ApiKeyRow.id)) is None:
                raise NotFoundError(f"API key {uid}")


def person_of_secret(secret: str) -> str:
    """The uid of the person whom a key names; ``""``: it is the main database's."""
    named = _NAMING.fullmatch(secret)
    return named[1] if named else ""


_NAMING: Final = re.compile(f"{PREFIX}([0-9a-f]{{32}})-[A-Za-z0-9_-]{{43}}")
"""Keys from before had 43 characters in all behind their first five."""

_LIVING = ApiKeyRow.revoked_at.is_(None)


def key_with_uid(session: Session, uid: str) -> ApiKey:
    """The key of that uid, with which somebody is about to ask.

    Raises:
        NotFoundError: There is none, or it was revoked meanwhile.
    """
    row = session.scalar(select(ApiKeyRow).where(ApiKeyRow.uid == uid, _LIVING))
    if row is None:
        raise NotFoundError(f"API key {uid}")
    return _key(row)


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _checked_name(name: str) -> str:
    line = one_line(clean(name), LONGEST_KEY_NAME)
    if not line:
        raise ConfigError("Give the key a name: what will use it.")
    return line


def _checked_cap(cap_usd: Decimal | None) -> int | None:
    if cap_usd is None:
        return None
    Caps(per_month_usd=cap_usd)  # refuses what is no amount
    return nano_usd(cap_usd)


def _key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(
        uid=row.uid,
        name=row.name,
        begins=row.begins,
        ends=row.ends,
        cap_usd=None if row.cap_nusd is None else usd(row.cap_nusd),
        expose=cast(Expose, row.expose),
        created_at=moment(row.created_at),
        used_at=None if row.used_at is None else moment(row.used_at),
        revoked_at=None if row.revoked_at is None else moment(row.revoked_at),
    )
