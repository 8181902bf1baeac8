"""The table of people.

It is filled in the main database. A person's own database has it too, empty: all
databases have one schema and one chain of migrations.
"""

from typing import Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.columns import Base, Id, Ms, Prose, Uid, Word, one_of


class PersonRow(Base):
    """Somebody who has signed in.

    Attributes:
        identity: What the way in calls this person, which never changes:
            ``oidc:<issuer>#<subject>`` or ``proxy:<value of the header>``.
        shown: E-mail address or name, to be shown only: it may change.
        database: What the person's own database is called; "" is the main one.
        seen_at: When the person last opened a page, to the minute.
        blocked_at: Since when nothing opens for this person; NULL while it does.
        removing_at: When deleting the person's data was begun; NULL unless it was.
        caps: What an administrator lets this person spend; NULL sets no limit.
    """

    __tablename__ = "people"
    __table_args__ = (one_of("role", "user", "administrator"),)

    id: Mapped[Id]
    uid: Mapped[Uid]
    identity: Mapped[str] = mapped_column(Text, unique=True)
    shown: Mapped[Prose]
    role: Mapped[Word]
    database: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Ms]
    seen_at: Mapped[Ms]
    blocked_at: Mapped[Ms | None]
    removing_at: Mapped[Ms | None]
    caps: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
