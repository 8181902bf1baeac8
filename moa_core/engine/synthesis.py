"""Has the answer written: by the aggregator, or a fallback of it."""

from collections.abc import Sequence

from moa_core.engine.seat_asking import SeatAsker, errors_of, succeeded
from moa_core.errors import NoSynthesisError
from moa_core.mixture import Seat
from moa_core.run import Call, SeatRole


async def synthesise(
    asker: SeatAsker, writer: SeatRole, references: Sequence[Call]
) -> Call:
    """Call the aggregator, then its fallbacks, until one of them answers.

    Args:
        asker: Asks the agents of the run.
        writer: Their role: ``judge`` where they judge answers.
        references: The proposals of the last layer, in proposer order.

    Raises:
        NoSynthesisError: None of them answered.
        CapReachedError: The run has spent what it may.
    """
    calls: dict[Seat, Call] = {}
    for position, agent in enumerate(asker.config.aggregators):
        asker.caller.check_budget()
        seat = Seat(len(asker.config.layers), position)
        calls[seat] = await asker.ask(writer, seat, agent, references)
        if succeeded(calls[seat]):
            return calls[seat]
    asker.raise_if_withheld(calls.values())
    raise NoSynthesisError(errors_of(calls))
