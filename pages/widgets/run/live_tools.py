"""What can be done to a run under way: stop or restart one model, go on without it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.engine import LiveRuns
from moa_core.run import LayerState, SeatState
from pages.widgets.formatting import model_name
from pages.widgets.run.run_tools import NoTools

_WAITING = "layers that the user waits for"


class LiveTools(NoTools):
    """The controls of one run under way.

    Args:
        live: Carries them out.
        uid: The run.
    """

    def __init__(self, live: LiveRuns, uid: str) -> None:
        self._live, self._uid = live, uid

    def seat_open(self, place: DeltaGenerator, seat: SeatState) -> None:
        """Ask it anew, or stop it alone."""
        where = f"{self._uid}-{seat.seat.layer_index}-{seat.seat.position}"
        place.button(
            ":material/restart_alt:",
            key=f"{where}-restart",
            help="Ask this model again from the start",
            type="tertiary",
            on_click=self._live.restart_seat,
            args=(self._uid, seat.seat),
        )
        place.button(
            ":material/stop:",
            key=f"{where}-stop",
            help="Stop this model; the others go on",
            type="tertiary",
            on_click=self._live.stop_seat,
            args=(self._uid, seat.seat),
        )

    def layer_waits(self, place: DeltaGenerator, layer: LayerState) -> None:
        """Say who is missing; go on without, ask it again, or wait on.

        Who waits is asked again when another one has answered.
        """
        missing = [seat for seat in layer.seats if not seat.ended]
        key = f"{self._uid}-{layer.index}-{len(missing)}"
        if key in st.session_state.setdefault(_WAITING, set()):
            place.empty()
            return
        row = place.container(
            horizontal=True, vertical_alignment="center", gap="small", border=True
        )
        row.markdown(_who_is_missing(layer, missing), width="content")
        row.button(
            "Go on without it" if len(missing) == 1 else "Go on with what is ready",
            key=f"{key}-go-on",
            icon=":material/merge:",
            on_click=self._live.end_layer,
            args=(self._uid, layer.index),
        )
        if len(missing) == 1:
            row.button(
                "Ask it again",
                key=f"{key}-again",
                icon=":material/restart_alt:",
                on_click=self._live.restart_seat,
                args=(self._uid, missing[0].seat),
            )
        row.button(
            "Wait",
            key=f"{key}-wait",
            type="tertiary",
            on_click=st.session_state[_WAITING].add,
            args=(key,),
        )


def _who_is_missing(layer: LayerState, missing: list[SeatState]) -> str:
    tally = f"**{layer.answered} of {len(layer.seats)}** answered."
    if len(missing) > 1:
        return tally
    seat = missing[0]
    doing = "is still writing" if seat.parts else "has not said a word yet"
    return f"{tally} {model_name(seat.agent)} {doing}."
