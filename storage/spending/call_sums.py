"""Defines the disposition of a call, and sums calls: the one definition of both.

A call is ``retried`` if it failed and another attempt followed it, else ``failed``,
``stopped`` or ``interrupted`` as it ended. One that succeeded is ``used``; but a
proposal is ``unread`` as long as it was put to nobody: the run ended before the next
layer was asked, or every later run that was given it left it unticked. One that a
provisional answer was compared with, or made from, is used, as is one whose next layers
were left out.
"""

from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Double,
    Select,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    true,
)

from storage.schema import SUMS, CallRow, RunInputRow, RunRow, table_of
from storage.values import DAY_MS, total

CallDisposition: TypeAlias = Literal[
    "used", "unread", "failed", "stopped", "interrupted", "retried"
]

CALLS: Final = table_of(CallRow)
RUNS: Final = table_of(RunRow)
_GIVEN: Final = table_of(RunInputRow)
_NEXT: Final = CALLS.alias("next_layer")
_LATER: Final = RUNS.alias("later_run")

_READ_IN_ITS_RUN = (
    select(_NEXT.c.id)
    .where(_NEXT.c.run_id == CALLS.c.run_id, _NEXT.c.layer_index > CALLS.c.layer_index)
    .correlate(CALLS)
    .exists()
)
_READ_LATER = (
    select(_GIVEN.c.run_id)
    .join(_LATER, _LATER.c.id == _GIVEN.c.run_id)
    .join(
        _NEXT,
        and_(
            _NEXT.c.run_id == _GIVEN.c.run_id,
            _NEXT.c.layer_index == _GIVEN.c.layer_index + 1,
        ),
    )
    .where(_GIVEN.c.call_id == CALLS.c.id, _GIVEN.c.ticked, _LATER.c.counted)
    .correlate(CALLS)
    .exists()
)

_CONTINUED = and_(CALLS.c.retry_wait_ms.is_not(None), CALLS.c.status == "succeeded")

DISPOSITION: Final[ColumnElement[str]] = case(
    (_CONTINUED, "used"),
    (CALLS.c.retry_wait_ms.is_not(None), "retried"),
    (CALLS.c.status.in_(("failed", "stopped")), CALLS.c.status),
    (CALLS.c.status != "succeeded", "interrupted"),
    (CALLS.c.role != "proposer", "used"),
    (or_(_READ_IN_ITS_RUN, _READ_LATER), "used"),
    else_="unread",
)

KEYS: Final[dict[str, ColumnElement[Any]]] = {
    "day": RUNS.c.created_at // DAY_MS,
    "preset_name": func.coalesce(RUNS.c.preset_name, ""),
    "endpoint": CALLS.c.endpoint,
    "model": CALLS.c.model_requested,
    "role": CALLS.c.role,
    "fate": DISPOSITION,
}
"""What spending is asked by, each of a call and its run."""
_EACH: Final = KEYS | {"run_id": RUNS.c.id}

_PRICE: Final = CALLS.c.price_input_nusd_per_mtok


def _cheaper_nusd(
    tokens: ColumnElement[Any],
    from_rate: ColumnElement[Any],
    to_rate: Any,  # noqa: ANN401
) -> ColumnElement[Any]:
    """What tokens cost less at one rate than at another, in whole nano-dollars."""
    cheaper = func.round(cast(tokens, Double) * (from_rate - to_rate) / 1e6)
    return case((from_rate > to_rate, cheaper), else_=0)


_RAW: Final = (
    CALLS.c.cost_nusd,
    CALLS.c.usage_source,
    CALLS.c.input_tokens,
    CALLS.c.output_tokens,
    CALLS.c.cached_input_tokens,
    CALLS.c.reasoning_tokens,
    case((CALLS.c.cached_input_tokens.is_not(None), CALLS.c.input_tokens)).label(
        "cache_known_tokens"
    ),
    _cheaper_nusd(
        CALLS.c.cached_input_tokens, _PRICE, CALLS.c.price_cached_input_nusd_per_mtok
    ).label("cache_saved_nusd"),
    _cheaper_nusd(
        CALLS.c.cache_write_tokens, CALLS.c.price_cache_write_nusd_per_mtok, _PRICE
    ).label("cache_extra_nusd"),
)


def sum_calls(
    *wanted: ColumnElement[bool], by: tuple[str, ...] = tuple(KEYS), sign: int = 1
) -> Select[*tuple[Any, ...]]:
    """What the calls of runs add up to, a row for each value of the keys.

    Args:
        wanted: Which runs or calls, as conditions on ``RUNS`` and ``CALLS``.
        by: The keys, which are the first columns, or ``run_id``; the sums follow.
        sign: -1 to take it all away again.
    """
    each = (
        select(*(_EACH[name].label(name) for name in by), *_RAW)
        .join_from(RUNS, CALLS, CALLS.c.run_id == RUNS.c.id)
        .where(*wanted)
        .subquery("each_call")
    ).c
    keys = [each[name] for name in by]
    calls = func.count()
    sums: dict[str, ColumnElement[int]] = {
        "calls": calls,
        "cost_nusd": total(each.cost_nusd),
        "cost_unknown_calls": calls - func.count(each.cost_nusd),
        "usage_unknown_calls": calls - func.count(each.input_tokens),
        "usage_estimated_calls": total(
            case((each.usage_source == "estimated", 1), else_=0)
        ),
    }
    sums |= {name: total(each[name]) for name in SUMS if name not in sums}
    named = [(sign * sums[name]).label(name) for name in SUMS]
    return select(*keys, *named).where(true()).group_by(*keys)
