"""Says what can be done with a finished run, for the browser to offer where it stands.

Everything is plain text; what is clicked comes back to ``requests.py``.
"""

from typing import Any, Final, TypeAlias
from urllib.parse import urlencode

import streamlit as st

from pages.widgets.compare import answer_of
from pages.widgets.layout import CONVERSATION, RUN, THROUGH, VIEW
from pages.widgets.mixture import pick_labels
from pages.widgets.rework.finished_run import FinishedRun
from pages.widgets.rework.next_origin import continue_label, origin_note
from pages.widgets.rework.resume_offer import resume_offers
from pages.widgets.rework.synthesis_form import again_label
from pages.widgets.rework.versions import are_side_by_side, version_names
from pages.widgets.votes import can_be_judged
from storage.runs import StoredRun

Json: TypeAlias = dict[str, Any]

MODELS_AT_ONCE: Final = 12
"""As many models stand in a menu; all of them can be chosen in the form."""


def offers(finished: FinishedRun, conversation_uid: str) -> Json:
    """What the page can do with a run now, as JSON.

    Returns:
        ``seats``: what a proposal at ``layer-position`` can be used for;
        ``offers``: whom one may ask who has not read the proposals that are there;
        ``versions`` of the answer;
        ``aside``: what the page draws in the place of its text;
        ``rewrite``, ``use``, ``sources``, ``compare``, ``mix``, ``replay``, ``share``:
        what stands below it;
        ``writers``: who may write it where nobody could;
        ``note``: what the next question went on from;
        ``busy``: nothing new can be asked now.
    """
    run = finished.run
    answer = run.ref(run.state.synthesis.seat)
    judged = can_be_judged(run)
    return {
        "busy": finished.busy,
        "seats": _seats(finished),
        "offers": resume_offers(finished),
        "versions": _versions(finished),
        "sides": len(finished.turn.versions) > 1,
        "aside": aside(finished),
        "open": "rewrite" if st.session_state.get(key(run, "rewrite")) else None,
        "rewrite": again_label(run.state) if can_be_written(run) else None,
        "use": continue_label(finished, answer, "answer"),
        "sources": has_sources(finished),
        "compare": _address(finished, conversation_uid) if _proposals(run) else None,
        "mix": _address(finished, conversation_uid, "mix") if judged else None,
        "replay": bool(run.state.calls),
        "share": finished.choose is not None,
        "writeWith": "Write answer with …"
        if run.state.layers
        else "Ask another model …",
        "writers": _writers(finished),
        "note": origin_note(finished, answer),
    }


def aside(finished: FinishedRun) -> str | None:
    """What the page draws instead of the answer's plain text."""
    if are_side_by_side(finished.turn):
        return "versions"
    if st.session_state.get(key(finished.run, "sources")) and has_sources(finished):
        return "sources"
    return None


def has_sources(finished: FinishedRun) -> bool:
    """Whether it can be said which proposals the sentences of the answer resemble."""
    written = answer_of(finished.turn, finished.run)
    return bool(written and written.read)


def can_be_written(run: StoredRun) -> bool:
    """Whether all that the aggregator needs is there."""
    return not run.state.layers or _proposals(run)


def link_query(
    finished: FinishedRun, conversation_uid: str, view: str = ""
) -> dict[str, str]:
    """Where a run is compared, or is judged in a ``view``, as query parameters."""
    turn, run = finished.turn.uid, finished.run.uid
    shown = {VIEW: view} if view else {}
    return {**shown, CONVERSATION: conversation_uid, THROUGH: turn, RUN: run}


def writer_refs(finished: FinishedRun) -> list[str]:
    """Who may write an answer that could not be written: its own models first."""
    config = finished.run.state.config
    agents = [agent for layer in config.layers for agent in layer.proposers]
    own = [agent.ref for agent in (*config.fallbacks, *agents)]
    return list(dict.fromkeys([*own, *finished.model_refs()]))


def key(run: StoredRun, name: str) -> str:
    """Names something of a run in the session."""
    return f"{run.uid}-{name}"


def _address(finished: FinishedRun, conversation_uid: str, view: str = "") -> str:
    return f"compare?{urlencode(link_query(finished, conversation_uid, view))}"


def _proposals(run: StoredRun) -> bool:
    return bool(run.state.offered_to(len(run.state.layers)))


def _seats(finished: FinishedRun) -> Json:
    """What can be done with each proposal, by its place."""
    run = finished.run
    return {
        f"{seat.seat.layer_index}-{seat.seat.position}": {
            "use": continue_label(finished, run.ref(seat.seat), "proposal"),
            "busy": finished.busy,
        }
        for layer in run.state.layers
        for seat in layer.seats
    }


def _versions(finished: FinishedRun) -> list[Json]:
    shown = finished.run.uid
    return [
        {"run": uid, "label": label, "shown": uid == shown}
        for uid, label in version_names(finished.turn).items()
    ]


def _writers(finished: FinishedRun) -> list[Json]:
    """Whom a menu offers as writers, if nobody could write the answer."""
    run = finished.run
    failed = run.state.status == "failed" and run.state.synthesises
    if not failed or not can_be_written(run):
        return []
    refs = writer_refs(finished)
    label = pick_labels(refs)
    return [{"ref": ref, "label": label(ref)} for ref in refs[:MODELS_AT_ONCE]]
