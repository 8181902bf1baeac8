"""Keeps spending within the caps: reserves what a run may cost before it begins.

A run holds back its estimate's high end from the moment it is stored until its end is.
Looking and holding back is one transaction, one at a time, so that runs which begin at
once cannot all have the same last dollar.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from sqlalchemy import bindparam, case, literal_column, select
from sqlalchemy.orm import Session

from moa_core.engine import Budget
from moa_core.errors import CapExceededError, CostUnknownError
from moa_core.usage import Cost
from storage.database import Database, advisory_lock
from storage.schema import ApiRunRow, CallRow, ErasedSpendRow, RunRow
from storage.settings import Caps
from storage.values import Period, added, begin_ms, cost, now_ms, total, usd


class Estimated(Protocol):
    """What a run is thought to cost, as a range."""

    @property
    def low(self) -> Cost:
        """When answers are short."""

    @property
    def high(self) -> Cost:
        """When answers are long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What a day or month has cost so far.

    Attributes:
        cost: Of all ended runs, failed and stopped ones included.
        reserved_usd: Held back by runs under way; at least what their calls cost.
    """

    cost: Cost
    reserved_usd: Decimal

    @property
    def taken_usd(self) -> Decimal:
        """What counts against a cap."""
        return self.cost.usd + self.reserved_usd


class Ledger:
    """The spending of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def spent(self, period: Period) -> Spending:
        """What today, or this month, has cost so far."""
        with self._database.reading() as session:
            return _spending(session, begin_ms(period, now_ms()))


@dataclass(frozen=True, slots=True)
class Headroom:
    """What one cap leaves to a new run.

    Attributes:
        cap: In words, behind "your".
        next_chance: When there is more, or ``""``.
        advice: The next step, if it is not the usual one.
    """

    cap: str
    cap_usd: Decimal
    taken_usd: Decimal
    next_chance: str = ""
    advice: str = ""

    @property
    def left_usd(self) -> Decimal:
        """What it leaves; never below zero."""
        return max(Decimal(0), self.cap_usd - self.taken_usd)


def reserve(
    session: Session,
    estimate: Estimated | None,
    caps: Caps,
    now: int,
    also: Sequence[Headroom] = (),
) -> Budget | None:
    """Find what a new run may spend, and let no other look until it is stored.

    Args:
        session: Of the transaction that stores the run with what it holds back.
        estimate: What the run may cost; ``None`` if nobody knows.
        caps: What may be spent.
        now: When it begins, in milliseconds since 1970.
        also: Further caps, which are the run's own.

    Returns:
        Where the run has to stop; ``None`` without caps.

    Raises:
        CapExceededError: It could cost more than a cap leaves.
        CostUnknownError: There is a cap and an unknown price, and that is not allowed.
    """
    if not (caps.any or also):
        return None
    advisory_lock(session, "spending")
    high_usd = estimate.high.usd if estimate else Decimal(0)
    unknown = estimate.high.unknown_calls if estimate else 1
    if unknown and not caps.unknown_may_begin:
        raise _unknown(estimate)
    headrooms = [*_headrooms(session, caps, now), *also]
    for headroom in headrooms:
        full = not headroom.left_usd and (high_usd or unknown)
        if full or high_usd > headroom.left_usd:
            raise _exceeded(headroom, high_usd, unknown)
    limit_usd = min(headroom.left_usd for headroom in headrooms)
    return Budget(limit_usd=limit_usd, allow_unknown=caps.unknown_may_begin)


_CAPS: Final[tuple[tuple[str, Period | None, str, str], ...]] = (
    ("per_run_usd", None, "per-run cap", ""),
    ("per_day_usd", "day", "daily cap", "tomorrow"),
    ("per_month_usd", "month", "monthly cap", "next month"),
)


def _headrooms(session: Session, caps: Caps, now: int) -> Iterator[Headroom]:
    for name, period, cap, next_chance in _CAPS:
        lowest = caps.lowest(name)
        if lowest is None:
            continue
        cap_usd, theirs = lowest
        taken_usd = Decimal(0)
        if period:
            taken_usd = _spending(session, begin_ms(period, now)).taken_usd
        yield Headroom(
            f"administrator's {cap}" if theirs else cap,
            cap_usd,
            taken_usd,
            next_chance,
            advice=_advice(next_chance, "ask an administrator") if theirs else "",
        )


def spent_in(session: Session, conversation_id: int) -> Decimal:
    """What the runs of a conversation have cost, or hold back while under way."""
    spent = session.scalar(_SPENT_IN, {"conversation_id": conversation_id})
    return usd(spent or 0)


def spending_by_key(session: Session, since: int) -> dict[str, Spending]:
    """What was asked with each key of the API has cost, by the key's uid.

    Args:
        session: Reading, or of a transaction that has the lock ``spending``.
        since: From runs that began then on, in milliseconds since 1970.
    """
    rows = session.execute(_SPENDING_BY_KEY, {"since": since})
    return {
        row.key_uid: Spending(
            cost=cost(row.nusd, row.unknown_calls), reserved_usd=usd(row.held_nusd)
        )
        for row in rows
    }


def _spending(session: Session, since: int) -> Spending:
    row = session.execute(_SPENDING, {"since": since}).one()
    return Spending(
        cost=cost(row.nusd, row.unknown_calls), reserved_usd=usd(row.held_nusd)
    )


_ENDED = (
    select(
        total(RunRow.cost_nusd).label("nusd"),
        total(RunRow.cost_unknown_calls).label("unknown_calls"),
    )
    .where(RunRow.created_at >= bindparam("since"))  # one under way still has zeros
    .subquery()
)
_CALLS_NUSD = (
    select(total(CallRow.cost_nusd))
    .where(CallRow.run_id == RunRow.id)
    .correlate(RunRow)
    .scalar_subquery()
)
_UNDER_WAY = (
    select(RunRow.reserved_nusd, _CALLS_NUSD.label("calls_nusd"))
    .where(
        RunRow.status == literal_column("'running'"),  # a parameter misses the index
        RunRow.created_at + 0 >= bindparam("since"),  # the sum keeps to that index
    )
    .subquery()
)
_LARGER = case(
    (_UNDER_WAY.c.reserved_nusd > _UNDER_WAY.c.calls_nusd, _UNDER_WAY.c.reserved_nusd),
    else_=_UNDER_WAY.c.calls_nusd,
)
_GONE_NUSD, _GONE_UNKNOWN = (
    select(total(column))
    .where(ErasedSpendRow.at_ms >= bindparam("since"))
    .scalar_subquery()
    for column in (ErasedSpendRow.cost_nusd, ErasedSpendRow.cost_unknown_calls)
)
"""Of chats that were deleted for good: money that was spent was spent."""

# One statement, so that no run can end between the sums and be in none.
_SPENDING = select(
    added(_ENDED.c.nusd, _GONE_NUSD).label("nusd"),
    added(_ENDED.c.unknown_calls, _GONE_UNKNOWN).label("unknown_calls"),
    select(total(_LARGER)).scalar_subquery().label("held_nusd"),
)


_HELD = case(
    (RunRow.status != "running", RunRow.cost_nusd),
    (RunRow.reserved_nusd > _CALLS_NUSD, RunRow.reserved_nusd),
    else_=_CALLS_NUSD,
)
_SPENT_IN = select(total(_HELD)).where(
    RunRow.conversation_id == bindparam("conversation_id")
)


_RUNNING = RunRow.status == "running"
_SPENDING_BY_KEY = (
    select(
        ApiRunRow.key_uid,
        total(RunRow.cost_nusd).label("nusd"),  # one under way still has zeros
        total(RunRow.cost_unknown_calls).label("unknown_calls"),
        total(case((_RUNNING, _HELD), else_=0)).label("held_nusd"),
    )
    .join(RunRow, RunRow.id == ApiRunRow.run_id)
    .where(RunRow.created_at >= bindparam("since"))
    .group_by(ApiRunRow.key_uid)
)


def _unknown(estimate: Estimated | None) -> CostUnknownError:
    calls = estimate.high.unknown_calls if estimate else 0
    what = {0: "this question", 1: "one call"}.get(calls, f"{calls} calls")
    return CostUnknownError(
        f"A spending cap is set, but the price of {what} is unknown.",
        cap="spending cap",
        advice="Set the price or allow unknown prices in Settings, or choose models "
        "with a known price.",
    )


def _exceeded(headroom: Headroom, high_usd: Decimal, unknown: int) -> CapExceededError:
    may_cost = Cost(high_usd, unknown)
    cap_usd, left_usd = Cost(headroom.cap_usd), Cost(headroom.left_usd)
    cap = f"Your {headroom.cap} is {cap_usd}"
    if headroom.taken_usd and headroom.left_usd:
        cap = f"{cap}, with {left_usd} left"
    elif headroom.taken_usd:
        cap = f"Your {headroom.cap} of {cap_usd} is used up"
    cost = f"This question may cost {may_cost}. " if high_usd else ""
    return CapExceededError(
        f"{cost}{cap}.",
        cap=headroom.cap,
        advice=headroom.advice
        or _advice(headroom.next_chance, "raise the cap in Settings"),
    )


def _advice(next_chance: str, otherwise: str) -> str:
    wait = f"wait until {next_chance}, " if next_chance else ""
    return f"Use fewer or cheaper models, {wait}or {otherwise}."
