"""Writes ended calls as JSON values, and reads them back."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from moa_core.errors import ProviderError
from moa_core.mixture import Seat, agent_from_dict, agent_to_dict
from moa_core.pricing import RATES, Price
from moa_core.run import Call, ToolCall
from moa_core.usage import Cost, Usage


def call_to_dict(call: Call) -> dict[str, Any]:
    """``call`` as JSON values; money as texts, so that none of it is rounded."""
    values = asdict(replace(call, error=None))
    values |= {
        "agent": agent_to_dict(call.agent),
        "cost": {**values["cost"], "usd": str(call.cost.usd)},
        "price": _price_to_dict(call.price),
        "error": None,
    }
    if call.error:
        values["error"] = {"message": str(call.error), "advice": call.error.advice}
    return values


def call_from_dict(values: Mapping[str, Any]) -> Call:
    """Read what ``call_to_dict`` wrote."""
    agent, usd = agent_from_dict(values["agent"]), values["cost"]["usd"]
    error = None
    if said := values["error"]:
        error = ProviderError(
            said["message"], endpoint=agent.endpoint, model=agent.model
        )
        error.advice = said["advice"]
    return Call(
        **{
            **values,
            "seat": Seat(**values["seat"]),
            "agent": agent,
            "usage": Usage(**values["usage"]),
            "cost": Cost(Decimal(usd), values["cost"]["unknown_calls"]),
            "price": _price_from_dict(values["price"]),
            "notes": tuple(values["notes"]),
            "tool_calls": tuple(
                ToolCall(**each) for each in values.get("tool_calls", ())
            ),
            "error": error,
        }
    )


def _price_to_dict(price: Price | None) -> dict[str, str | None] | None:
    if price is None:
        return None
    rates = {name: getattr(price, name) for name in RATES}
    written = {name: None if r is None else str(r) for name, r in rates.items()}
    return {**written, "source": price.source}


def _price_from_dict(values: Mapping[str, Any] | None) -> Price | None:
    if values is None:
        return None
    known = {name: values.get(name) for name in RATES}  # an older one has fewer
    rates = {n: None if rate is None else Decimal(rate) for n, rate in known.items()}
    return Price(**{**rates, "source": values["source"]})
