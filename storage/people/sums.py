"""Sums up what one person has: for an administrator, who sees no text of it."""

from dataclasses import dataclass

from sqlalchemy import func, select

from moa_core.usage import Cost
from storage.database import Database
from storage.schema import ConversationRow, ErasedSpendRow, RunRow
from storage.spending import Ledger
from storage.values import cost, total


@dataclass(frozen=True, slots=True)
class Sums:
    """What is in a person's database, added up.

    Attributes:
        month: What this month's runs have cost.
        ever: What all runs have cost, those of deleted chats included.
        chats: How many chats there are, without deleted ones.
    """

    month: Cost
    ever: Cost
    chats: int


def sums_of(database: Database) -> Sums:
    """What is in a database, added up.

    Raises:
        StorageError: It cannot be read.
    """
    chats = select(func.count()).where(
        ConversationRow.kind == "chat", ConversationRow.deleted_at.is_(None)
    )
    spent = [
        select(total(row.cost_nusd), total(row.cost_unknown_calls))
        for row in (RunRow, ErasedSpendRow)
    ]
    with database.reading() as session:
        (now, now_unknown), (gone, gone_unknown) = (
            session.execute(each).one() for each in spent
        )
        count = session.scalar(chats) or 0
    ever = cost(now + gone, now_unknown + gone_unknown)
    return Sums(Ledger(database).spent("month").cost, ever, count)
