"""Defines what can be done to a run where it is drawn; controls a live one."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.engine import LiveRuns
from moa_core.messages import Message
from moa_core.run import LayerState, SeatState
from pages.widgets.formatting import figures

Trouble = Literal["late", "held", "repeats"]
"""Why something is offered at a seat at work: nothing new has come for a while, it
could not be asked for a while, or it writes the same again and again."""

_WAITING = "layers that the user waits for"


class RunTools:
    """Draws the controls of one run into the places that its view leaves for them.

    Each of them draws nothing here: this is a run to look at.
    """

    def seat_open(self, place: DeltaGenerator, seat: SeatState) -> None:
        """Beside the name of a proposer that is still at work."""

    def seat_waits(
        self, place: DeltaGenerator, seat: SeatState, trouble: Trouble, times: int
    ) -> None:
        """Below a seat at work that is in trouble, for the ``times``-th time."""

    def seat_ended(self, place: DeltaGenerator, seat: SeatState) -> None:
        """Beside the name of a proposer that has ended."""

    def seat_failed(self, place: DeltaGenerator, seat: SeatState) -> None:
        """Below the reason why a proposer has no proposal."""

    def layer_waits(self, place: DeltaGenerator, layer: LayerState, doing: str) -> None:
        """Below a layer of which some have answered and some not, in an empty place."""

    def answer_head(self, place: DeltaGenerator) -> None:
        """Above the answer, once nothing more will come."""

    def answer_is_wide(self) -> bool:
        """Whether the answer is drawn in another way that takes all the width."""
        return False

    def answer_text(self, place: DeltaGenerator) -> bool:
        """The answer itself, drawn in another way; ``False`` leaves it to the view."""
        return False

    def answer_failed(self, place: DeltaGenerator) -> None:
        """Below the reason why there is no answer."""

    def answer_foot(self, place: DeltaGenerator) -> None:
        """Below the answer, once nothing more will come."""

    def messages(self) -> Callable[[], Sequence[Message]] | None:
        """Reads the conversation that it answered; ``None`` where it cannot be had."""
        return None

    def run_foot(self, place: DeltaGenerator) -> None:
        """Below what it took, once that is opened."""


class LiveTools(RunTools):
    """The controls of one run under way, which ``live`` carries out."""

    def __init__(self, live: LiveRuns, uid: str) -> None:
        self._live, self._uid = live, uid
        self._rows = count()

    def seat_open(self, place: DeltaGenerator, seat: SeatState) -> None:
        """Ask it anew, or stop it alone."""
        key = f"{self._uid}-{seat.seat.layer_index}-{seat.seat.position}"
        again = "Ask this model again from the start"
        alone = "Stop this model; the others go on"
        for name, icon, help, action in (
            ("restart", "restart_alt", again, self._live.restart_seat),
            ("stop", "stop", alone, self._live.stop_seat),
        ):
            place.button(
                f":material/{icon}:",
                key=f"{key}-{name}",
                help=help,
                type="tertiary",
                on_click=action,
                args=(self._uid, seat.seat),
            )

    def seat_waits(
        self, place: DeltaGenerator, seat: SeatState, trouble: Trouble, times: int
    ) -> None:
        """Give it more time, or go on without it."""
        key = f"{self._uid}-{seat.seat.layer_index}-{seat.seat.position}-{times}"
        row = place.container(horizontal=True, vertical_alignment="center", gap="small")
        if trouble == "repeats":
            row.markdown(":orange[It repeats itself.]", width="content")
        if trouble == "late" and seat.limits:
            limits = seat.limits
            more_s = limits.silence_s if seat.parts else limits.first_content_s
            row.button(
                "Give it more time",
                key=f"{key}-more",
                icon=":material/more_time:",
                help=f"Do not give it up for {figures.whole_seconds(more_s)} from now",
                on_click=self._live.give_time,
                args=(self._uid, seat.seat, more_s),
            )
        row.button(
            "Stop this one" if trouble == "repeats" else self._words_to_end(seat),
            key=f"{key}-without",
            icon=":material/stop_circle:",
            on_click=self._live.stop_seat,
            args=(self._uid, seat.seat),
        )

    def _words_to_end(self, seat: SeatState) -> str:
        """Its layer goes on without it where another one has answered, or may."""
        run = self._live.get(self._uid)
        if run and seat.role == "proposer":
            beside = run.state.layers[seat.seat.layer_index].seats
            if any(
                each.status == "succeeded" or not each.ended
                for each in beside
                if each is not seat
            ):
                return "Continue without it"
        return "Stop"

    def layer_waits(self, place: DeltaGenerator, layer: LayerState, doing: str) -> None:
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
        state = f"**{layer.answered} of {len(layer.seats)}** answered."
        row.markdown(f"{state} {doing}." if doing else state, width="content")
        buttons = f"{key}-{next(self._rows)}"  # a row drawn again needs other keys
        row.button(
            "Go on without it" if len(missing) == 1 else "Go on with what is ready",
            key=f"{buttons}-go-on",
            icon=":material/merge:",
            on_click=self._live.end_layer,
            args=(self._uid, layer.index),
        )
        if len(missing) == 1:
            row.button(
                "Ask it again",
                key=f"{buttons}-again",
                icon=":material/restart_alt:",
                on_click=self._live.restart_seat,
                args=(self._uid, missing[0].seat),
            )
        row.button(
            "Wait",
            key=f"{buttons}-wait",
            type="tertiary",
            on_click=st.session_state[_WAITING].add,
            args=(key,),
        )
