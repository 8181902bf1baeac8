"""Has the answer written: by the aggregator, or a fallback of it."""

import asyncio
from collections.abc import Sequence

from moa_core.engine.pacing import SeatWatch
from moa_core.engine.seat_asking import SeatAsker, errors_of, succeeded
from moa_core.errors import NoSynthesisError
from moa_core.mixture import Seat
from moa_core.run import Call, SeatRole, SeatState


async def synthesise(
    asker: SeatAsker, writer: SeatRole, references: Sequence[Call]
) -> Call:
    """Call the aggregator, then its fallbacks, until one of them answers.

    With hedging the next one is asked too when nothing comes of the one before.

    Args:
        asker: Asks the agents of the run.
        writer: Their role: ``judge`` where they judge answers.
        references: The proposals of the last layer, in proposer order.

    Raises:
        NoSynthesisError: None of them answered.
        CapReachedError: The run has spent what it may.
    """
    calls: dict[Seat, Call] = {}
    while len(calls) < len(asker.config.aggregators):
        asker.caller.check_budget()
        asked = await _ask(asker, writer, len(calls), references)
        calls |= asked
        for call in filter(succeeded, asked.values()):
            return call
    asker.raise_if_withheld(calls.values())
    raise NoSynthesisError(errors_of(calls))


async def _ask(
    asker: SeatAsker, writer: SeatRole, position: int, references: Sequence[Call]
) -> dict[Seat, Call]:
    """Ask an aggregator, and the next one as well if this one stays silent."""
    seats = [
        SeatState(role=writer, seat=Seat(len(asker.config.layers), place), agent=agent)
        for place, agent in enumerate(asker.config.aggregators)
    ][position : position + 2]
    begun = asker.open_calls.begin
    first = begun(asker.ask(writer, seats[0].seat, seats[0].agent, references))
    after_s = asker.hedge_after_s(writer, seats[0].agent)
    if after_s is None or len(seats) == 1:
        return {seats[0].seat: await first}
    watch = SeatWatch(seats)

    def now_s() -> float:
        return asker.caller.now_s

    with asker.caller.watching(watch):
        silent = await watch.stays_silent(seats[0].seat, after_s, now_s)
        if not silent or not asker.may_hedge(seats[0].seat, seats[1].agent, after_s):
            return {seats[0].seat: await first}
        second = begun(asker.ask(writer, seats[1].seat, seats[1].agent, references))
        loser = await watch.slower_of(seats[0].seat, seats[1].seat)
    if loser:
        asker.controls.stop_seat(loser)
    await asyncio.wait([first, second])
    return {seats[0].seat: first.result(), seats[1].seat: second.result()}
