"""Where the time of a run went: a bar a call, what decided, and what would have helped.

The drawing is HTML made of figures (markup.py): it takes the theme's own colours, and
its rows fold into two lines where the page is narrow.
"""

from typing import Final

from streamlit.delta_generator import DeltaGenerator

from moa_core.review import Bar, LayerTime, SeatTime, Timeline, timeline
from moa_core.run import RunState
from pages.widgets.formatting import (
    FAILED,
    FAINT,
    GREY,
    SMALL,
    STOPPED,
    WRITING,
    div,
    figures,
    layer_title_html,
    model_html,
    money_html,
)
from pages.widgets.markdown import horizontal_scroll
from pages.widgets.run.timeline_findings import NOTICED_S, findings
from pages.widgets.run.timeline_table import timeline_table

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

_LEGEND: Final = (
    (_HATCHED, "waited for a place or the next try"),
    (GREY, "no word yet"),
    (WRITING, "wrote"),
    (_LOST, "lost"),
    (STOPPED, "stopped"),
)


def timeline_view(place: DeltaGenerator, state: RunState) -> None:
    """Draw the bars, say what they come to, and give the exact figures."""
    line = timeline(state)
    if not line.timed:
        place.caption("No times were kept of this run's calls.")
        return
    # Safe as HTML: figures, our own words, and names of models that are escaped.
    place.html(timeline_html(line))
    place.markdown("\n".join(f"- {said}" for said in findings(line)))
    horizontal_scroll(place).markdown(timeline_table(line))


def timeline_html(line: Timeline) -> str:
    """The bars, layer by layer, over one axis."""
    layers = [_layer(layer, line.total_s) for layer in line.layers]
    said = f"Timeline of a run of {figures.seconds(line.total_s)}, call by call."
    return div(
        "width:100%",
        _axis(line.total_s),
        *layers,
        _legend(),
        attributes=f'role="group" aria-label="{said}"',
    )


def _axis(total_s: float) -> str:
    ends = f"<span>0 s</span><span>{figures.seconds(total_s)}</span>"
    scale = div(
        f"flex:3 1 18rem;display:flex;justify-content:space-between;{SMALL}", ends
    )
    return div(_ROW, div("flex:1 1 13rem"), scale)


def _layer(layer: LayerTime, total_s: float) -> str:
    proposers = layer.role == "proposer"
    seats = [seat for seat in layer.seats if proposers or seat.bars or seat.reused]
    rows = "".join(_seat(seat, total_s) for seat in seats)
    return div("margin-top:.5rem", layer_title_html(layer)) + rows


def _seat(seat: SeatTime, total_s: float) -> str:
    mark = "◆ " if seat.on_critical_path else ""
    name = f"{mark}{model_html(seat.agent)}"
    told = f'<div style="{SMALL}">{_told(seat)}</div>'
    stretches = "".join(_stretches(bar, total_s) for bar in seat.bars)
    if seat.on_critical_path:
        line = "bottom:-4px;height:3px;background:currentColor"
        stretches += _stretch(seat.began_s, seat.ended_s, total_s, line, "")
    return div(_ROW, div(_NAME, name, told), div(_TRACK, stretches))


def _told(seat: SeatTime) -> str:
    """What the seat took, in a few words."""
    left_out = [] if seat.included else ["left out"]
    if seat.reused:
        return " · ".join(["kept from an earlier run", *left_out])
    if not seat.bars:
        return "not asked"
    last = seat.bars[-1]
    parts = [figures.seconds(seat.took_s), money_html(seat.cost)]
    if last.status not in ("succeeded", "waiting", "writing", "restarting"):
        parts.append(last.status)
    if len(seat.bars) > 1:
        parts.append(f"{len(seat.bars)} tries")
    if any(bar.stalled for bar in seat.bars):
        parts.append("stalled")
    return " · ".join([*parts, *left_out])


def _stretches(bar: Bar, total_s: float) -> str:
    waits = "waited for a place" if bar.attempt == 1 else "paused before the next try"
    parts = []
    if bar.waited_s >= NOTICED_S:
        parts.append((bar.asked_s, bar.began_s, _HATCHED, waits))
    if bar.status in ("failed", "interrupted"):
        what = "stalled" if bar.stalled else bar.status
        parts.append((bar.began_s, bar.ended_s, _LOST, what))
    else:
        first_s = bar.ended_s if bar.first_s is None else bar.first_s
        colour = STOPPED if bar.status == "stopped" else WRITING
        parts.append((bar.began_s, first_s, GREY, "no word yet"))
        parts.append((first_s, bar.ended_s, colour, "wrote"))
    return "".join(
        _stretch(from_s, to_s, total_s, f"top:0;height:100%;background:{fill}", what)
        for from_s, to_s, fill, what in parts
        if to_s > from_s
    )


def _stretch(from_s: float, to_s: float, total_s: float, look: str, what: str) -> str:
    """A piece of a bar; pointing at it says what it is."""
    left = 100 * from_s / total_s
    width = max(_SHORTEST, 100 * (to_s - from_s) / total_s)
    left = min(left, 100 - width)
    took = figures.seconds(to_s - from_s)
    title = f'title="{what}: {took}"' if what else 'aria-hidden="true"'
    style = f"position:absolute;left:{left:.2f}%;width:{width:.2f}%;{look}"
    return div(style, attributes=title)


def _legend() -> str:
    keys = [
        f'<span style="white-space:nowrap"><span style="{_KEY};background:{fill}">'
        f"</span>{what}</span>"
        for fill, what in _LEGEND
    ]
    keys.append("<span>◆ on the critical path: it decided how long the run took</span>")
    style = f"display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin-top:.7rem;{SMALL}"
    return div(style, *keys)
