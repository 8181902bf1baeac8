"""The tables of runs, their calls and what they were given, a mapped class each."""

from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
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
    decisions: Mapped[list[dict[str, Any]] | None] = mapped_column(
        JSON(none_as_null=True)
    )


class CallRow(Base):
    """One request to one model.

    Attributes:
        started_ms: From the start of the run to the request.
        retry_wait_ms: How long the seat waited to try again after this attempt, 0 if
            the next one continued its text; NULL if this was its last.
        params: The agent's settings but for endpoint and model.
        prompt_sha256: Of what it was sent; NULL in databases older than that.
        cached_input_tokens: Of the input; NULL, like ``cache_write_tokens``, if the
            provider said nothing of its cache.
        tool_calls: The calls of tools that it asks for, each with ``name``,
            ``arguments`` as JSON text, ``id``, and ``more`` if its server knows more.
    """

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("run_id", "layer_index", "position", "attempt"),
        one_of("role", "proposer", "aggregator", "provisional", "judge", "title"),
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
    late: Mapped[bool] = mapped_column(default=False, server_default=false())
    cache_write_tokens: Mapped[Tokens | None]
    price_cache_write_nusd_per_mtok: Mapped[NanoUsd | None]
    tool_calls: Mapped[list[dict[str, Any]] | None] = mapped_column(
        JSON(none_as_null=True)
    )


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
