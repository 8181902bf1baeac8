"""Draws the form in which a finished run's proposals are synthesised again."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.errors import MoAError
from moa_core.mixture import LENGTHS, REFERENCES, MoAConfig
from moa_core.plan import Plan, rework_plan
from moa_core.run import RunState, SeatState
from pages.widgets.formatting import notices, wording
from pages.widgets.mixture import pick_label
from pages.widgets.rework.finished_run import FinishedRun
from storage.runs import StoredRun

PROMPT_HEIGHT_PX = 220
FORM_PX = 640


def synthesis_form(place: DeltaGenerator, finished: FinishedRun) -> None:
    """Which proposals, by whom, how long, with which instruction; and what it costs."""
    run, form = finished.run, _Form(finished.run)
    with place.container(width=FORM_PX, border=True, gap="small"):
        form.draw(finished.model_refs())
        cost = None
        try:
            cost = finished.price_line(form.plan)
        except MoAError as error:
            notices.failure(st.container(), error)
        row = st.container(horizontal=True, vertical_alignment="center", gap="small")
        row.button(
            again_label(run.state),
            key=f"{run.uid}-synthesis-go",
            type="primary",
            icon=":material/merge:",
            disabled=finished.busy or cost is None,
            on_click=finished.start,
            args=(form.plan,),
        )
        if cost is not None:
            row.caption(cost, width="content")


def again_label(state: RunState) -> str:
    """What having the answer written again is called; a model alone only answers."""
    return "Synthesise again" if state.layers else "Ask again"


@dataclass(frozen=True, slots=True)
class _Form:
    """The widgets of one run's form; what they say is read when it is needed.

    A click can come before the script has seen the change made just before it, so the
    plan is made from the widgets' state at the click, not from what was drawn.
    """

    run: StoredRun

    def draw(self, refs: list[str]) -> None:
        """Draw the widgets; a model alone only has another in its place."""
        config = self._config
        if config.layers:
            st.caption("Proposals it reads")
            with st.container(horizontal=True, gap="medium"):
                for seat in self.run.state.offered_to(len(config.layers)):
                    name = wording.model_name(seat.agent)
                    label = f"{seat.seat.position + 1}. {name}"
                    st.checkbox(label, value=seat.included, key=self._tick_key(seat))
        st.selectbox(
            "Written by",
            list(dict.fromkeys([config.aggregator.ref, *refs])),
            key=self._key("aggregator"),
            format_func=pick_label,
        )
        if config.layers:
            self._draw_task()

    def _draw_task(self) -> None:
        """How it is told to use the proposals; one that only chooses has no length."""
        config = self._config
        if config.method == "synthesise":
            st.segmented_control(
                "Length",
                LENGTHS,
                default=config.length,
                required=True,
                key=self._key("length"),
                format_func=str.capitalize,
            )
        with st.expander("Instruction", key=self._key("instruction")):
            st.text_area(
                "Instruction",
                getattr(config.prompts, _prompt_field(config)),
                key=self._key("prompt"),
                height=PROMPT_HEIGHT_PX,
                label_visibility="collapsed",
                help=f"{REFERENCES} is where the proposals go; it stands there once.",
            )

    def plan(self) -> Plan:
        """What the widgets say now.

        Raises:
            ConfigError: No proposal is ticked, or the instruction has no place for it.
        """
        ticked = [
            seat.seat
            for layer in self.run.state.layers[-1:]
            for seat in layer.seats
            # What has no proposal has no box; nobody has left it out.
            if st.session_state.get(self._tick_key(seat), True)
        ]
        config, prompts = self._config, None
        if (instruction := self._value("prompt")) is not None:
            changes: dict[str, Any] = {_prompt_field(config): instruction}
            prompts = replace(config.prompts, **changes)
        return rework_plan.resynthesise(
            self.run.state,
            included=ticked,
            aggregator=config.aggregator.with_model(self._value("aggregator")),
            length=self._value("length"),
            prompts=prompts,
        )

    @property
    def _config(self) -> MoAConfig:
        return self.run.state.config

    def _value(self, name: str) -> Any:  # noqa: ANN401 - each widget's own
        return st.session_state.get(self._key(name))

    def _key(self, name: str) -> str:
        return f"{self.run.uid}-synthesis-{name}"

    def _tick_key(self, seat: SeatState) -> str:
        return self._key(f"tick-{seat.seat.position}")


def _prompt_field(config: MoAConfig) -> str:
    """Which of the prompts the aggregator of this mixture is sent."""
    if config.method == "rank":
        return "for_ranker"
    return "paper" if config.prompts.placement == "paper" else "for_aggregator"
