"""Stores calls as columns and rebuilds them: only times are rounded."""

from collections.abc import Mapping
from typing import Any, Final

from moa_core.mixture import Seat, agent_to_dict
from moa_core.pricing import FREE_OF_COST, Price
from moa_core.run import Call, CallOutcome, CallStarted, SeatRole
from moa_core.usage import UNKNOWN_COST, UNKNOWN_USAGE, Cost, Usage
from storage.presets import stored_agent
from storage.runs.error_columns import error_columns, rebuild_provider_error
from storage.runs.tool_call_columns import stored_tool_calls, tool_call_columns
from storage.schema import CallRow
from storage.values import (
    LARGEST_SUM,
    clean,
    clean_or_none,
    ms_of,
    ms_or_none,
    nano_usd,
    seconds_or_none,
    usd,
)

_COUNTED = ("input_tokens", "output_tokens", "reasoning_tokens")
_CACHE = ("cached_input_tokens", "cache_write_tokens")
_TOKENS = (*_COUNTED, *_CACHE)
_RATES = ("input", "output", "cached_input", "cache_write")


def begun_columns(event: CallStarted) -> dict[str, Any]:
    """The values of a call that begins: its tokens and cost are unknown so far."""
    return {
        **_whom(event),
        "status": "running",
        "usage_source": "unknown",
        "cost_source": "unknown",
        "started_ms": ms_of(event.at_s),
    }


def ended_columns(call: Call, retry_wait_s: float | None = None) -> dict[str, Any]:
    """The values of a call that ended; ``retry_wait_s`` if its seat tries again."""
    return {
        **_whom(call),
        "status": call.outcome,
        "finish_reason": clean_or_none(call.finish_reason),
        "model_responded": clean_or_none(call.model_answered),
        "response_id": clean_or_none(call.response_id),
        "started_ms": ms_of(call.started_at_s),
        "ttft_ms": ms_or_none(call.ttft_s),
        "duration_ms": ms_of(call.latency_s),
        "retry_wait_ms": ms_or_none(retry_wait_s),
        "http_status": call.error.http_status if call.error else None,
        **_usage_columns(call.usage),
        **_price_columns(call.price),
        **_cost_columns(call.cost, call.usage),
        **error_columns(call.error),
        "prompt_sha256": call.prompt_sha256,
        "notes": [clean(note) for note in call.notes] or None,
        "window_tokens": call.window_tokens,
        "late": call.late,
        "tool_calls": tool_call_columns(call.tool_calls),
    }


def free_columns() -> dict[str, Any]:
    """The values that say that a call cost nothing."""
    return {**_price_columns(FREE_OF_COST), "cost_nusd": 0, "cost_source": "computed"}


def _whom(call: Call | CallStarted) -> dict[str, Any]:
    params = agent_to_dict(call.agent)
    return {
        "layer_index": call.seat.layer_index,
        "position": call.seat.position,
        "attempt": call.attempt,
        "role": call.role,
        "endpoint": clean(params.pop("endpoint")),
        "model_requested": clean(params.pop("model")),
        "params": params,
    }


def _usage_columns(usage: Usage) -> dict[str, Any]:
    if usage.unknown_calls:
        return {**dict.fromkeys(_TOKENS), "usage_source": "unknown"}
    known = _TOKENS if usage.cache_known_tokens else _COUNTED
    tokens = {name: min(getattr(usage, name), LARGEST_SUM) for name in known}
    return {**dict.fromkeys(_CACHE), **tokens, "usage_source": usage.source}


def _price_columns(price: Price | None) -> dict[str, Any]:
    columns: dict[str, Any] = {"price_source": price.source if price else None}
    for name in _RATES:
        usd_per_mtok = getattr(price, f"{name}_usd_per_mtok") if price else None
        columns[f"price_{name}_nusd_per_mtok"] = (
            None if usd_per_mtok is None else nano_usd(usd_per_mtok)
        )
    return columns


def _cost_columns(cost: Cost, usage: Usage) -> dict[str, Any]:
    if cost.unknown_calls:
        return {"cost_nusd": None, "cost_source": "unknown"}
    source = "estimated" if usage.source == "estimated" else "computed"
    return {"cost_nusd": nano_usd(cost.usd), "cost_source": source}


_ROLES: Final[Mapping[str, SeatRole]] = {
    "aggregator": "aggregator",
    "provisional": "provisional",
    "judge": "judge",
}


def call_of(row: CallRow, text: str, reasoning: str, outcome: CallOutcome) -> Call:
    """Rebuild a call that ended as ``outcome``."""
    return Call(
        role=_ROLES.get(row.role, "proposer"),
        seat=Seat(row.layer_index, row.position),
        attempt=row.attempt,
        agent=stored_agent(row.endpoint, row.model_requested, row.params),
        outcome=outcome,
        text=text,
        reasoning=reasoning,
        finish_reason=row.finish_reason,
        usage=_usage(row),
        price=_price(row),
        cost=UNKNOWN_COST if row.cost_nusd is None else Cost(usd(row.cost_nusd)),
        started_at_s=row.started_ms / 1000,
        ttft_s=seconds_or_none(row.ttft_ms),
        latency_s=(row.duration_ms or 0) / 1000,
        model_answered=row.model_responded,
        response_id=row.response_id,
        error=rebuild_provider_error(row),
        prompt_sha256=row.prompt_sha256,
        notes=tuple(row.notes or ()),
        window_tokens=row.window_tokens,
        late=row.late,
        tool_calls=stored_tool_calls(row.tool_calls),
    )


def _usage(row: CallRow) -> Usage:
    if row.usage_source == "unknown":
        return UNKNOWN_USAGE
    tokens = {name: getattr(row, name) or 0 for name in _TOKENS}
    known_tokens = 0 if row.cached_input_tokens is None else tokens["input_tokens"]
    source = _SOURCES[row.usage_source]
    return Usage(**tokens, cache_known_tokens=known_tokens, source=source)


_SOURCES: dict[str, Any] = {name: name for name in ("reported", "estimated", "none")}


def _price(row: CallRow) -> Price | None:
    input_nusd = row.price_input_nusd_per_mtok
    output_nusd = row.price_output_nusd_per_mtok
    if input_nusd is None or output_nusd is None:
        return None
    cached_nusd = row.price_cached_input_nusd_per_mtok
    write_nusd = row.price_cache_write_nusd_per_mtok
    return Price(
        input_usd_per_mtok=usd(input_nusd),
        output_usd_per_mtok=usd(output_nusd),
        cached_input_usd_per_mtok=None if cached_nusd is None else usd(cached_nusd),
        cache_write_usd_per_mtok=None if write_nusd is None else usd(write_nusd),
        source=row.price_source or "",
    )
