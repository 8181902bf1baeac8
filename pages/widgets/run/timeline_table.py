"""The exact figures behind a timeline: a row a call, in seconds of the run."""

from typing import Final

from moa_core.review import Bar, SeatTime, Timeline
from pages.widgets.formatting import figures
from pages.widgets.markdown import plain_label

_HEAD: Final = (
    "| Layer | Model | Try | Waited | Began at | First word at | Ended at | Cost | "
    "Without it |"
)
_RULE: Final = "|---|---|--:|--:|--:|--:|--:|--:|--:|"


def timeline_table(line: Timeline) -> str:
    """A Markdown table; what would have been without a seat stands in its last row."""
    rows = [
        _row(seat, bar, last=bar is seat.bars[-1])
        for seat in line.seats
        for bar in seat.bars
    ]
    return "\n".join([_HEAD, _RULE, *rows])


def _row(seat: SeatTime, bar: Bar, *, last: bool) -> str:
    proposes = seat.role == "proposer"
    cells = [
        str(seat.seat.layer_index + 1) if proposes else "Answer",
        plain_label(seat.agent.ref, limit=60),
        str(bar.attempt),
        _exact(bar.waited_s),
        _exact(bar.began_s),
        "" if bar.first_s is None else _exact(bar.first_s),
        _exact(bar.ended_s),
        figures.money_cell(bar.cost),
        _without(seat) if last else "",
    ]
    return f"| {' | '.join(cells)} |"


def _without(seat: SeatTime) -> str:
    if seat.saves_s is None:
        return ""
    return f"−{_exact(seat.saves_s)}" if seat.saves_s >= 0.005 else "the same"


def _exact(amount_s: float) -> str:
    return f"{amount_s:.2f} s"
