"""The tables of what was asked and answered, a mapped class each, named ``...Row``."""

from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.columns import (
    Base,
    Count,
    Id,
    Ms,
    NanoUsd,
    Prose,
    Sha256,
    Tokens,
    Uid,
    Word,
    not_negative,
    one_of,
    where,
)


class ConversationRow(Base):
    """A chat, a duel or an experiment, with the totals of its ended runs."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index(None, "updated_at", "id", **where("deleted_at IS NULL")),
        Index(None, "pinned_at", **where("pinned_at IS NOT NULL")),
        Index(None, "archived_at", **where("archived_at IS NOT NULL")),
        one_of("kind", "chat", "duel", "experiment"),
        not_negative("run_count", "cost_nusd", "cost_unknown_calls"),
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    kind: Mapped[Word] = mapped_column(default="chat", server_default="chat")
    title: Mapped[Prose]
    created_at: Mapped[Ms]
    updated_at: Mapped[Ms]
    deleted_at: Mapped[Ms | None]
    pinned_at: Mapped[Ms | None]
    archived_at: Mapped[Ms | None]
    run_count: Mapped[Count]
    cost_nusd: Mapped[Count]
    cost_unknown_calls: Mapped[Count]


class TurnRow(Base):
    """A question in a conversation; ``parent_id`` is the turn it follows.

    Attributes:
        blind: Whether names and costs stay hidden until the vote; NULL unless it is a
            duel, a question that several mixtures answer side by side.
        chosen_call_id: The answer that the user chose to continue from; NULL for the
            newest synthesis, else a stopped one, unless ``answer_left_out``.
        origin_call_id: The answer, of the turn before it, that it continued from; NULL
            (in old databases) for the newest synthesis that there was.
    """

    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        Index(None, "id", **where("blind IS NOT NULL")),
    )

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
    blind: Mapped[bool | None]
    chosen_call_id: Mapped[int | None] = mapped_column(
        ForeignKey("calls.id", ondelete="SET NULL", use_alter=True), index=True
    )
    origin_call_id: Mapped[int | None] = mapped_column(
        ForeignKey("calls.id", ondelete="SET NULL", use_alter=True), index=True
    )
    answer_left_out: Mapped[bool] = mapped_column(default=False, server_default=false())


class QueuedQuestionRow(Base):
    """The question that waits while the last one of a conversation is answered.

    Attributes:
        send_when: That turn is ``answered``, or its run has ``ended`` in any way.
    """

    __tablename__ = "queued_questions"
    __table_args__ = (one_of("send_when", "answered", "ended"),)

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    after_uid: Mapped[str] = mapped_column(String(32))
    question: Mapped[Prose]
    send_when: Mapped[Word]
    created_at: Mapped[Ms]


class ConfigRow(Base):
    """An exact mixture, kept once however many runs used it."""

    __tablename__ = "configs"

    id: Mapped[Id]
    sha256: Mapped[Sha256] = mapped_column(unique=True)
    config: Mapped[dict[str, Any]] = mapped_column(JSON)


class RunRow(Base):
    """One execution of a mixture; the totals are those of its calls, once it ended.

    Attributes:
        estimate_low_nusd: What it was thought to cost at least; NULL, like the rest of
            the estimate, if nobody had made one.
        estimate_unknown_calls: Calls that the estimate could not price.
        reserved_nusd: What it holds back from the caps while it runs.
        preset_name: What its mixture was called when it ran; NULL if it had no name.
        based_on_id: The run of the same turn whose calls it went on from; NULL if it
            asked everybody itself.
        synthesises: Whether it ends with a synthesis: asking a single proposer again
            does not.
        side: Its place on the page of a duel, from 0; NULL outside of duels.
        counted: Whether its calls are in ``spend_days``.
    """

    __tablename__ = "runs"
    __table_args__ = (
        Index(None, "conversation_id", "id"),
        Index(None, "config_id", "id"),
        Index(None, "created_at", "cost_nusd", "cost_unknown_calls"),
        Index(
            None, "preset_name", "conversation_id", **where("preset_name IS NOT NULL")
        ),
        Index(None, "heartbeat_at", **where("status = 'running'")),
        Index(None, "id", **where("NOT counted")),
        one_of("status", "running", "succeeded", "failed", "stopped", "interrupted"),
        not_negative("cost_nusd", "cost_unknown_calls", "reserved_nusd"),
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
    based_on_id: Mapped[int | None] = mapped_column(
        ForeignKey("runs.id", ondelete="SET NULL"), index=True
    )
    synthesises: Mapped[bool] = mapped_column(default=True, server_default=true())
    side: Mapped[int | None]
    counted: Mapped[bool] = mapped_column(default=False, server_default=false())


class CallRow(Base):
    """One request to one model.

    Attributes:
        started_ms: From the start of the run to the request.
        retry_wait_ms: How long the seat waited to try again after this attempt; NULL
            if this was its last.
        params: The agent's settings but for endpoint and model.
        prompt_sha256: Of what it was sent; NULL in databases older than that.
    """

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("run_id", "layer_index", "position", "attempt"),
        one_of("role", "proposer", "aggregator", "judge", "title"),
        one_of(
            "status",
            "pending",
            "running",
            "succeeded",
            "failed",
            "stopped",
            "interrupted",
        ),
        one_of("usage_source", "reported", "estimated", "none", "unknown"),
        one_of("cost_source", "provider", "computed", "estimated", "unknown"),
        not_negative("coalesce(cost_nusd, 0)", "layer_index", "position"),
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
    prompt_sha256: Mapped[Sha256 | None]
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
    notes: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    window_tokens: Mapped[Tokens | None]


class CallTextRow(Base):
    """What a call wrote, apart from its figures: lists and sums never read it."""

    __tablename__ = "call_texts"

    call_id: Mapped[int] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    output: Mapped[Prose]
    reasoning: Mapped[Prose]


class RunInputRow(Base):
    """An earlier call that sits at a seat of a run, which need not ask there again.

    Attributes:
        ticked: Whether its text was put to those who read that layer.
    """

    __tablename__ = "run_inputs"

    run_id: Mapped[int] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
    )
    layer_index: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), index=True
    )
    ticked: Mapped[bool]
