"""Offers to ask the models of a finished run that have not read its proposals."""

from collections.abc import Callable
from functools import partial
from typing import Final

from moa_core.mixture import Seat
from moa_core.plan import Plan, rework_plan
from moa_core.run import FirstAnswerJudged, decision_sentence
from pages.widgets.formatting import figures, run_words
from pages.widgets.rework.finished_run import FinishedRun
from pages.widgets.rework.versions import nothing_new

_NOTHING_NEW: Final = (
    "The model that was asked again has not answered. Its column says why; what was "
    "there before is kept, and can be chosen above."
)
_NEW: Final = "A proposal is new. What was written after it has not read it yet."
_ALONE: Final = "This is one model's answer."
_ASK_ALL: Final = "Ask the others anyway"
_NOT_ASKED: Final = "Not finished. The proposals so far are kept."


def resume_offer(finished: FinishedRun) -> dict[str, str] | None:
    """What to ask of whoever has not read the proposals that are there, and its price.

    Nothing of it is done unasked.
    """
    if nothing_new(finished.run):
        return {"kind": "nothing-new", "text": _NOTHING_NEW}
    plan, first = resume_plan(finished), _first_to_ask(finished)
    if plan is None:
        return None
    price = figures.plain(finished.price_line(plan))
    if rework_plan.answered_alone(finished.run.state):
        return {
            "kind": "alone",
            "text": _alone(finished),
            "label": _ASK_ALL,
            "price": price,
        }
    if first is None:
        return {"kind": "late", "price": price, **_late_words(finished)}
    again = bool(_stale_seats(finished))
    return {
        "kind": "stale" if again else "unfinished",
        "text": _NEW if again else _NOT_ASKED,
        "label": _label(finished, first, again=again),
        "price": price,
    }


def resume_plan(finished: FinishedRun) -> Callable[[], Plan] | None:
    """Asks from the first who has not read what is there; or for who came too late."""
    first, state = _first_to_ask(finished), finished.run.state
    if nothing_new(finished.run):
        return None
    if rework_plan.answered_alone(state):
        return partial(rework_plan.ask_the_others, state)
    if first is None:
        late = state.status == "succeeded" and rework_plan.late_seats(state)
        return partial(rework_plan.bring_in_late, state) if late else None
    return partial(rework_plan.rerun_from_layer, finished.run.state, first)


def _alone(finished: FinishedRun) -> str:
    """Why one model's answer is the answer: what its run decided of it."""
    state = finished.run.state
    said = [
        decision_sentence(decision, state.config)
        for _, decision in state.decisions
        if isinstance(decision, FirstAnswerJudged) and decision.stands
    ]
    return said[0] if said else _ALONE


def _late_words(finished: FinishedRun) -> dict[str, str]:
    """Who came too late, and what can be done about it."""
    late = rework_plan.late_seats(finished.run.state)
    whole = [seat for seat in late if seat.status == "succeeded"]
    seats = whole or late
    *most, last = (run_words.model(seat.agent) for seat in seats)
    names = f"{', '.join(most)} and {last}" if most else last
    them = "it" if len(seats) == 1 else "them"
    if whole:
        return {
            "text": f"{names} came too late for this answer.",
            "label": f"Bring {them} in",
        }
    return {
        "text": f"This answer was written without {names}.",
        "label": f"Ask {them} again, then rewrite the answer",
    }


def _first_to_ask(finished: FinishedRun) -> int | None:
    """The layer from which one goes on; the number of layers is the aggregator."""
    stale = _stale_seats(finished)
    if stale:
        return min(seat.layer_index for seat in stale)
    return rework_plan.first_unanswered_layer(finished.run.state)


def _label(finished: FinishedRun, first: int, *, again: bool) -> str:
    state = finished.run.state
    if first == len(state.layers):
        return "Rewrite answer" if again else "Write answer from these proposals"
    asked = any(seat.calls for seat in state.layers[first].seats)
    rest = "rewrite the answer" if again else "write the answer"
    return f"Ask layer {first + 1}{' again' if asked else ''}, then {rest}"


def _stale_seats(finished: FinishedRun) -> frozenset[Seat]:
    """The seats whose text was written before what they read changed."""
    runs = {run.uid: run for run in finished.turn.runs}
    chain, run = [finished.run], finished.run
    while run.based_on in runs:
        run = runs[run.based_on]
        chain.append(run)
    return rework_plan.stale_seats([each.state for each in reversed(chain)])
