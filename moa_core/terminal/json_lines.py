"""Writes events as JSON objects, one a line, for scripts and other programs."""

import json
import re
from dataclasses import fields
from typing import Any

from moa_core.errors import MoAError, ProviderError
from moa_core.mixture import AgentSpec, MoAConfig, Seat, config_to_dict
from moa_core.pricing import Price
from moa_core.run import Call, CallEvent, RunEvent
from moa_core.usage import Cost, Usage

_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def event_to_line(event: RunEvent) -> str:
    """``event_to_dict`` as one line of JSON.

    Its only line break is the last character, and it can be written in UTF-8: what
    others take for a line break, steers a terminal or is half a character is escaped.
    """
    line = json.dumps(event_to_dict(event), ensure_ascii=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", line) + "\n"


def event_to_dict(event: RunEvent) -> dict[str, Any]:
    """The event's name in ``event``, then its fields, flat.

    Events of calls are named ``Proposal...`` or ``Synthesis...``, by the agent's role.
    Tokens and dollars that are unknown are ``null``; times are seconds.
    """
    flat: dict[str, Any] = {"event": _name(event)}
    for each in fields(event):
        if each.name != "role":  # the name says it
            flat |= _flatten(each.name, getattr(event, each.name))
    return flat


def _name(event: RunEvent) -> str:
    name = type(event).__name__
    if not isinstance(event, CallEvent):
        return name
    prefix = "Proposal" if event.role == "proposer" else "Synthesis"
    return prefix + name.removeprefix("Call")


def _flatten(name: str, value: object) -> dict[str, Any]:
    match value:
        case Seat():
            return {"layer_index": value.layer_index, "position": value.position}
        case AgentSpec():
            return {"endpoint": value.endpoint, "model": value.model}
        case Call():
            return _call(value)
        case Cost():
            return {"cost_usd": _usd(value)}
        case _:
            return {name: _plain(value)}


def _call(call: Call) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for each in fields(call):
        flat |= _flatten(each.name, getattr(call, each.name))
    return flat


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    match value:
        case float():
            return round(value, 6)
        case Usage():
            return _usage(value)
        case MoAConfig():
            return config_to_dict(value)
        case Price():
            return _price(value)
        case MoAError():
            return _error(value)
        case _:
            return value


def _usage(usage: Usage) -> dict[str, Any]:
    unknown = bool(usage.unknown_calls)
    return {
        "input_tokens": None if unknown else usage.input_tokens,
        "output_tokens": None if unknown else usage.output_tokens,
        "cached_input_tokens": None if unknown else usage.cached_input_tokens,
        "reasoning_tokens": None if unknown else usage.reasoning_tokens,
        "source": usage.source,
    }


def _usd(cost: Cost) -> float | None:
    return None if cost.total_usd is None else float(cost.total_usd)


def _price(price: Price) -> dict[str, Any]:
    cached_usd = price.cached_input_usd_per_mtok
    return {
        "input_usd_per_mtok": float(price.input_usd_per_mtok),
        "output_usd_per_mtok": float(price.output_usd_per_mtok),
        "cached_input_usd_per_mtok": None if cached_usd is None else float(cached_usd),
        "source": price.source,
    }


def _error(error: MoAError) -> dict[str, Any]:
    flat: dict[str, Any] = {
        "type": type(error).__name__,
        "message": str(error),
        "advice": error.advice,
    }
    if isinstance(error, ProviderError):
        flat |= {"endpoint": error.endpoint, "model": error.model}
    return flat
