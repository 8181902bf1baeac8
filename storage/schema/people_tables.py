"""The tables of people, and of what they show to others.

People and shared presets stand in the main database, where everybody finds them. A
person's own database has these tables too, empty: all databases have one schema and one
chain of migrations. A shared link stands in the database of its chat.
"""

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.columns import (
    Base,
    Count,
    Id,
    Ms,
    Prose,
    Sha256,
    Uid,
    Word,
    not_negative,
    one_of,
)


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
    """A link to ended runs of a chat; never the secret in it.

    It stands in the database of the chat, and goes with it.

    Attributes:
        sha256: Of the secret.
        kind: ``chat``, or a single ``answer``.
        runs: Their uids, in the order in which they are shown.
        title: What the page is called, as it was when the link was made.
        shows_costs: Whether costs and tokens are shown; ``shows_prompts``: whether
            system prompts are.
        expires_at: When it ends by itself; NULL: never.
        opened: How often its page was opened; nothing is kept of who did.
    """

    __tablename__ = "shared_links"
    __table_args__ = (one_of("kind", "chat", "answer"), not_negative("opened"))

    id: Mapped[Id]
    uid: Mapped[Uid]
    sha256: Mapped[Sha256] = mapped_column(unique=True)
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[Word]
    runs: Mapped[list[str]] = mapped_column(JSON)
    title: Mapped[Prose]
    shows_costs: Mapped[bool]
    shows_prompts: Mapped[bool]
    created_at: Mapped[Ms]
    expires_at: Mapped[Ms | None]
    revoked_at: Mapped[Ms | None]
    opened: Mapped[Count]


class SharedPresetRow(Base):
    """A preset that its owner shows to everybody, as it was saved last.

    Filled in the main database only, where everybody finds it.

    Attributes:
        owner: The uid of the person in whose database the preset is; "" is the main
            database, whoever that belongs to.
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
