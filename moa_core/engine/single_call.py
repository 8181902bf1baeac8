"""Makes a call that stands beside a run's layers, such as the one for a title."""

from collections.abc import Mapping
from dataclasses import dataclass

from moa_core.engine.budget import Budget
from moa_core.engine.caller import SeatCaller
from moa_core.engine.seat_request import SeatRequest
from moa_core.pricing import PriceBook
from moa_core.run import (
    Call,
    CallFailed,
    CallFinished,
    CallRestarted,
    Provider,
    RunEvent,
    SeatControl,
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request of it, ended.

    Attributes:
        wait_s: Seconds until the next one began; ``None`` after the last.
    """

    call: Call
    wait_s: float | None = None


async def make_call(
    providers: Mapping[str, Provider],
    prices: PriceBook,
    request: SeatRequest,
    budget: Budget | None = None,
) -> list[Attempt]:
    """Ask one agent until it answers or fails for good.

    Args:
        providers: By endpoint name, with their policies around them.
        prices: Where costs come from.
        request: Whom to ask what.
        budget: What may be spent on it.

    Returns:
        Every attempt, billed; the last one has the answer, or why there is none.
    """
    attempts: list[Attempt] = []

    def keep(event: RunEvent) -> None:
        if isinstance(event, CallRestarted):
            attempts.append(Attempt(event.call, event.wait_s))
        elif isinstance(event, CallFinished | CallFailed):
            attempts.append(Attempt(event.call))

    caller = SeatCaller(providers, prices, keep, budget)
    await caller.complete(request, SeatControl())
    return attempts
