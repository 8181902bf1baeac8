"""Keeps what a batch spends below its cap: each row holds back what it may cost."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from moa_core.engine import Budget
from moa_core.errors import CapReachedError
from moa_core.usage import Cost


class Cap(Protocol):
    """Says whether a row may begin. Several processes may share one."""

    async def hold(self, usd: Decimal) -> Budget | None:
        """Hold back what a row may cost.

        Returns:
            What its run may spend; ``None`` where the cap leaves less than ``usd``.
        """

    async def settle(self, budget: Budget, spent: Cost) -> None:
        """A row has ended: what it held is free again, but for what it has spent."""


@dataclass(slots=True, eq=False)
class _Held:
    """What one row holds back, and has spent of it."""

    usd: Decimal
    spent_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBudget(Budget):
    """What a row held back; it may spend more as long as nobody else needs that."""

    cap: "LocalCap"
    held: _Held

    def check(self, spent: Cost) -> None:
        """Look before a call.

        Raises:
            CapReachedError: The row has spent what it held, and nothing is free.
        """
        self.held.spent_usd = spent.usd
        if spent.usd and spent.usd >= self.held.usd and self.cap.free_usd <= 0:
            raise CapReachedError(
                f"Stopped after {spent}: the cap of {Cost(self.cap.limit_usd)} leaves "
                "no more."
            )


@dataclass(slots=True)
class LocalCap:
    """The cap of one process.

    Attributes:
        limit_usd: US dollars, for all runs of the batch together.
        spent_usd: By rows that have ended.
    """

    limit_usd: Decimal
    spent_usd: Decimal
    _held: list[_Held] = field(default_factory=list)

    @property
    def free_usd(self) -> Decimal:
        """What nobody has spent or holds back; less than 0 where rows took more."""
        held = (max(each.usd, each.spent_usd) for each in self._held)
        return self.limit_usd - self.spent_usd - sum(held, Decimal(0))

    async def hold(self, usd: Decimal) -> Budget | None:
        """Hold back what a row may cost, if that much is free."""
        if usd > self.free_usd or (usd and self.free_usd <= 0):
            return None
        held = _Held(usd)
        self._held.append(held)
        return HeldBudget(limit_usd=usd, allow_unknown=True, cap=self, held=held)

    async def settle(self, budget: Budget, spent: Cost) -> None:
        """Free what a row held, and count what it spent."""
        if isinstance(budget, HeldBudget):
            self._held.remove(budget.held)
        self.spent_usd += spent.usd
