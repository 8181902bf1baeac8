"""Writes events as JSON objects, one a line, for scripts and other programs."""

import json
import re
from dataclasses import asdict, fields
from decimal import Decimal
from typing import Any

from moa_core.errors import MoAError, ProviderError
from moa_core.mixture import AgentSpec, MoAConfig, Seat, config_to_dict
from moa_core.pricing import RATES, Price
from moa_core.run import (
    Call,
    CallEvent,
    RunDecided,
    RunEvent,
    Timed,
    ToolCall,
    ToolCallPiece,
    decision_to_dict,
)
from moa_core.usage import Cost, Usage

_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


_COUNTS = ("input_tokens", "output_tokens", "reasoning_tokens")
_CACHE = ("cached_input_tokens", "cache_write_tokens")


_ROLES = {"proposer": "Proposal", "provisional": "Provisional"}


def event_to_line(event: RunEvent) -> str:
    """``event_to_dict`` as one line of JSON.

    Its only line break is the last character, and it can be written in UTF-8: what
    others take for a line break, steers a terminal or is half a character is escaped.
    """
    line = json.dumps(event_to_dict(event), ensure_ascii=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", line) + "\n"


def event_to_dict(event: RunEvent) -> dict[str, Any]:
    """The event's name in ``event``, then its fields, flat.

    Events of calls are named ``Proposal...``, ``Provisional...`` or ``Synthesis...``,
    by the agent's role.
    Tokens and dollars that are unknown are ``null``; times are seconds.
    """
    name = type(event).__name__
    if isinstance(event, CallEvent):
        name = _ROLES.get(event.role, "Synthesis") + name.removeprefix("Call")
    if isinstance(event, RunDecided):
        decision = decision_to_dict(event.decision)
        return {"event": name, "at_s": round(event.at_s, 6), "decision": decision}
    return {"event": name, **_flat(event)}


def _flat(value: RunEvent | Call | Timed) -> dict[str, Any]:
    """The fields of an event or a call, with those of what it is about among them."""
    flat: dict[str, Any] = {}
    for each in fields(value):
        item = getattr(value, each.name)
        match item:
            case Seat():
                flat |= {"layer_index": item.layer_index, "position": item.position}
            case AgentSpec():
                flat |= {"endpoint": item.endpoint, "model": item.model}
            case Call() | Timed():
                flat |= _flat(item)
            case Cost():
                flat["cost_usd"] = _float_or_none(item.total_usd)
            case _:
                if each.name != "role" or isinstance(value, Call):  # the name says it
                    flat[each.name] = _plain(item)
    return flat


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    match value:
        case tuple():
            calls = ToolCall | ToolCallPiece
            return [asdict(e) if isinstance(e, calls) else e for e in value]
        case float():
            return round(value, 6)
        case MoAConfig():
            return config_to_dict(value)
        case Usage():
            unknown = bool(value.unknown_calls)
            counts = {n: None if unknown else getattr(value, n) for n in _COUNTS}
            known = bool(value.cache_known_tokens)
            counts |= {n: getattr(value, n) if known else None for n in _CACHE}
            counts["cached_share"] = _plain(value.cached_share)
            return {**counts, "source": value.source}
        case Price():
            rates = {n: _float_or_none(getattr(value, n)) for n in RATES}
            return {**rates, "source": value.source}
        case MoAError():
            flat = {"type": type(value).__name__, "message": str(value)}
            flat["advice"] = value.advice
            if isinstance(value, ProviderError):
                flat |= {"endpoint": value.endpoint, "model": value.model}
            return flat
        case _:
            return value


def _float_or_none(usd: Decimal | None) -> float | None:
    return None if usd is None else float(usd)
