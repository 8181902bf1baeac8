"""Runs one layer: asks its proposers at once, and says what the next one reads."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

from moa_core.engine.pacing import SeatProgress, SeatWatch, judge_wait, quorum_of
from moa_core.engine.seat_asking import SeatAsker, errors_of, succeeded
from moa_core.errors import NoProposalsError
from moa_core.mixture import AgentSpec, Quorum, Seat
from moa_core.run import (
    Call,
    LayerFinished,
    LayerProceeded,
    LayerStarted,
    Rework,
    RunDecided,
    SeatState,
)


async def run_layer(
    asker: SeatAsker,
    rework: Rework,
    index: int,
    references: Sequence[Call],
    *,
    begun: bool = False,
) -> list[Call]:
    """Run a layer and return what the next one reads, in proposer order.

    With a quorum it goes on without late proposers, unless a user asks them again; in a
    run that was cut off, what had been answered counts. What a layer would have read
    that an earlier run left out is passed on.

    Args:
        asker: Asks the agents of the run.
        rework: What the run takes over, and whom it asks.
        index: The layer, from 0.
        references: What the layer reads.
        begun: Whether some of it was asked already, and is reused.

    Raises:
        NoProposalsError: Nobody answered, and somebody was to read it.
        CapReachedError: The run has spent what it may.
    """
    caller, controls, config = asker.caller, asker.controls, asker.config
    reused = {s: r for s, r in rework.reused.items() if s.layer_index == index}
    calls = {seat: each.call for seat, each in reused.items()}
    read = {seat: each.call for seat, each in reused.items() if each.read}
    agents = rework.asked_of(config, index)
    if not (agents or reused):
        return list(references)
    if agents:
        if read:
            controls.allow_ending_layer(index)
        caller.check_budget()
        if not begun:
            caller.emit(LayerStarted(caller.now_s, index))
        chosen = reused and not (begun or rework.whole)  # a user waits for these
        quorum = None if chosen else config.pace.quorum
        before = () if begun else tuple(read.values())
        answers = await _ask(asker, agents, references, quorum, before)
        calls |= answers
        read |= {seat: call for seat, call in answers.items() if succeeded(call)}
    if agents or begun:
        answered = sum(map(succeeded, calls.values()))
        asked = len(config.layers[index].proposers)
        caller.emit(LayerFinished(caller.now_s, index, answered, asked))
    if not read:
        asker.raise_if_withheld(calls.values())
        if rework.reads_on(config, index):
            raise NoProposalsError(index, errors_of(calls))
    return [read[seat] for seat in sorted(read)]


async def _ask(
    asker: SeatAsker,
    agents: Mapping[Seat, AgentSpec],
    references: Sequence[Call],
    quorum: Quorum | None,
    before: Sequence[Call],
) -> dict[Seat, Call]:
    """Ask all of these at once; how those ended who were waited for.

    Args:
        asker: Asks them.
        agents: By seat.
        references: What they read.
        quorum: How long that is; ``None``: for all.
        before: Answers of their layer from before the run was cut off.
    """
    tasks = {
        seat: asker.open_calls.begin(asker.ask("proposer", seat, agent, references))
        for seat, agent in agents.items()
    }
    late: Collection[Seat] = ()
    if quorum:
        late = await _late_ones(asker, quorum, agents, tasks, before)
    in_time = {seat: task for seat, task in tasks.items() if seat not in late}
    if in_time:  # in a run that was cut off all that is missing may be late
        await asyncio.wait(in_time.values())  # a stop then ends all of them at once
    return {seat: task.result() for seat, task in in_time.items()}


async def _late_ones(
    asker: SeatAsker,
    quorum: Quorum,
    agents: Mapping[Seat, AgentSpec],
    tasks: Mapping[Seat, asyncio.Task[Call]],
    before: Sequence[Call],
) -> Collection[Seat]:
    """Wait for proposers as long as that is worth it; who is left out."""
    caller, began_s = asker.caller, asker.caller.now_s
    there = [SeatProgress.of_earlier(call, began_s) for call in before]
    watch = SeatWatch(
        SeatState(role="proposer", seat=seat, agent=agent)
        for seat, agent in agents.items()
    )
    for task in tasks.values():
        task.add_done_callback(lambda _: watch.wake())
    with caller.watching(watch):
        while not all(task.done() for task in tasks.values()):
            answered = len(there) + watch.answered
            still = sum(not state.ended for state in watch.seats.values())
            look_in_s: float | None = None
            if quorum_of(quorum, answered, still):
                seats = map(asker.usual.progress_of, watch.seats.values())
                verdict = judge_wait(quorum, [*there, *seats], began_s, caller.now_s)
                if verdict.proceeds:
                    return _proceed(asker, watch, answered, verdict.waited_s)
                look_in_s = verdict.look_in_s
            await watch.changed(look_in_s)
    return ()


def _proceed(
    asker: SeatAsker, watch: SeatWatch, answered: int, waited_s: float
) -> Collection[Seat]:
    """Go on without those who are open; who waits to be asked is not asked any more."""
    late = [state for state in watch.seats.values() if not state.ended]
    proceeded = LayerProceeded(
        layer_index=late[0].seat.layer_index,
        answered=answered,
        late=tuple(state.seat for state in late),
        waited_s=waited_s,
    )
    asker.caller.emit(RunDecided(asker.caller.now_s, proceeded))
    for state in late:
        asker.controls.of_seat(state.seat).claim.give_up()
        if state.status not in ("waiting", "writing"):
            asker.controls.stop_seat(state.seat)
    return proceeded.late
