"""What a timeline comes to: what took the time, and what would have helped."""

from typing import Final

from moa_core.review import SeatTime, StepKind, Timeline
from pages.widgets.formatting import figures, model_name

NOTICED_S: Final = 0.05
"""Less is no finding."""

_SPENT: Final[tuple[tuple[str, tuple[StepKind, ...]], ...]] = (
    ("waiting for first words", ("first word",)),
    ("writing", ("writing",)),
    ("lost to attempts that failed and the pauses after them", ("lost", "pause")),
    ("waiting for a free place at the endpoint", ("queue",)),
    ("after the last call", ("other",)),
)


def findings(line: Timeline) -> list[str]:
    """Lines of Markdown, the most general first."""
    return [
        _spent(line),
        *(
            _saves(line, seat)
            for seat in line.seats
            if (seat.saves_s or 0) >= NOTICED_S
        ),
        *_nobody_waited(line),
    ]


def _spent(line: Timeline) -> str:
    """What the critical path was spent on."""
    parts = [
        f"{figures.seconds(line.spent_s(*kinds))} {what}"
        for what, kinds in _SPENT
        if line.spent_s(*kinds) >= NOTICED_S
    ]
    total = figures.seconds(line.total_s)
    return f"Of **{total}** on the critical path: {', '.join(parts)}."


def _saves(line: Timeline, seat: SeatTime) -> str:
    """What the run would have been without one of those it waited for."""
    sooner = f"**{figures.seconds(seat.saves_s or 0)} sooner**, all else equal"
    name = f"**{model_name(seat.agent)}**"
    if seat.role == "aggregator":
        return f"Without {name}, which did not answer: {sooner}."
    where = f"Without {name} in layer {seat.seat.layer_index + 1}"
    if seat.next_slowest is None:
        return f"{where}: {sooner}."
    other = model_name(line.seat_at(seat.next_slowest).agent)
    return f"{where}, or with it as fast as {other}: {sooner}."


def _nobody_waited(line: Timeline) -> list[str]:
    """How many could have been slower, and how far, at no loss of time."""
    idle = [
        layer.ended_s - seat.ended_s
        for layer in line.layers
        for seat in layer.seats
        if layer.role == "proposer"
        and seat.bars
        and seat.read
        and not seat.on_critical_path
    ]
    if not idle:
        return []
    who = "One proposer was" if len(idle) == 1 else f"{len(idle)} proposers were"
    least = figures.seconds(min(idle))
    span = least if len(idle) == 1 else f"{least} to {figures.seconds(max(idle))}"
    return [f"{who} ready {span} before the slowest of the layer."]
