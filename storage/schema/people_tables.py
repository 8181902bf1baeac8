"""The tables of people, and of what they show to others.

They are filled in the main database. A person's own database has them too, empty: all
databases have one schema and one chain of migrations.

``owner`` is the uid of the person in whose database the thing is; "" is the main
database, whoever that belongs to.
"""

from typing import Any

from sqlalchemy import JSON, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.columns import Base, Id, Ms, Prose, Sha256, Uid, Word, one_of


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


class SharedLinkRow(Base):
    """A link that shows a run or a conversation to whoever has it.

    Attributes:
        sha256: Of the token in the link, which is kept nowhere.
        owner: In whose database it is.
        kind: ``run`` or ``conversation``.
        target_uid: Of the run or the conversation.
        run_uids: The ended runs that it shows, as they were when it was made.
        title: What the conversation was called then.
        shows_costs: Whether it shows what was spent.
        expires_at: Until when it opens; NULL sets no end.
        revoked_at: Since when it opens nothing; NULL while it does.
    """

    __tablename__ = "shared_links"
    __table_args__ = (one_of("kind", "run", "conversation"),)

    id: Mapped[Id]
    uid: Mapped[Uid]
    sha256: Mapped[Sha256] = mapped_column(unique=True)
    owner: Mapped[str] = mapped_column(String(32), index=True)
    kind: Mapped[Word]
    target_uid: Mapped[str] = mapped_column(String(32), index=True)
    conversation_uid: Mapped[str] = mapped_column(String(32), index=True)
    run_uids: Mapped[list[str]] = mapped_column(JSON)
    title: Mapped[Prose]
    shows_costs: Mapped[bool]
    created_at: Mapped[Ms]
    expires_at: Mapped[Ms | None]
    revoked_at: Mapped[Ms | None]


class SharedPresetRow(Base):
    """A preset that its owner shows to everybody, as it was saved last.

    Attributes:
        owner: In whose database the preset is.
        shown: Whom others are told that it is from.
        preset_uid: Of the preset there.
        preset: The preset as a preset file has it.
    """

    __tablename__ = "shared_presets"
    __table_args__ = (UniqueConstraint("owner", "preset_uid"),)

    id: Mapped[Id]
    uid: Mapped[Uid]
    owner: Mapped[str] = mapped_column(String(32))
    shown: Mapped[Prose]
    preset_uid: Mapped[str] = mapped_column(String(32))
    name: Mapped[Prose]
    preset: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[Ms]
    updated_at: Mapped[Ms]
