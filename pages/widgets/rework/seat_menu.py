"""What can be done with one proposal: ask again, ask another model, go on from it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.run import SeatState
from pages.widgets.mixture import pick_label
from pages.widgets.models import model_refs
from pages.widgets.rework import finished_run
from pages.widgets.rework.finished_run import FinishedRun
from pages.widgets.rework.next_origin import go_on_button


def seat_menu(place: DeltaGenerator, ended: FinishedRun, seat: SeatState) -> None:
    """Draw the button that opens to all that can be done with a proposal."""
    menu = place.popover(
        ":material/more_horiz:",
        key=_key(ended, seat, "more"),
        type="tertiary",
        on_change="rerun",
        help="Ask again, ask another model, use as the answer",
    )
    if menu.open:
        answer, key = ended.run.ref(seat.seat), _key(ended, seat, "use")
        go_on_button(menu, ended, answer, "proposal", key, in_menu=True)
        retry_button(menu, ended, seat, "more")
        _other_model(menu, ended, seat)


def retry_button(
    place: DeltaGenerator, ended: FinishedRun, seat: SeatState, where: str
) -> None:
    """Draw the button that asks a proposer again; ``where`` tells two of them apart."""
    place.button(
        "Ask it again",
        key=_key(ended, seat, f"retry-{where}"),
        icon=":material/refresh:",
        help="One new call; the other proposals stay as they are.",
        disabled=ended.busy,
        width="stretch",
        on_click=finished_run.retry_seat,
        args=(ended.app, ended.run, seat.seat),
    )


def _other_model(place: DeltaGenerator, ended: FinishedRun, seat: SeatState) -> None:
    """Another model in its place."""
    key = _key(ended, seat, "other")
    ref = place.selectbox(
        "Another model in its place",
        [ref for ref in model_refs(ended.app) if ref != seat.agent.ref],
        index=None,
        key=key,
        format_func=pick_label,
        placeholder="Choose a model",
    )
    place.button(
        "Ask that model instead",
        key=_key(ended, seat, "ask-other"),
        disabled=ended.busy or ref is None,
        width="stretch",
        on_click=_ask_instead,
        args=(ended, seat, key),
    )


def _ask_instead(ended: FinishedRun, seat: SeatState, key: str) -> None:
    agent = seat.agent.with_model(st.session_state[key])
    finished_run.retry_seat(ended.app, ended.run, seat.seat, agent)


def _key(ended: FinishedRun, seat: SeatState, what: str) -> str:
    return f"{ended.run.uid}-{seat.seat.layer_index}-{seat.seat.position}-{what}"
