"""Offers to ask the models of a finished run that have not read its proposals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from moa_core.mixture import Seat
from moa_core.plan import Plan, rework_plan
from moa_core.run import (
    Decision,
    FirstAnswerJudged,
    LayersSkipped,
    ProposersLeftOut,
    RunState,
    SeatState,
    decision_sentence,
)
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
_SKIPPED: Final = "Layers were skipped, since the proposals before them agree."
_SOME_LEFT_OUT: Final = "Some models were not asked."


@dataclass(frozen=True, slots=True)
class Step:
    """What one can ask of a finished run by one click.

    Attributes:
        kind: Names it.
        text: Why one might.
        label: Of its button.
        plan: Carries it out.
        tells: The kind of decision that ``text`` tells, which is not told twice.
    """

    kind: str
    text: str
    label: str
    plan: Callable[[], Plan]
    tells: str | None = None


def resume_offers(finished: FinishedRun) -> list[dict[str, str]]:
    """What to ask of whoever has not read the proposals that are there, and its price.

    Nothing of it is done unasked.
    """
    if nothing_new(finished.run):
        return [{"kind": "nothing-new", "text": _NOTHING_NEW}]
    return [
        {
            "kind": step.kind,
            "text": step.text,
            "label": step.label,
            "price": figures.plain(finished.price_line(step.plan)),
            **({"tells": step.tells} if step.tells else {}),
        }
        for step in _steps(finished)
    ]


def resume_plan(finished: FinishedRun, kind: object) -> Callable[[], Plan] | None:
    """Carries out the offer of that kind, if it is offered."""
    steps = [] if nothing_new(finished.run) else _steps(finished)
    return next((step.plan for step in steps if step.kind == kind), None)


def _steps(finished: FinishedRun) -> list[Step]:
    """First what is missing; of an answer that is complete, who could add to it."""
    state, first = finished.run.state, _first_to_ask(finished)
    if rework_plan.answered_alone(state):
        plan = partial(rework_plan.ask_the_others, state)
        tells = FirstAnswerJudged
        said = _said(state, tells, _ALONE)
        return [Step("alone", said, _ASK_ALL, plan, tells.__name__)]
    if first is not None:
        again = bool(_stale_seats(finished))
        label = _label(finished, first, again=again)
        plan = partial(rework_plan.rerun_from_layer, state, first)
        if again:
            return [Step("stale", _NEW, label, plan)]
        unfinished = Step("unfinished", _NOT_ASKED, label, plan)
        return [unfinished, *_without_layers(state, first)]
    if state.status != "succeeded":
        return []
    return [*_late(state), *_skipped(state), *_left_out(state)]


def _without_layers(state: RunState, first: int) -> list[Step]:
    """The answer from what is there, where later layers have not answered."""
    last = len(state.layers) - 1
    if first > last:
        return []
    read = len(state.read_by(first))
    label = f"Answer from these {read}" if read > 1 else "Answer from this proposal"
    text = f"Or leave {_layers(first, last)} out."
    plan = partial(rework_plan.answer_without_layers, state, first)
    return [Step("without-layers", text, label, plan)]


def _layers(first: int, last: int) -> str:
    """``layer 2``, ``layers 2 to 3``: from indices."""
    numbers = f" {first + 1}" if first == last else f"s {first + 1} to {last + 1}"
    return f"layer{numbers}"


def _late(state: RunState) -> list[Step]:
    """Who came too late, and what can be done about it."""
    late = rework_plan.late_seats(state)
    if not late:
        return []
    whole = [seat for seat in late if seat.status == "succeeded"]
    names, them = _named(whole or late)
    plan = partial(rework_plan.bring_in_late, state)
    if whole:
        text = f"{names} came too late for this answer."
        return [Step("late", text, f"Bring {them} in", plan)]
    text = f"This answer was written without {names}."
    return [Step("late", text, f"Ask {them} again, then rewrite the answer", plan)]


def _skipped(state: RunState) -> list[Step]:
    """Layers that an early exit has left out."""
    skipped = rework_plan.skipped_layers(state)
    if not skipped:
        return []
    label = f"Ask the skipped layer{'s' if skipped[1:] else ''}"
    plan = partial(rework_plan.rerun_from_layer, state, skipped[0])
    without = f"This answer was written without {_layers(skipped[0], skipped[-1])}."
    otherwise = _SKIPPED if state.config.pace.early_exit else without
    said = _said(state, LayersSkipped, otherwise)
    return [Step("skipped", said, label, plan, LayersSkipped.__name__)]


def _left_out(state: RunState) -> list[Step]:
    """Whom Auto did not ask, though it asked some."""
    seats = rework_plan.left_out_seats(state)
    if not seats:
        return []
    _, them = _named(seats)
    plan = partial(rework_plan.ask_the_others, state)
    said = _said(state, ProposersLeftOut, _SOME_LEFT_OUT)
    label = f"Ask {them} too"
    return [Step("left-out", said, label, plan, ProposersLeftOut.__name__)]


def _said(state: RunState, kind: type[Decision], otherwise: str) -> str:
    """What the run decided, in its own words where it did so itself."""
    made = [each for _, each in state.decisions if isinstance(each, kind)]
    return decision_sentence(made[-1], state.config) if made else otherwise


def _named(seats: Sequence[SeatState]) -> tuple[str, str]:
    """The models of seats, and the pronoun for them."""
    *most, last = (run_words.model(seat.agent) for seat in seats)
    names = f"{', '.join(most)} and {last}" if most else last
    return names, "it" if len(seats) == 1 else "them"


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
