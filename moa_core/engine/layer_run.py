"""Runs one layer: asks its proposers at once, and says what the next one reads."""

import asyncio
from collections.abc import Sequence

from moa_core.engine.seat_asking import SeatAsker, errors_of, succeeded
from moa_core.errors import NoProposalsError
from moa_core.run import Call, LayerFinished, LayerStarted, Rework


async def run_layer(
    asker: SeatAsker, rework: Rework, index: int, references: Sequence[Call]
) -> list[Call]:
    """Complete a layer and return what the next one reads, in proposer order.

    Args:
        asker: Asks the agents of the run.
        rework: What the run takes over, and whom it asks.
        index: The layer, from 0.
        references: What the layer reads.

    Raises:
        NoProposalsError: Nobody answered, and somebody was to read it.
        CapReachedError: The run has spent what it may.
    """
    caller, controls, config = asker.caller, asker.controls, asker.config
    reused = {s: r for s, r in rework.reused.items() if s.layer_index == index}
    calls = {seat: each.call for seat, each in reused.items()}
    read = {seat: each.call for seat, each in reused.items() if each.read}
    if agents := rework.asked_of(config, index):
        if read:
            controls.allow_ending_layer(index)
        caller.check_budget()
        caller.emit(LayerStarted(caller.now_s, index))
        async with asyncio.TaskGroup() as group:
            tasks = {
                seat: group.create_task(asker.ask("proposer", seat, agent, references))
                for seat, agent in agents.items()
            }
        answers = {seat: task.result() for seat, task in tasks.items()}
        calls |= answers
        read |= {seat: call for seat, call in answers.items() if succeeded(call)}
        answered = sum(map(succeeded, calls.values()))
        seats = len(config.layers[index].proposers)
        caller.emit(LayerFinished(caller.now_s, index, answered, seats))
    if not read:
        asker.raise_if_withheld(calls.values())
        if rework.reads_on(config, index):
            raise NoProposalsError(index, errors_of(calls))
    return [read[seat] for seat in sorted(read)]
