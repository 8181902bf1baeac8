"""The schema: one mapped class for every table, named ``...Row``.

Times are milliseconds since 1970 UTC, durations milliseconds, money whole
nano-dollars. NULL money or tokens are unknown, never zero. ``id`` stays inside;
``uid`` is random and stands in URLs.
"""

from typing import Annotated, Any, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_BigId = BigInteger().with_variant(Integer, "sqlite")

Id = Annotated[int, mapped_column(_BigId, primary_key=True)]
Uid = Annotated[str, mapped_column(String(32), unique=True)]
Sha256 = Annotated[str, mapped_column(String(64))]
Word = Annotated[str, mapped_column(String(16))]
Prose = Annotated[str, mapped_column(Text)]
Ms = Annotated[int, mapped_column(BigInteger)]
Tokens = Annotated[int, mapped_column(BigInteger)]
NanoUsd = Annotated[int, mapped_column(BigInteger)]
Count = Annotated[int, mapped_column(BigInteger, default=0, server_default="0")]


def _where(condition: str) -> dict[str, Any]:
    """For an index over some of the rows only."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def _one_of(column: str, *words: str) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _not_negative(*columns: str) -> CheckConstraint:
    return CheckConstraint(
        " AND ".join(f"{column} >= 0" for column in columns), name="not_negative"
    )


class Base(DeclarativeBase):
    """Root of the schema; constraints have names, so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def table_of(row: type[Base]) -> Table:
    """The bare table of a class: far cheaper to write to than the class."""
    return cast(Table, row.__table__)


class ConversationRow(Base):
    """A conversation, with the totals of its ended runs."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index(None, "updated_at", "id", **_where("deleted_at IS NULL")),
        _not_negative("run_count", "cost_nusd", "cost_unknown_calls"),
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    title: Mapped[Prose]
    created_at: Mapped[Ms]
    updated_at: Mapped[Ms]
    deleted_at: Mapped[Ms | None]
    run_count: Mapped[Count]
    cost_nusd: Mapped[Count]
    cost_unknown_calls: Mapped[Count]


class TurnRow(Base):
    """A question in a conversation; ``parent_id`` is the turn it follows."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("conversation_id", "seq"),)

    id: Mapped[Id]
    uid: Mapped[Uid]
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE")
    )
    seq: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("turns.id", ondelete="SET NULL"), index=True
    )
    question: Mapped[Prose]
    created_at: Mapped[Ms]


class ConfigRow(Base):
    """An exact mixture, kept once however many runs used it."""

    __tablename__ = "configs"

    id: Mapped[Id]
    sha256: Mapped[Sha256] = mapped_column(unique=True)
    config: Mapped[dict[str, Any]] = mapped_column(JSON)


class PresetRow(Base):
    """A mixture that the user gave a name; those that ship are not stored.

    Attributes:
        name_key: The name as it is compared: one living preset for each.
        based_on: The shipped preset it was copied from, as ``name`` and ``version``.
        used_at: Of the newest run under its name.
    """

    __tablename__ = "presets"
    __table_args__ = (
        Index(None, "name_key", unique=True, **_where("deleted_at IS NULL")),
        Index(
            None,
            "is_default",
            unique=True,
            **_where("is_default AND deleted_at IS NULL"),
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


class RunRow(Base):
    """One execution of a mixture; the totals are those of its calls, once it ended.

    Attributes:
        estimate_low_nusd: What it was thought to cost at least; NULL, like the rest of
            the estimate, if nobody had made one.
        estimate_unknown_calls: Calls that the estimate could not price.
        reserved_nusd: What it holds back from the caps while it runs.
        preset_name: What its mixture was called when it ran; NULL if it had no name.
    """

    __tablename__ = "runs"
    __table_args__ = (
        Index(None, "conversation_id", "id"),
        Index(None, "config_id", "id"),
        Index(None, "created_at", "cost_nusd", "cost_unknown_calls"),
        Index(None, "heartbeat_at", **_where("status = 'running'")),
        _one_of("status", "running", "succeeded", "failed", "stopped", "interrupted"),
        _not_negative("cost_nusd", "cost_unknown_calls", "reserved_nusd"),
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE")
    )
    turn_id: Mapped[int] = mapped_column(
        ForeignKey("turns.id", ondelete="CASCADE"), index=True
    )
    config_id: Mapped[int] = mapped_column(ForeignKey("configs.id"))
    status: Mapped[Word]
    worker: Mapped[Prose]
    heartbeat_at: Mapped[Ms]
    created_at: Mapped[Ms]
    finished_at: Mapped[Ms | None]
    ttft_ms: Mapped[Ms | None]
    latency_ms: Mapped[Ms | None]
    calls_ok: Mapped[Count]
    calls_failed: Mapped[Count]
    input_tokens: Mapped[Count]
    output_tokens: Mapped[Count]
    cached_input_tokens: Mapped[Count]
    reasoning_tokens: Mapped[Count]
    usage_unknown_calls: Mapped[Count]
    cost_nusd: Mapped[Count]
    cost_unknown_calls: Mapped[Count]
    error_type: Mapped[Prose | None]
    error_message: Mapped[Prose | None]
    error_advice: Mapped[Prose | None]
    estimate_low_nusd: Mapped[NanoUsd | None]
    estimate_high_nusd: Mapped[NanoUsd | None]
    estimate_unknown_calls: Mapped[Tokens | None]
    reserved_nusd: Mapped[Count]
    preset_name: Mapped[Prose | None]


class CallRow(Base):
    """One request to one model.

    Attributes:
        started_ms: From the start of the run to the request.
        retry_wait_ms: How long the seat waited to try again after this attempt; NULL
            if this was its last.
        params: The agent's settings but for endpoint and model.
    """

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("run_id", "layer_index", "position", "attempt"),
        _one_of("role", "proposer", "aggregator", "judge", "title"),
        _one_of(
            "status",
            "pending",
            "running",
            "succeeded",
            "failed",
            "stopped",
            "interrupted",
        ),
        _one_of("usage_source", "reported", "estimated", "none", "unknown"),
        _one_of("cost_source", "provider", "computed", "estimated", "unknown"),
        _not_negative("coalesce(cost_nusd, 0)", "layer_index", "position"),
        CheckConstraint(
            "(cost_source = 'unknown') = (cost_nusd IS NULL)", name="unknown_cost"
        ),
    )

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    layer_index: Mapped[int]
    position: Mapped[int]
    attempt: Mapped[int]
    role: Mapped[Word]
    endpoint: Mapped[Prose]
    model_requested: Mapped[Prose]
    model_responded: Mapped[Prose | None]
    response_id: Mapped[Prose | None]
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[Word]
    finish_reason: Mapped[Prose | None]
    input_tokens: Mapped[Tokens | None]
    output_tokens: Mapped[Tokens | None]
    cached_input_tokens: Mapped[Tokens | None]
    reasoning_tokens: Mapped[Tokens | None]
    usage_source: Mapped[Word]
    price_input_nusd_per_mtok: Mapped[NanoUsd | None]
    price_output_nusd_per_mtok: Mapped[NanoUsd | None]
    price_cached_input_nusd_per_mtok: Mapped[NanoUsd | None]
    price_source: Mapped[Prose | None]
    cost_nusd: Mapped[NanoUsd | None]
    cost_source: Mapped[Word]
    started_ms: Mapped[Ms]
    ttft_ms: Mapped[Ms | None]
    duration_ms: Mapped[Ms | None]
    retry_wait_ms: Mapped[Ms | None]
    http_status: Mapped[int | None]
    error_type: Mapped[Prose | None]
    error_message: Mapped[Prose | None]
    error_advice: Mapped[Prose | None]


class CallTextRow(Base):
    """What a call wrote, apart from its figures: lists and sums never read it."""

    __tablename__ = "call_texts"

    call_id: Mapped[int] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    output: Mapped[Prose]
    reasoning: Mapped[Prose]
