"""The tables of what the user named and set."""

from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.columns import (
    Base,
    Id,
    Ms,
    Prose,
    Uid,
    where,
)


class PresetRow(Base):
    """A mixture that the user gave a name; those that ship are not stored.

    Attributes:
        name_key: The name as it is compared: one living preset for each.
        based_on: The shipped preset it was copied from, as ``name`` and ``version``.
        used_at: Of the newest run under its name.
    """

    __tablename__ = "presets"
    __table_args__ = (
        Index(None, "name_key", unique=True, **where("deleted_at IS NULL")),
        Index(
            None,
            "is_default",
            unique=True,
            **where("is_default AND deleted_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    name: Mapped[Prose]
    name_key: Mapped[Prose]
    title: Mapped[Prose]
    description: Mapped[Prose]
    config_id: Mapped[int] = mapped_column(ForeignKey("configs.id"))
    based_on: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    is_default: Mapped[bool]
    created_at: Mapped[Ms]
    updated_at: Mapped[Ms]
    used_at: Mapped[Ms | None]
    deleted_at: Mapped[Ms | None]


class SettingRow(Base):
    """One small setting of the app; never a key."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    updated_at: Mapped[Ms]
