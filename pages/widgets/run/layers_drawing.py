"""Draws the mixture as it ran: a box a seat with its cost and time, layer by layer."""

from collections.abc import Sequence
from typing import Final

from moa_core.review import LayerTime, SeatTime, timeline
from moa_core.run import RunState, SeatState
from pages.widgets.formatting import figures
from pages.widgets.run.markup import (
    FAILED,
    GREY,
    SMALL,
    STOPPED,
    WRITING,
    div,
    layer_title_html,
    model_html,
    money_html,
)

_BOX: Final = (
    "flex:1 1 8.5rem;max-width:16rem;min-width:0;border-radius:.5rem;"
    "padding:.4rem .6rem;font-size:.9rem;overflow:hidden;overflow-wrap:anywhere"
)
_SEATS: Final = "display:flex;flex-wrap:wrap;gap:.5rem;justify-content:center"
_CENTRED: Final = "text-align:center"


def layers_html(state: RunState) -> str:
    """Question, layers and answer, joined by arrows that say what was read, as HTML.

    It is safe: figures, our own words, and names of models that are escaped.
    """
    line = timeline(state)
    rows = [div(_CENTRED, "<b>Question</b>")]
    for index, layer in enumerate(line.layers):
        proposers = index < len(state.layers)
        seats = state.layers[index].seats if proposers else state.aggregators
        read = ""
        if index:
            before = state.layers[index - 1].seats
            left_out = sum(not seat.included for seat in before)
            read = f"{len(state.read_by(index))} of {len(before)} read"
            read += f", {left_out} left out" if left_out else ""
        arrow = f"{_CENTRED};line-height:1.2;margin:.35rem 0;{SMALL}"
        rows.append(div(arrow, f"↓<br>{read}"))
        rows.append(_layer(layer, seats, index + 1 if proposers else None))
    return div(
        "width:100%;max-width:60rem",
        *rows,
        attributes='role="group" aria-label="The layers of this run, first to last"',
    )


def _layer(layer: LayerTime, states: Sequence[SeatState], number: int | None) -> str:
    seats = [
        _seat(layer, seat, state)
        for seat, state in zip(layer.seats, states, strict=True)
        if number or state.calls or seat.seat.position == 0
    ]
    title = "Answer" if number is None else f"Layer {number}"
    head = div(f"{_CENTRED};margin-bottom:.3rem", layer_title_html(layer))
    return div(
        f"border:1px solid {GREY};border-radius:.8rem;padding:.5rem .6rem .7rem",
        head,
        div(_SEATS, *seats),
        attributes=f'role="group" aria-label="{title}"',
    )


def _seat(layer: LayerTime, seat: SeatTime, state: SeatState) -> str:
    """One box: solid if it was read, dashed if left out, dotted if it has no text."""
    if seat.status == "failed":
        border = f"2px dotted {FAILED}"
    elif seat.status in ("stopped", "interrupted"):
        border = f"2px dotted {STOPPED}"
    elif seat.status == "pending":
        border = f"1px dotted {GREY}"
    else:
        border = f"2px {'solid' if seat.included else 'dashed'} {WRITING}"
    facts = _facts(layer, seat, state)
    lines = "".join(f'<div style="{SMALL}">{fact}</div>' for fact in facts)
    name = f"<b>{model_html(seat.agent)}</b>"
    return div(f"{_BOX};border:{border}", name, lines)


def _facts(layer: LayerTime, seat: SeatTime, state: SeatState) -> list[str]:
    """Time and money of the seat, of a kept one what they had been; then the rest."""
    marks = ["not asked"]
    if seat.bars:
        marks = [f"{figures.seconds(seat.took_s)} · {money_html(seat.cost)}"]
    elif seat.reused and state.call:
        took = figures.seconds(state.call.latency_s)
        marks = [f"was {took} · {money_html(state.call.cost)}"]
    if seat.reused:
        marks.append("kept, not paid again")
    if not seat.included:
        marks.append("came too late" if seat.late else "left out")
    if seat.status in ("failed", "stopped", "interrupted"):
        marks.append(seat.status)
    if len(state.calls) > 1:
        marks.append(f"{len(state.calls)} tries")
    if seat.on_critical_path and seat.role == "proposer" and len(layer.seats) > 1:
        marks.append("◆ the slowest")
    return marks
