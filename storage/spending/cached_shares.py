"""Learns from stored calls what share of repeated prompts each provider has cached."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from moa_core.pricing import CACHED_FROM_TOKENS, CachedShare
from storage.schema import ConfigRow, TurnRow, table_of
from storage.spending.call_sums import CALLS, RUNS

RUNS_READ: Final = 300
"""So many of the newest runs are looked at."""

LEAST_CALLS: Final = 5
"""With fewer calls of a model nothing is known of it."""

_TURNS: Final = table_of(TurnRow)
_PLACEMENT: Final = ConfigRow.config["prompts"]["placement"].as_string()
_NEWEST: Final = (
    select(RUNS.c.id, RUNS.c.turn_id, RUNS.c.config_id)
    .order_by(RUNS.c.id.desc())
    .limit(RUNS_READ)
    .subquery("newest")
)
_READ_CALLS: Final = (
    select(
        _NEWEST.c.id.label("run_id"),
        _NEWEST.c.turn_id,
        _TURNS.c.parent_id,
        CALLS.c.layer_index,
        CALLS.c.endpoint,
        CALLS.c.model_requested.label("model"),
        CALLS.c.input_tokens,
        CALLS.c.cached_input_tokens,
    )
    .join_from(_NEWEST, _TURNS, _TURNS.c.id == _NEWEST.c.turn_id)
    .join(ConfigRow, ConfigRow.id == _NEWEST.c.config_id)
    .join(CALLS, CALLS.c.run_id == _NEWEST.c.id)
    .where(
        CALLS.c.status == "succeeded",
        CALLS.c.usage_source == "reported",
        CALLS.c.role.in_(("proposer", "aggregator")),
        or_(CALLS.c.layer_index == 0, func.coalesce(_PLACEMENT, "") != "paper"),
    )
)


def cached_shares(session: Session) -> dict[str, CachedShare]:
    """What each model's provider has cached of prompts that it was sent before.

    A prompt was sent before as far as it is the conversation: in an earlier layer of
    its run, or up to the last question in the turn before. How long that was, the
    smallest prompt of a first layer tells. Of shorter ones than providers cache, and
    of those that proposals stand in front of, nothing is learnt.

    Returns:
        By ``endpoint/model``; those of whom too little is known are not in it.
    """
    runs: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    of_turn: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for call in session.execute(_READ_CALLS):
        runs[call.run_id].append(call)
        of_turn[call.turn_id].append(call)
    shares: dict[str, list[float]] = defaultdict(list)
    for calls in runs.values():
        for call in calls:
            repeated = _sent_before(call, calls)
            earlier = of_turn.get(call.parent_id, ())
            if any(_alike(earlier, call)):  # it was asked in the turn before
                repeated = max(repeated, _conversation(earlier))
            if call.cached_input_tokens is not None and repeated >= CACHED_FROM_TOKENS:
                share = min(1.0, call.cached_input_tokens / repeated)
                shares[f"{call.endpoint}/{call.model}"].append(share)
    return {
        ref: CachedShare(low=each[len(each) // 10], high=each[-1 - len(each) // 10])
        for ref, found in shares.items()
        if len(each := sorted(found)) >= LEAST_CALLS
    }


def _sent_before(
    call: Row[*tuple[Any, ...]], calls: Sequence[Row[*tuple[Any, ...]]]
) -> int:
    """Tokens of the conversation, if the model was asked in an earlier layer."""
    lower = [each for each in calls if each.layer_index < call.layer_index]
    return _conversation(calls) if any(_alike(lower, call)) else 0


def _alike(
    calls: Iterable[Row[*tuple[Any, ...]]], call: Row[*tuple[Any, ...]]
) -> Iterator[bool]:
    return (
        (each.endpoint, each.model) == (call.endpoint, call.model) for each in calls
    )


def _conversation(calls: Iterable[Row[*tuple[Any, ...]]]) -> int:
    first = [each.input_tokens for each in calls if not each.layer_index]
    return min((tokens for tokens in first if tokens), default=0)
