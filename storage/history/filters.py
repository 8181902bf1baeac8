"""Turns the filters of a list into SQL conditions."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func

from storage.schema import ConversationKind, ConversationRow, RunRow, is_of_kind
from storage.values import TimeSpan, nano_usd

MOST_USD: Final = Decimal(10**9)

RunOutcome = Literal["succeeded", "partial", "failed", "stopped", "interrupted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a conversation, or what was said in it, must be like; ``None`` is any.

    Attributes:
        preset: The name of the preset that it ran with.
        model: A model that took part, whoever served it.
        outcome: How a run of it ended; ``partial``: answered, though calls failed.
        at_least_usd: What the whole conversation cost, as far as that is known.
        at_most_usd: The same; what may have cost more is left out.
        since: When it was last used, or, searching, when it was said.
        until: The same, exclusive.
        pinned: Only pinned ones, or only others.
        archived: Only archived ones, or only others.
        kind: Only chats, only duels and so on; for ``None`` chats, duels and, in a
            search, what programs asked: they may ask far more than their user.
    """

    preset: str | None = None
    model: str | None = None
    outcome: RunOutcome | None = None
    at_least_usd: Decimal | None = None
    at_most_usd: Decimal | None = None
    since: datetime | None = None
    until: datetime | None = None
    pinned: bool | None = None
    archived: bool | None = None
    kind: ConversationKind | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) is not None for field in fields(self))


def on_conversations(
    filters: Filters, at_ms: SQLColumnExpression[int]
) -> list[ColumnElement[bool]]:
    """What they ask of a conversation, and of a moment ``at_ms`` in it.

    Deleted conversations are never wanted. Experiments and benchmarks are where they
    are asked for: their questions may be in chats already.
    """
    row = ConversationRow
    wanted: list[ColumnElement[bool]] = [row.deleted_at.is_(None)]
    if filters.kind is None:
        wanted.append(row.kind != "experiment")
    elif filters.kind in ("chat", "duel", "api"):
        wanted.append(row.kind == filters.kind)
    else:
        wanted += [row.kind == "experiment", is_of_kind(filters.kind)]
    if filters.pinned is not None:
        wanted.append(row.pinned_at.is_not(None) == filters.pinned)
    if filters.archived is not None:
        wanted.append(row.archived_at.is_not(None) == filters.archived)
    if filters.at_least_usd is not None:
        wanted.append(row.cost_nusd >= _nano_usd(filters.at_least_usd))
    if filters.at_most_usd is not None:
        at_most = _nano_usd(filters.at_most_usd)
        wanted.append(and_(row.cost_nusd <= at_most, row.cost_unknown_calls == 0))
    return wanted + TimeSpan(filters.since, filters.until).holds(at_ms)


def on_runs(
    filters: Filters, config_ids: Collection[int] | None, *, leading: bool = True
) -> list[ColumnElement[bool]]:
    """What they ask of a run.

    Args:
        filters: The filters.
        config_ids: The mixtures that have the wanted model; ``None``: any will do.
        leading: Whether runs are found by this. Where they are known already, an index
            on what is asked must not tempt the database to look through all of them.
    """
    preset: ColumnElement[str | None] = RunRow.preset_name.expression
    config: ColumnElement[int] = RunRow.config_id.expression
    if not leading:
        preset, config = func.coalesce(preset, ""), func.coalesce(config, 0)
    wanted: list[ColumnElement[bool]] = []
    if filters.preset is not None:
        wanted.append(preset == filters.preset)
    if config_ids is not None:
        wanted.append(config.in_(config_ids))
    if filters.outcome == "partial":
        wanted += [RunRow.status == "succeeded", RunRow.calls_failed > 0]
    elif filters.outcome is not None:
        wanted.append(RunRow.status == filters.outcome)
    return wanted


def _nano_usd(usd: Decimal) -> int:
    """An amount that a column can be compared with, however much it is."""
    return nano_usd(min(usd, MOST_USD))
