"""Draws the form in which a finished run's proposals are synthesised again."""

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.errors import MoAError
from moa_core.mixture import LENGTHS, REFERENCES, MoAConfig
from moa_core.plan import Plan, rework_plan
from moa_core.run import RunState, SeatState
from pages.widgets.formatting import notices, wording
from pages.widgets.mixture import pick_labels
from pages.widgets.rework.finished_run import FinishedRun
from storage.runs import StoredRun

PROMPT_HEIGHT_PX = 220
FORM_PX = 640


def synthesis_form(place: DeltaGenerator, finished: FinishedRun) -> None:
    """Which proposals, by whom, how long, with which instruction; and what it costs."""
    run, cost = finished.run, None
    # A click can come before the script has seen the change made just before it, so the
    # plan is made from the widgets' state at the click, not from what was drawn.
    plan = partial(_plan, run)
    form = place.container(
        width=FORM_PX, border=True, gap="small", key=_key(run, "form")
    )
    with form:
        _draw_fields(run, finished.model_refs())
        try:
            cost = finished.price_line(plan)
        except MoAError as error:
            notices.failure(st.container(key=_key(run, "problem")), error)
        row = st.container(horizontal=True, vertical_alignment="center", gap="small")
        row.button(
            again_label(run.state),
            key=_key(run, "go"),
            type="primary",
            icon=":material/merge:",
            disabled=finished.busy or cost is None,
            on_click=finished.start,
            args=(plan,),
        )
        if cost is not None:
            row.caption(cost, width="content")


def again_label(state: RunState) -> str:
    """What having the answer written again is called; a model alone only answers."""
    return "Rewrite answer" if state.layers else "Ask again"


def _draw_fields(run: StoredRun, refs: list[str]) -> None:
    """Draw the widgets; a model alone only has another in its place.

    An aggregator that only chooses a proposal has no length.
    """
    config = run.state.config
    if config.layers:
        st.caption("Proposals to read")
        with st.container(horizontal=True, gap="medium"):
            for seat in run.state.offered_to(len(config.layers)):
                label = f"{seat.seat.position + 1}. {wording.model_name(seat.agent)}"
                st.checkbox(label, value=seat.included, key=_tick_key(run, seat))
    models = list(dict.fromkeys([config.aggregator.ref, *refs]))
    st.selectbox(
        "Written by",
        models,
        key=_key(run, "aggregator"),
        format_func=pick_labels(models),
    )
    if not config.layers:
        return
    if config.method == "synthesise":
        st.segmented_control(
            "Length",
            LENGTHS,
            default=config.length,
            required=True,
            key=_key(run, "length"),
            format_func=wording.LENGTHS.__getitem__,
        )
    with st.expander("Instruction", key=_key(run, "instruction")):
        st.text_area(
            "Instruction",
            getattr(config.prompts, _prompt_field(config)),
            key=_key(run, "prompt"),
            height=PROMPT_HEIGHT_PX,
            label_visibility="collapsed",
            help=f"{REFERENCES} is where the proposals go. Keep it exactly once.",
        )


def _plan(run: StoredRun) -> Plan:
    """What the widgets say now.

    Raises:
        ConfigError: No proposal is ticked, or the instruction has no place for it.
    """
    ticked = [
        seat.seat
        for layer in run.state.layers[-1:]
        for seat in layer.seats
        # What has no proposal has no box; nobody has left it out.
        if st.session_state.get(_tick_key(run, seat), True)
    ]
    config, prompts, widgets = run.state.config, None, st.session_state
    if (instruction := widgets.get(_key(run, "prompt"))) is not None:
        changes: dict[str, Any] = {_prompt_field(config): instruction}
        prompts = replace(config.prompts, **changes)
    return rework_plan.resynthesise(
        run.state,
        included=ticked,
        aggregator=config.aggregator.with_model(widgets[_key(run, "aggregator")]),
        length=widgets.get(_key(run, "length")),
        prompts=prompts,
    )


def _key(run: StoredRun, name: str) -> str:
    return f"{run.uid}-synthesis-{name}"


def _tick_key(run: StoredRun, seat: SeatState) -> str:
    return _key(run, f"tick-{seat.seat.position}")


def _prompt_field(config: MoAConfig) -> str:
    """Which of the prompts the aggregator of this mixture is sent."""
    if config.method == "rank":
        return "for_ranker"
    return "paper" if config.prompts.placement == "paper" else "for_aggregator"
