"""Stops a run before the call that would exceed its budget."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from decimal import Decimal

from moa_core.errors import CapReachedError, WithheldError
from moa_core.run import Begin, CompletionRequest, Provider, Restart, StreamItem
from moa_core.usage import Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one run may spend. Calls under way are not cut: they are paid for anyway.

    Attributes:
        limit_usd: US dollars; the call that reaches them is the last.
        allow_unknown: Whether to go on after a call whose price nobody knows.
    """

    limit_usd: Decimal
    allow_unknown: bool = False

    def check(self, spent: Cost) -> None:
        """Look before a call; a run that costs nothing never reaches a limit.

        Raises:
            CapReachedError: No further call may be made.
        """
        if spent.unknown_calls and not self.allow_unknown:
            raise CapReachedError(
                f"Stopped after {spent}: the cost of a call is unknown, so the cap "
                "can't be checked."
            )
        if spent.usd and spent.usd >= self.limit_usd:
            raise CapReachedError(
                f"Stopped after {spent}: your caps allow this run "
                f"{Cost(self.limit_usd)}."
            )


@dataclass(frozen=True, slots=True)
class BudgetedProvider:
    """Lets no further attempt begin once a run has spent what it may.

    Attributes:
        provider: Asks the model.
        check: Raises a CapReachedError when nothing may be spent any more.
    """

    provider: Provider
    check: Callable[[], None]

    async def stream(
        self, request: CompletionRequest
    ) -> AsyncGenerator[StreamItem, None]:
        """Stream the answer.

        Raises:
            WithheldError: A further attempt would have followed.
        """
        async with aclosing(self.provider.stream(request)) as items:
            async for item in items:
                if isinstance(item, Begin):
                    raise_if_withheld(self.check, request)
                yield item
                if isinstance(item, Restart):  # whose cost is known by now
                    raise_if_withheld(self.check, request)


def raise_if_withheld(check: Callable[[], None], request: CompletionRequest) -> None:
    """Check the budget before a further attempt of ``request``.

    Raises:
        WithheldError: ``check`` raised a CapReachedError.
    """
    try:
        check()
    except CapReachedError as error:
        raise request.error(WithheldError, str(error)) from None
