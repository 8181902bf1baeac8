"""Writes amounts of money and tokens for the page of spending."""

from decimal import Decimal
from typing import Final

from moa_core.usage import Cost
from pages.widgets.formatting import counted, figures
from pages.widgets.markdown import plain_label
from storage.spending import Amount, CallFilter

_EXACT: Final = 10_000
_UNITS: Final = ((10**9, "B"), (10**6, "M"), (10**3, "K"))
ROLES: Final = {
    "proposer": "Proposers",
    "aggregator": "Aggregators",
    "provisional": "First answers",
    "judge": "Judges",
    "title": "Titles",
}
DISPOSITIONS: Final = {
    "used": "read by a later model",
    "unread": "not read by a later model",
    "failed": "failed",
    "stopped": "stopped",
    "interrupted": "interrupted",
    "retried": "retried",
}
KINDS: Final = {
    "chat": "Chats",
    "duel": "Duels",
    "experiment": "Experiments",
    "benchmark": "Benchmarks",
    "api": "API",
}
_ENDS: Final = {"aggregator": "answers", "provisional": "answers", "title": "written"}
"""What no later model reads."""

UNNAMED: Final = "Custom mixtures"


def known_money(cost: Cost) -> str:
    """The known part, safe in Markdown: ``$0.0031``, or ``unknown`` if all of it is."""
    return "unknown" if is_unknown(cost) else figures.money(Cost(cost.usd))


def money_and_unknown(cost: Cost) -> str:
    """``$0.0031 + 3 calls of unknown cost``, safe in Markdown."""
    if is_unknown(cost):
        return unknown_cost(cost)[0]
    return " + ".join([known_money(cost), *unknown_cost(cost)])


def is_unknown(cost: Cost) -> bool:
    """Whether nothing is known of it; a known part of 0 is."""
    return bool(cost.unknown_calls and not cost.usd)


def unknown_cost(cost: Cost) -> list[str]:
    """``["3 calls of unknown cost"]``; empty if all of it is known."""
    calls = counted(cost.unknown_calls, "call")
    return [f"{calls} of unknown cost"] if cost.unknown_calls else []


def unknown(amount: Amount) -> list[str]:
    """``unknown_cost``, and the calls of unknown tokens."""
    calls = counted(amount.usage_unknown_calls, "call")
    tokens = [f"{calls} of unknown tokens"] if amount.usage_unknown_calls else []
    return unknown_cost(amount.cost) + tokens


def amount_tokens(amount: Amount, *, of_caches: bool = False) -> str:
    """``2.0M tokens in (20 % cached) · 0.5M out (12K reasoning)``, as far as known.

    Args:
        amount: Of some calls.
        of_caches: Whether to say that it is unknown how much was cached.
    """
    if amount.usage_unknown_calls and not amount.input_tokens + amount.output_tokens:
        return "tokens unknown"
    about = "~" if amount.usage_estimated_calls else ""
    share, thought = amount.cached_share, amount.reasoning_tokens
    read = f"{about}{short_count(amount.input_tokens)} tokens in"
    wrote = f"{about}{short_count(amount.output_tokens)} out"
    if share is not None and amount.cache_known_tokens == amount.input_tokens:
        read += f" ({figures.percent(share)} cached)"
    elif share is not None:
        known = short_count(amount.cache_known_tokens)
        read += f" ({figures.percent(share)} of {known} cached, rest unknown)"
    elif of_caches and amount.input_tokens:
        read += " (cached part unknown)"
    if thought:
        wrote += f" ({short_count(thought)} reasoning)"
    return figures.SEPARATOR.join([read, wrote])


def cache_savings(amount: Amount) -> list[str]:
    """``["caching saved about $0.12"]``; empty where it changed nothing, or unknown."""
    saved_usd = amount.cache_saved_usd
    if saved_usd > 0:
        return [f"caching saved about {figures.money(Cost(saved_usd))}"]
    if saved_usd < 0:
        return [f"caching cost about {figures.money(Cost(-saved_usd))} more"]
    return []


def short_count(count: int) -> str:
    """``950``, ``12.3K``, ``726K``, ``4.5M``, ``2.0B``."""
    if count < _EXACT:
        return f"{count:,}"
    size, letter = next(unit for unit in _UNITS if count >= unit[0])
    amount = count / size
    return f"{amount:,.1f}{letter}" if amount < 100 else f"{amount:,.0f}{letter}"


def percent_of(part: Decimal, whole: Decimal) -> str:
    """``34 %``; nothing of nothing."""
    return figures.percent(float(part / whole) if whole else 0.0)


def name_of_kind(kind: str) -> str:
    """What conversations of a kind are called, a kind of a newer version, too."""
    return KINDS.get(kind) or plain_label(kind.capitalize(), limit=40)


def name_of(call_filter: CallFilter) -> str:
    """What some calls are called, safe in Markdown and on one line."""
    parts = []
    if call_filter.preset is not None:
        parts.append(plain_label(call_filter.preset, limit=60) or UNNAMED)
    if call_filter.model is not None:
        ref = f"{call_filter.endpoint}/{call_filter.model}"
        parts.append(plain_label(ref, limit=70))
    elif call_filter.endpoint is not None:
        parts.append(plain_label(call_filter.endpoint, limit=60))
    if call_filter.role is not None:
        parts.append(ROLES[call_filter.role])
    if call_filter.disposition == "used" and call_filter.role in _ENDS:
        parts.append(_ENDS[call_filter.role])
    elif call_filter.disposition is not None:
        parts.append(DISPOSITIONS[call_filter.disposition])
    return ": ".join(parts) or "All runs"
