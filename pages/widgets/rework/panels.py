"""Draws below a finished run: its forms, sources, versions and figures."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.mixture import Seat
from moa_core.plan import rework_plan
from pages.widgets.compare import answer_of, sources
from pages.widgets.formatting import wording
from pages.widgets.layout import READABLE_PX, close_dialog, opened_dialog
from pages.widgets.mixture import pick_labels
from pages.widgets.rework.finished_run import FinishedRun
from pages.widgets.rework.offers import aside, can_be_written, key
from pages.widgets.rework.synthesis_form import synthesis_form
from pages.widgets.rework.versions import side_by_side
from pages.widgets.run import run_line


def panels(place: DeltaGenerator, finished: FinishedRun) -> None:
    """Draw what is open below the run, and the line that sums it up."""
    run, drawn = finished.run, aside(finished)
    if drawn == "versions":
        side_by_side(place, finished)
    middle = place.container(horizontal_alignment="center")
    box = middle.container(width=READABLE_PX, gap="small")
    if drawn == "sources" and (answer := answer_of(finished.turn, run)):
        marked = box.container(key=key(run, "marked"))
        sources(marked, answer.text, answer.read, key(run, "sources-text"))
    if st.session_state.get(key(run, "rewrite")) and can_be_written(run):
        synthesis_form(box, finished)
    if seat := opened_dialog(key(run, "replace")):
        _replacement(finished, seat)
    asked = partial(finished.asking.runs.asked, run.uid)
    run_line(box, run.uid, run.state, run.estimate, asked)


def _replacement(finished: FinishedRun, seat: Seat) -> None:
    """Ask which model should take a proposer's place; shown over the page."""
    run = finished.run
    agent = run.state.seat_at(seat).agent
    name = wording.model_name(agent)

    def replace() -> None:
        finished.retry_seat(seat, agent.with_model(st.session_state[field]))
        close_dialog()

    field = key(run, f"{seat.layer_index}-{seat.position}-other")

    @st.dialog(
        f"Replace {name} in layer {seat.layer_index + 1}", on_dismiss=close_dialog
    )
    def dialog() -> None:
        others = [ref for ref in finished.model_refs() if ref != agent.ref]
        ref = st.selectbox(
            "Model",
            others,
            index=None,
            key=field,
            format_func=pick_labels(others),
            placeholder="Choose a model",
        )
        cost = ""
        if ref is not None:
            plan = rework_plan.retry_seats
            with_other = agent.with_model(ref)
            cost = finished.price_line(partial(plan, run.state, [seat], with_other))
        st.caption(cost or "One new call; the other proposals stay as they are.")
        if st.button(
            "Replace",
            key=key(run, "replace-go"),
            type="primary",
            disabled=finished.busy or ref is None,
            on_click=replace,
        ):
            st.rerun()

    dialog()
