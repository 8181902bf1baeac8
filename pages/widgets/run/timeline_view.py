"""Shows where the time of a run went: a bar a call, findings, and the exact figures.

The drawing is HTML made of figures (markup.py): it takes the theme's own colours, and
its rows fold into two lines where the page is narrow.
"""

from typing import Final

from streamlit.delta_generator import DeltaGenerator

from moa_core.review import Bar, SeatTime, StepKind, Timeline, timeline
from moa_core.run import RunState
from pages.widgets.formatting import figures, model_name
from pages.widgets.markdown import horizontal_scroll, plain_label
from pages.widgets.run.markup import (
    FAILED,
    FAINT,
    GREY,
    SMALL,
    STOPPED,
    WRITING,
    div,
    layer_title_html,
    model_html,
    money_html,
)

_HATCHED: Final = f"repeating-linear-gradient(135deg,{GREY} 0 2px,transparent 2px 6px)"
_LOST: Final = (
    f"repeating-linear-gradient(45deg,{FAILED} 0 4px,rgba(229,72,77,.45) 4px 7px)"
)
_ROW: Final = (
    "display:flex;flex-wrap:wrap;align-items:center;column-gap:.8rem;margin:.3rem 0"
)
_NAME: Final = (
    "flex:1 1 13rem;min-width:0;font-size:.9rem;overflow:hidden;overflow-wrap:anywhere"
)
_TRACK: Final = (
    f"flex:3 1 18rem;position:relative;height:1.1rem;background:{FAINT};"
    "border-radius:.2rem"
)
_KEY: Final = (
    "display:inline-block;width:1rem;height:.7rem;border-radius:.15rem;"
    "margin-right:.3rem"
)
_SHORTEST: Final = 0.4
"""Percent; a shorter stretch could not be seen."""

NOTICEABLE_S: Final = 0.05
"""A shorter time is not worth a word."""

_LEGEND: Final = (
    (_HATCHED, "waiting for a free slot or the next try"),
    (GREY, "waiting for first token"),
    (WRITING, "writing"),
    (_LOST, "lost"),
    (STOPPED, "stopped"),
)


def timeline_view(place: DeltaGenerator, state: RunState) -> None:
    """Draw the bars, say what they come to, and give the exact figures."""
    line = timeline(state)
    if not line.timed:
        place.caption("No timings were recorded for this run.")
        return
    # Safe as HTML: figures, our own words, and names of models that are escaped.
    place.html(timeline_html(line))
    place.markdown("\n".join(f"- {finding}" for finding in findings(line)))
    horizontal_scroll(place).markdown(timeline_table(line))


def timeline_html(line: Timeline) -> str:
    """Draw the bars, layer by layer, over one axis, as HTML."""
    total = figures.seconds(line.total_s)
    scale = "flex:3 1 18rem;display:flex;justify-content:space-between"
    axis = div(f"{scale};{SMALL}", f"<span>0 s</span><span>{total}</span>")
    rows = [div(_ROW, div("flex:1 1 13rem"), axis)]
    for layer in line.layers:
        rows.append(div("margin-top:.5rem", layer_title_html(layer)))
        proposers = layer.role == "proposer"
        rows += [
            _seat(seat, line.total_s)
            for seat in layer.seats
            if proposers or seat.bars or seat.reused
        ]
    keys = [
        f'<span style="white-space:nowrap"><span style="{_KEY};background:{fill}">'
        f"</span>{what}</span>"
        for fill, what in _LEGEND
    ]
    keys.append("<span>◆ on the critical path: it decided how long the run took</span>")
    legend = "display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin-top:.7rem"
    rows.append(div(f"{legend};{SMALL}", *keys))
    name = f"Timeline of a run of {total}, call by call."
    attributes = f'role="group" aria-label="{name}"'
    return div("width:100%", *rows, attributes=attributes)


def _seat(seat: SeatTime, total_s: float) -> str:
    mark = "◆ " if seat.on_critical_path else ""
    name = f"{mark}{model_html(seat.agent)}"
    about = f'<div style="{SMALL}">{_about(seat)}</div>'
    stretches = "".join(_stretches(bar, total_s) for bar in seat.bars)
    if seat.on_critical_path:
        line = "bottom:-4px;height:3px;background:currentColor"
        stretches += _stretch(seat.began_s, seat.ended_s, total_s, line, "")
    return div(_ROW, div(_NAME, name, about), div(_TRACK, stretches))


def _about(seat: SeatTime) -> str:
    """What the seat took, in a few words."""
    left_out = [] if seat.included else ["came too late" if seat.late else "left out"]
    if seat.reused:
        return " · ".join(["kept from an earlier run", *left_out])
    if not seat.bars:
        return "not asked"
    last = seat.bars[-1]
    parts = [figures.seconds(seat.took_s), money_html(seat.cost)]
    if last.status in ("failed", "stopped", "interrupted"):
        parts.append(last.status)
    if len(seat.bars) > 1:
        parts.append(f"{len(seat.bars)} tries")
    if any(bar.stalled for bar in seat.bars):
        parts.append("stalled")
    return " · ".join([*parts, *left_out])


def _stretches(bar: Bar, total_s: float) -> str:
    waits = "waiting for a free slot" if bar.attempt == 1 else "waiting to retry"
    parts = []
    if bar.waited_s >= NOTICEABLE_S:
        parts.append((bar.asked_s, bar.began_s, _HATCHED, waits))
    if bar.status in ("failed", "interrupted"):
        what = "stalled" if bar.stalled else bar.status
        parts.append((bar.began_s, bar.ended_s, _LOST, what))
    else:
        first_s = bar.ended_s if bar.first_s is None else bar.first_s
        colour = STOPPED if bar.status == "stopped" else WRITING
        parts.append((bar.began_s, first_s, GREY, "waiting for first token"))
        parts.append((first_s, bar.ended_s, colour, "writing"))
    return "".join(
        _stretch(from_s, to_s, total_s, f"top:0;height:100%;background:{fill}", what)
        for from_s, to_s, fill, what in parts
        if to_s > from_s
    )


def _stretch(from_s: float, to_s: float, total_s: float, look: str, what: str) -> str:
    """A piece of a bar; pointing at it says what it is."""
    width = max(_SHORTEST, 100 * (to_s - from_s) / total_s)
    left = min(100 * from_s / total_s, 100 - width)
    took = figures.seconds(to_s - from_s)
    title = f'title="{what}: {took}"' if what else 'aria-hidden="true"'
    style = f"position:absolute;left:{left:.2f}%;width:{width:.2f}%;{look}"
    return div(style, attributes=title)


_SPENT: Final[tuple[tuple[str, tuple[StepKind, ...]], ...]] = (
    ("waiting for first tokens", ("first word",)),
    ("writing", ("writing",)),
    ("lost to failed attempts and the pauses after them", ("lost", "pause")),
    ("waiting for a free slot at the endpoint", ("queue",)),
    ("waiting for models that came too late", ("late",)),
    ("after the last call", ("other",)),
)


def findings(line: Timeline) -> list[str]:
    """What took the time and what would have helped, as Markdown, the general first."""
    parts = [
        f"{figures.seconds(line.spent_s(*kinds))} {what}"
        for what, kinds in _SPENT
        if line.spent_s(*kinds) >= NOTICEABLE_S
    ]
    total = figures.seconds(line.total_s)
    sentences = [f"Of **{total}** on the critical path: {', '.join(parts)}."]
    sentences += [
        _without(line, seat, seat.saves_s)
        for seat in line.seats
        if seat.saves_s is not None and seat.saves_s >= NOTICEABLE_S
    ]
    early_s = [
        layer.ended_s - seat.ended_s
        for layer in line.layers
        if layer.role == "proposer"
        for seat in layer.seats
        if seat.bars and seat.read and not seat.on_critical_path
    ]
    if early_s:
        early = f"One proposer was ready {figures.seconds(early_s[0])}"
        if len(early_s) > 1:
            span = f"{figures.seconds(min(early_s))} to {figures.seconds(max(early_s))}"
            early = f"{len(early_s)} proposers were ready {span}"
        sentences.append(f"{early} before the slowest of the layer.")
    return sentences


def _without(line: Timeline, seat: SeatTime, saves_s: float) -> str:
    """What the run would have been without one of those it waited for."""
    sooner = f"**{figures.seconds(saves_s)} sooner**, all else equal"
    name = f"**{model_name(seat.agent)}**"
    if seat.role == "aggregator":
        return f"Without {name}, which failed: {sooner}."
    where = f"Without {name} in layer {seat.seat.layer_index + 1}"
    if seat.next_slowest is None:
        return f"{where}: {sooner}."
    other = model_name(line.seat_at(seat.next_slowest).agent)
    return f"{where}, or with it as fast as {other}: {sooner}."


_HEAD: Final = (
    "| Layer | Model | Try | Waited | Began at | First token at | Ended at | Cost | "
    "Without it |"
)
_RULE: Final = "|---|---|--:|--:|--:|--:|--:|--:|--:|"


def timeline_table(line: Timeline) -> str:
    """A Markdown table, a row a call, in seconds of the run.

    What would have been without a seat stands in its last row.
    """
    rows = [
        _row(seat, bar, last=bar is seat.bars[-1])
        for seat in line.seats
        for bar in seat.bars
    ]
    return "\n".join([_HEAD, _RULE, *rows])


def _row(seat: SeatTime, bar: Bar, *, last: bool) -> str:
    proposes = seat.role == "proposer"
    saves = ""
    if last and seat.saves_s is not None:
        saves = f"−{_exact(seat.saves_s)}" if seat.saves_s >= 0.005 else "the same"
    cells = [
        str(seat.seat.layer_index + 1) if proposes else "Answer",
        plain_label(seat.agent.ref, limit=60),
        str(bar.attempt),
        _exact(bar.waited_s),
        _exact(bar.began_s),
        "" if bar.first_s is None else _exact(bar.first_s),
        _exact(bar.ended_s),
        figures.money_cell(bar.cost),
        saves,
    ]
    return f"| {' | '.join(cells)} |"


def _exact(amount_s: float) -> str:
    return f"{amount_s:.2f} s"
