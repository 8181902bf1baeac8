"""Says in a sentence what a run decided, for pages and terminals alike."""

from collections.abc import Iterable, Sequence
from typing import Final

from moa_core.mixture import MoAConfig, Seat, own_name
from moa_core.run.decisions import (
    AnswerBegun,
    CallHedged,
    Decision,
    FirstAnswerJudged,
    LayerProceeded,
    LayersSkipped,
    ProposersLeftOut,
    ProvisionalJudged,
)

SHORTEST_S: Final = 0.05
"""What is shorter would be told as no time at all."""


def decision_sentence(  # noqa: C901 - one case a decision
    decision: Decision, config: MoAConfig
) -> str:
    """What was decided, and why, for somebody who watches the run."""
    match decision:
        case LayerProceeded():
            late = _models(config, decision.late)
            return f"Went on without {late} after {decision.waited_s:.1f} s."
        case LayersSkipped():
            layers = _numbered(decision.first, decision.last)
            alike = f"{decision.agreement:.0%}"
            return f"The proposals agree ({alike} alike), so {layers} left out."
        case CallHedged():
            after = f"{decision.after_s:.1f} s"
            return f"Nothing came for {after}, so {decision.model} was asked too."
        case FirstAnswerJudged():
            return _first_answer(decision)
        case ProposersLeftOut():
            names, were = _models(config, decision.left_out), _were(decision.left_out)
            return f"Two makers' models agree, so {names} {were} not asked."
        case AnswerBegun(way="chunks"):
            before = _before(decision.before_s)
            times = len(decision.read) - 1
            grew = f" and was continued {_times(times)} as they grew" if times else ""
            return f"The answer began {before}{grew}."
        case AnswerBegun():
            return f"A provisional answer began {_before(decision.before_s)}."
        case ProvisionalJudged(checked=False):
            return (
                "The provisional answer could not be checked against all drafts. It "
                "stands as it was written."
            )
        case ProvisionalJudged(stands=True):
            return "The provisional answer still stands with all drafts read."
        case ProvisionalJudged():
            return "The provisional answer was revised once all drafts were read."


def _before(before_s: float) -> str:
    long = f"{before_s:.1f} s" if before_s >= SHORTEST_S else "just"
    return f"{long} before the drafts were complete"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _first_answer(decision: FirstAnswerJudged) -> str:
    """Whether one model was enough, by which doubt, and what that saved."""
    why = " ".join(decision.reasons)
    if not decision.stands:
        limit = f"doubt {decision.doubt:.2f}, threshold {decision.threshold:.2f}"
        if decision.votes:
            limit += f", learnt from {decision.votes} of your votes"
        return f"Asked the other models ({limit}). {why}"
    said = f"One model was enough (doubt {decision.doubt:.2f})"
    if decision.saved_calls:
        plural = "s" if decision.saved_calls > 1 else ""
        said += f": {decision.saved_calls} fewer call{plural}"
        said += f", about {decision.saved}" if decision.saved.usd else ""
    return f"{said}. {why}"


def _were(seats: Sequence[Seat]) -> str:
    return "were" if seats[1:] else "was"


def _models(config: MoAConfig, seats: Iterable[Seat]) -> str:
    names = [
        own_name(config.layers[seat.layer_index].proposers[seat.position].model)
        for seat in seats
    ]
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def _numbered(first: int, last: int) -> str:
    if first == last:
        return f"layer {first + 1} was"
    return f"layers {first + 1} to {last + 1} were"
