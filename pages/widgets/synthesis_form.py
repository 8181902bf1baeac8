"""The form in which a finished run's proposals are synthesised again, differently."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core import again
from moa_core.again import Plan
from moa_core.config import AgentSpec, MoAConfig
from moa_core.errors import MoAError
from moa_core.prompts import LENGTHS, REFERENCES, Length, Prompts
from moa_core.results import Seat
from moa_core.run_state import SeatState
from pages.widgets import asking_again, figures, notices, wording
from pages.widgets.connect import model_refs
from pages.widgets.mixture import pick_label
from services import Services
from storage.stored_runs import StoredRun

PROMPT_HEIGHT_PX = 220
FORM_PX = 640


def synthesis_form(
    place: DeltaGenerator, app: Services, run: StoredRun, *, busy: bool
) -> None:
    """Which proposals, by whom, how long, with which instruction; and what it costs."""
    with place.container(width=FORM_PX, gap="small"):
        form = _Form(run)
        ticked = form.proposals()
        aggregator = form.aggregator(model_refs(app))
        length, instruction = form.length(), form.instruction()
        if not ticked:
            st.caption("Tick at least one proposal.")
            return
        try:
            plan = again.synthesis(
                run.state,
                ticked=ticked,
                aggregator=aggregator,
                length=length,
                prompts=_prompts(run.state.config, instruction),
            )
            cost = asking_again.price(app, run, plan)
        except MoAError as error:
            notices.failure(st.container(), error)
            return
        st.caption(figures.estimate_line(cost))
        form.button(app, plan, busy=busy)


@dataclass(frozen=True, slots=True)
class _Form:
    """The widgets of one run's form."""

    run: StoredRun

    @property
    def _config(self) -> MoAConfig:
        return self.run.state.config

    def _key(self, name: str) -> str:
        return f"{self.run.uid}-synthesis-{name}"

    def proposals(self) -> list[Seat]:
        """A tick for every proposal that the aggregator may read."""
        last = self.run.state.layers[-1:] or []
        proposals = [
            seat for layer in last for seat in layer.seats if seat.status == "succeeded"
        ]
        st.caption("Proposals it reads")
        with st.container(horizontal=True, gap="medium"):
            return [seat.seat for seat in proposals if self._tick(seat)]

    def _tick(self, seat: SeatState) -> bool:
        return st.checkbox(
            f"{seat.seat.position + 1}. {wording.model_name(seat.agent)}",
            value=seat.ticked,
            key=self._key(f"tick-{seat.seat.position}"),
        )

    def aggregator(self, refs: list[str]) -> AgentSpec:
        """Who writes, with the settings of the present aggregator."""
        present = self._config.aggregator
        options = list(dict.fromkeys([present.ref, *refs]))
        ref = st.selectbox(
            "Written by",
            options,
            key=self._key("aggregator"),
            format_func=pick_label,
        )
        chosen = AgentSpec.from_ref(ref)
        return replace(present, endpoint=chosen.endpoint, model=chosen.model)

    def length(self) -> Length:
        """How long the answer should be."""
        chosen: Length = st.segmented_control(
            "Length",
            LENGTHS,
            default=self._config.length,
            required=True,
            key=self._key("length"),
            format_func=str.capitalize,
        )
        return chosen

    def instruction(self) -> str:
        """What the aggregator is told about the proposals."""
        with st.expander("Instruction", key=self._key("instruction")):
            now: str = getattr(self._config.prompts, _instruction(self._config))
            return st.text_area(
                "Instruction",
                now,
                key=self._key("prompt"),
                height=PROMPT_HEIGHT_PX,
                label_visibility="collapsed",
                help=f"{REFERENCES} is where the proposals go; it stands there once.",
            )

    def button(self, app: Services, plan: Plan, *, busy: bool) -> None:
        """Do it."""
        st.button(
            "Synthesise again",
            key=self._key("go"),
            type="primary",
            icon=":material/merge:",
            disabled=busy,
            on_click=asking_again.start,
            args=(app, self.run, lambda: plan),
        )


def _instruction(config: MoAConfig) -> str:
    """Which of the prompts the aggregator of this mixture is sent."""
    if config.method == "rank":
        return "for_ranker"
    return "paper" if config.prompts.placement == "paper" else "for_aggregator"


def _prompts(config: MoAConfig, instruction: str) -> Prompts:
    changes: dict[str, Any] = {_instruction(config): instruction}
    return replace(config.prompts, **changes)
