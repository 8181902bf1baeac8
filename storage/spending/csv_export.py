"""Writes spending as CSV, a line a group or a line a call, safe in spreadsheets.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula,
and what models and presets are called is not ours. Such a cell gets an apostrophe in
front, which spreadsheets show as the beginning of a text.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.schema import ConversationRow, table_of
from storage.spending.amounts import NOTHING, Amount, CallFilter, SpendBreakdown
from storage.spending.call_sums import CALLS, DISPOSITION, RUNS
from storage.spending.key_spends import API_KEYS, ASKED, OTHER_KEY
from storage.values import moment, usd

MOST_CALLS: Final = 100_000
"""So many calls at most are put into one file: the newest."""

_CONVERSATIONS: Final = table_of(ConversationRow)
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_WIDE_STARTS: Final = ("＝", "＋", "－", "＠")
"""As East Asian input methods write them; some spreadsheets take them as well."""

_CALL_COLUMNS: Final[dict[str, Callable[[Any], Any]]] = {
    "run_began_utc": lambda row: moment(row.created_at).isoformat(),
    "conversation": attrgetter("conversation_uid"),
    "title": lambda row: "" if row.deleted_at else row.title,
    "run": attrgetter("uid"),
    "preset": lambda row: row.preset_name or "",
    "api_key": lambda row: row.key_name or (row.key_uid and OTHER_KEY) or "",
    "layer": lambda row: row.layer_index + 1,
    "position": lambda row: row.position + 1,
    "attempt": attrgetter("attempt"),
    "role": attrgetter("role"),
    "endpoint": attrgetter("endpoint"),
    "model": attrgetter("model_requested"),
    "became": attrgetter("fate"),
    "cost_usd": lambda row: None if row.cost_nusd is None else usd(row.cost_nusd),
    "cost_source": attrgetter("cost_source"),
    "input_tokens": attrgetter("input_tokens"),
    "output_tokens": attrgetter("output_tokens"),
    "cached_input_tokens": attrgetter("cached_input_tokens"),
    "cache_write_tokens": attrgetter("cache_write_tokens"),
    "reasoning_tokens": attrgetter("reasoning_tokens"),
    "usage_source": attrgetter("usage_source"),
    "time_to_first_text_ms": attrgetter("ttft_ms"),
    "duration_ms": attrgetter("duration_ms"),
}
"""The columns of a call's line, and what stands there of a row."""

_CALLS_NEWEST_FIRST: Final = (
    select(
        RUNS.c.created_at,
        RUNS.c.uid,
        RUNS.c.preset_name,
        _CONVERSATIONS.c.uid.label("conversation_uid"),
        _CONVERSATIONS.c.title,
        _CONVERSATIONS.c.deleted_at,
        ASKED.c.key_uid,
        API_KEYS.c.name.label("key_name"),
        CALLS,
        DISPOSITION.label("fate"),
    )
    .join_from(RUNS, CALLS, CALLS.c.run_id == RUNS.c.id)
    .join(_CONVERSATIONS, _CONVERSATIONS.c.id == RUNS.c.conversation_id)
    .outerjoin(ASKED, ASKED.c.run_id == RUNS.c.id)
    .outerjoin(API_KEYS, API_KEYS.c.uid == ASKED.c.key_uid)
    .where(RUNS.c.status != "running")
    .order_by(RUNS.c.created_at.desc(), RUNS.c.id.desc(), CALLS.c.id)
)


def cell(value: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    text = value.replace("\0", "")
    risky = text.lstrip(" \N{NO-BREAK SPACE}").startswith(
        _FORMULA_STARTS + _WIDE_STARTS
    )
    return f"'{text}" if risky or text.startswith("'") else text


def breakdown_csv(breakdown: SpendBreakdown) -> str:
    """One line for each group; the lines add up to the total.

    Money that went with deleted conversations has a line without names.
    """
    lines = [_group_line(group.call_filter, group.amount) for group in breakdown.groups]
    if breakdown.erased.calls:
        lines.append(
            _group_line(CallFilter(), breakdown.erased) | {"became": "deleted"}
        )
    heads = list(_group_line(CallFilter(), NOTHING))
    return "".join(_csv_lines([heads, *(line.values() for line in lines)]))


def calls_csv(
    session: Session, wanted: Sequence[Any], limit: int = MOST_CALLS
) -> Iterator[str]:
    """The newest calls of runs that are ``wanted``, one a line, read as it is taken."""
    result = session.execute(
        _CALLS_NEWEST_FIRST.where(*wanted).limit(limit),
        execution_options={"yield_per": 1000},
    )
    yield from _csv_lines([_CALL_COLUMNS])
    for rows in result.partitions():
        lines = ([value(row) for value in _CALL_COLUMNS.values()] for row in rows)
        yield "".join(_csv_lines(lines))


def _group_line(call_filter: CallFilter, amount: Amount) -> dict[str, Any]:
    cost = amount.cost
    known_cached = amount.cached_input_tokens if amount.cache_known_tokens else None
    return {
        "preset": call_filter.preset or "",
        "endpoint": call_filter.endpoint or "",
        "model": call_filter.model or "",
        "role": call_filter.role or "",
        "became": call_filter.disposition or "",
        "calls": amount.calls,
        # Nothing at all, rather than zero, where nobody knows any of it.
        "cost_usd": None if cost.unknown_calls == amount.calls else cost.usd,
        "calls_of_unknown_cost": cost.unknown_calls,
        "calls_of_unknown_usage": amount.usage_unknown_calls,
        "calls_of_estimated_usage": amount.usage_estimated_calls,
        "input_tokens": amount.input_tokens,
        "output_tokens": amount.output_tokens,
        "cached_input_tokens": known_cached,
        "cached_known_of_input_tokens": amount.cache_known_tokens,
        "cache_saved_usd": None if known_cached is None else amount.cache_saved_usd,
        "reasoning_tokens": amount.reasoning_tokens,
    }


def _csv_lines(lines: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Lines as CSV; only texts are made safe, since figures cannot be negative."""
    for line in lines:
        out = io.StringIO()
        csv.writer(out).writerow(map(_cell, line))
        yield out.getvalue()


def _cell(value: Any) -> Any:  # noqa: ANN401 - a text, a figure or nothing
    if isinstance(value, Decimal):
        return f"{value:.9f}"  # never as 0E-9
    return cell(value) if isinstance(value, str) else value
