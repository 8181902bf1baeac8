"""Does what was asked of a finished run in the browser."""

from functools import partial

import streamlit as st

from moa_core.mixture import Seat
from moa_core.plan import rework_plan
from pages.component import Asked
from pages.widgets.layout import go_to_page, open_dialog
from pages.widgets.rework.finished_run import FinishedRun
from pages.widgets.rework.next_origin import continue_from
from pages.widgets.rework.offers import key, link_query, writer_refs
from pages.widgets.rework.resume_offer import resume_plan
from pages.widgets.rework.versions import show_version, toggle_side_by_side
from pages.widgets.sharing import share_answer


def handle_request(finished: FinishedRun, conversation_uid: str, asked: Asked) -> None:
    """Do it, or open the form in which it is done.

    What makes no sense, or no longer does, changes nothing: it comes from a browser.
    """
    seat = _seat(finished, asked.get("place"))
    if not seat:
        _of_run(finished, conversation_uid, asked)
        return
    match asked.get("do"):
        case "retry-seat":
            finished.retry_seat(seat)
        case "replace-seat":
            open_dialog(key(finished.run, "replace"), seat)
        case "use-seat":
            continue_from(finished, finished.run.ref(seat))
        case _:
            pass


def _of_run(finished: FinishedRun, conversation_uid: str, asked: Asked) -> None:
    run = finished.run
    match asked.get("do"):
        case "use-answer":
            continue_from(finished, run.ref(run.state.synthesis.seat))
        case "onwards" if plan := resume_plan(finished, asked.get("kind")):
            finished.start(plan)
        case "write-with":
            _write_with(finished, asked.get("ref"))
        case "show-version":
            show_version(finished.turn, asked.get("version"))
        case "side-by-side":
            toggle_side_by_side(finished.turn)
        case "rewrite" | "sources" as panel:
            name = key(run, panel)
            st.session_state[name] = not st.session_state.get(name, False)
        case elsewhere:
            _go_on_elsewhere(finished, conversation_uid, elsewhere)


def _go_on_elsewhere(
    finished: FinishedRun, conversation_uid: str, asked: object
) -> None:
    """Open the dialog, or the page, where something is done with the run."""
    match asked:
        case "share" if finished.choose:
            share_answer(conversation_uid, finished.run.uid)
        case "compare" | "mix" as view:
            judged = "mix" if view == "mix" else ""
            query = link_query(finished, conversation_uid, judged)
            go_to_page("compare.py", query)
        case _:
            pass


def _seat(finished: FinishedRun, place: object) -> Seat | None:
    """The proposer at a place of the run, if there is one."""
    match place:
        case [int(layer), int(position)]:
            proposers = [
                each for row in finished.run.state.layers for each in row.seats
            ]
            found = Seat(layer, position)
            return found if any(each.seat == found for each in proposers) else None
        case _:
            return None


def _write_with(finished: FinishedRun, ref: object) -> None:
    """Have another model write the answer; it must be one that is there."""
    state = finished.run.state
    if isinstance(ref, str) and ref in writer_refs(finished):
        agent = state.config.aggregator.with_model(ref)
        plan = rework_plan.resynthesise
        finished.start(partial(plan, state, aggregator=agent, fallbacks=()))
