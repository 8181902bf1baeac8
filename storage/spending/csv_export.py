"""Writes spending as CSV, a line a group or a line a call, safe in spreadsheets.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula,
and what models and presets are called is not ours. Such a cell gets an apostrophe in
front, which spreadsheets show as the beginning of a text.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from moa_core.usage import Cost
from storage.schema import ConversationRow, table_of
from storage.spending.amounts import Amount, SpendBreakdown
from storage.spending.call_sums import CALLS, DISPOSITION, RUNS
from storage.values import moment, usd

MOST_CALLS: Final = 100_000
"""So many calls at most are put into one file: the newest."""

_TALKS: Final = table_of(ConversationRow)
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_WIDE_STARTS: Final = ("＝", "＋", "－", "＠")
"""As East Asian input methods write them; some spreadsheets take them as well."""

_SHARE_HEAD: Final = (
    "preset",
    "endpoint",
    "model",
    "role",
    "became",
    "calls",
    "cost_usd",
    "calls_of_unknown_cost",
    "calls_of_unknown_usage",
    "calls_of_estimated_usage",
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "reasoning_tokens",
)
_CALL_HEAD: Final = (
    "run_began_utc",
    "conversation",
    "title",
    "run",
    "preset",
    "layer",
    "position",
    "attempt",
    "role",
    "endpoint",
    "model",
    "became",
    "cost_usd",
    "cost_source",
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "reasoning_tokens",
    "usage_source",
    "time_to_first_text_ms",
    "duration_ms",
)


def cell(value: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    text = value.replace("\0", "")
    risky = text.lstrip(" \N{NO-BREAK SPACE}").startswith(
        _FORMULA_STARTS + _WIDE_STARTS
    )
    return f"'{text}" if risky or text.startswith("'") else text


def breakdown_csv(spent: SpendBreakdown) -> str:
    """One line for each group; the lines add up to the total.

    Money that went with deleted conversations has a line without names.
    """
    lines = [
        [
            group.call_filter.preset or "",
            group.call_filter.endpoint or "",
            group.call_filter.model or "",
            group.call_filter.role or "",
            group.call_filter.disposition or "",
            *_figures(group.amount),
        ]
        for group in spent.groups
    ]
    if spent.erased.calls:
        lines.append(["", "", "", "", "deleted", *_figures(spent.erased)])
    return "".join(_written([_SHARE_HEAD, *lines]))


def calls_csv(
    session: Session, wanted: Sequence[Any], limit: int = MOST_CALLS
) -> Iterator[str]:
    """The newest calls of ended runs, one a line, in pieces.

    Args:
        session: To read with; the rows are read as the pieces are taken.
        wanted: Conditions on the runs.
        limit: How many calls at most.
    """
    found = session.execute(
        _EACH_CALL.where(*wanted).limit(limit),
        execution_options={"yield_per": 1000},
    )
    yield from _written([_CALL_HEAD])
    for rows in found.partitions():
        yield "".join(_written(map(_of_call, rows)))


def _each_call() -> Select[*tuple[Any, ...]]:
    return (
        select(
            RUNS.c.created_at,
            RUNS.c.uid,
            RUNS.c.preset_name,
            _TALKS.c.uid.label("conversation_uid"),
            _TALKS.c.title,
            _TALKS.c.deleted_at,
            CALLS,
            DISPOSITION.label("fate"),
        )
        .join_from(RUNS, CALLS, CALLS.c.run_id == RUNS.c.id)
        .join(_TALKS, _TALKS.c.id == RUNS.c.conversation_id)
        .where(RUNS.c.status != "running")
        .order_by(RUNS.c.created_at.desc(), RUNS.c.id.desc(), CALLS.c.id)
    )


_EACH_CALL: Final = _each_call()


def _of_call(row: Row[*tuple[Any, ...]]) -> list[Any]:
    return [
        moment(row.created_at).isoformat(),
        row.conversation_uid,
        "" if row.deleted_at else row.title,
        row.uid,
        row.preset_name or "",
        row.layer_index + 1,
        row.position + 1,
        row.attempt,
        row.role,
        row.endpoint,
        row.model_requested,
        row.fate,
        None if row.cost_nusd is None else _plain(usd(row.cost_nusd)),
        row.cost_source,
        row.input_tokens,
        row.output_tokens,
        row.cached_input_tokens,
        row.reasoning_tokens,
        row.usage_source,
        row.ttft_ms,
        row.duration_ms,
    ]


def _figures(amount: Amount) -> list[Any]:
    return [
        amount.calls,
        _known(amount.cost, amount.calls),
        amount.cost.unknown_calls,
        amount.usage_unknown_calls,
        amount.usage_estimated_calls,
        amount.input_tokens,
        amount.output_tokens,
        amount.cached_input_tokens,
        amount.reasoning_tokens,
    ]


def _known(cost: Cost, calls: int) -> Decimal | None:
    """Nothing at all, rather than zero, where nobody knows any of it."""
    return None if cost.unknown_calls == calls else _plain(cost.usd)


def _plain(amount: Decimal) -> Decimal:
    """With all nine decimals, and never as ``0E-9``."""
    return Decimal(f"{amount:.9f}")


def _written(lines: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Lines as CSV; only texts are made safe, since figures cannot be negative."""
    for line in lines:
        out = io.StringIO()
        cells = [cell(each) if isinstance(each, str) else _shown(each) for each in line]
        csv.writer(out).writerow(cells)
        yield out.getvalue()


def _shown(value: Any) -> Any:  # noqa: ANN401 - a figure or nothing
    return f"{value:f}" if isinstance(value, Decimal) else value
