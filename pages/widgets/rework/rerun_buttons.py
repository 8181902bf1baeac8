"""Draws the buttons that ask models of a finished run again: one, or the rest."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.mixture import Seat
from moa_core.plan import rework_plan
from moa_core.run import SeatState
from pages.widgets.mixture import pick_label
from pages.widgets.rework.finished_run import FinishedRun
from pages.widgets.rework.next_origin import go_on_button
from pages.widgets.rework.versions import nothing_new

NOTHING_NEW = (
    "The model that was asked again has not answered. Its column says why; what was "
    "there before is kept, and can be chosen above."
)
_NEW = (
    ":material/update: **A proposal is new.** What was written after it has not read "
    "it yet."
)
_NOT_ASKED = ":material/pending: **Not finished.** The proposals so far are kept."


def seat_menu(place: DeltaGenerator, finished: FinishedRun, seat: SeatState) -> None:
    """Draw the button that opens to all that can be done with a proposal."""
    key = _seat_key(finished, seat)
    menu = place.popover(
        ":material/more_horiz:",
        key=f"{key}-more",
        type="tertiary",
        on_change="rerun",
        help="Ask again, ask another model, use as the answer",
    )
    if not menu.open:
        return

    def ask_other() -> None:
        other = seat.agent.with_model(st.session_state[f"{key}-other"])
        finished.retry_seat(seat.seat, other)

    answer = finished.run.ref(seat.seat)
    go_on_button(menu, finished, answer, "proposal", f"{key}-use", in_menu=True)
    retry_button(menu, finished, seat, "more")
    ref = menu.selectbox(
        "Another model in its place",
        [ref for ref in finished.model_refs() if ref != seat.agent.ref],
        index=None,
        key=f"{key}-other",
        format_func=pick_label,
        placeholder="Choose a model",
    )
    menu.button(
        "Ask that model instead",
        key=f"{key}-ask-other",
        disabled=finished.busy or ref is None,
        width="stretch",
        on_click=ask_other,
    )


def retry_button(
    place: DeltaGenerator, finished: FinishedRun, seat: SeatState, where: str
) -> None:
    """Draw the button that asks a proposer again; ``where`` tells two of them apart."""
    place.button(
        "Ask it again",
        key=f"{_seat_key(finished, seat)}-retry-{where}",
        icon=":material/refresh:",
        help="One new call; the other proposals stay as they are.",
        disabled=finished.busy,
        width="stretch",
        on_click=finished.retry_seat,
        args=(seat.seat,),
    )


def _seat_key(finished: FinishedRun, seat: SeatState) -> str:
    return f"{finished.run.uid}-{seat.seat.layer_index}-{seat.seat.position}"


def resume_offer(place: DeltaGenerator, finished: FinishedRun) -> None:
    """Offer to ask whoever has not read the proposals that are there.

    Nothing of it is done unasked, and its price is said before.
    """
    state = finished.run.state
    if nothing_new(finished.run):
        place.info(NOTHING_NEW, icon=":material/info:")
        return
    unrun, stale = rework_plan.first_unrun_layer(state), _stale_seats(finished)
    if stale:
        first = min(seat.layer_index for seat in stale)
        reason, again = _NEW, " again"
    elif unrun is not None:
        first, reason, again = unrun, _NOT_ASKED, ""
    else:
        return
    label = f"Ask layer {first + 1}{again}, then synthesise"
    if first == len(state.layers):
        label = f"Synthesise{again}"
    plan = partial(rework_plan.rerun_from_layer, state, first)
    box = place.container(border=True, gap="small")
    box.markdown(reason)
    row = box.container(horizontal=True, gap="small", vertical_alignment="center")
    row.button(
        label,
        key=f"{finished.run.uid}-onwards",
        icon=":material/merge:",
        disabled=finished.busy,
        on_click=finished.start,
        args=(plan,),
    )
    row.caption(finished.price_line(plan), width="content")


def _stale_seats(finished: FinishedRun) -> frozenset[Seat]:
    """The seats whose text was written before what they read changed."""
    runs = {run.uid: run for run in finished.turn.runs}
    chain, run = [finished.run], finished.run
    while run.based_on in runs:
        run = runs[run.based_on]
        chain.append(run)
    return rework_plan.stale_seats([each.state for each in reversed(chain)])
