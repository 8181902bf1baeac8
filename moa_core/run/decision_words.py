"""Says in a sentence what a run decided, for pages and terminals alike."""

from collections.abc import Iterable
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
            return _hedged(decision, config)
        case FirstAnswerJudged():
            return _first_answer(decision)
        case ProposersLeftOut():
            names = _models(config, decision.left_out)
            were = "were" if decision.left_out[1:] else "was"
            return f"Two makers' models agree, so {names} {were} not asked."
        case AnswerBegun(way="chunks"):
            before = _before(decision.before_s)
            grew, number = "", len(decision.read) - 1
            if number:
                times = {1: "once", 2: "twice"}.get(number, f"{number} times")
                grew = f" and was continued {times} as they grew"
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


def _hedged(decision: CallHedged, config: MoAConfig) -> str:
    """Who was asked too: another model, or the silent one once more."""
    place = decision.seat
    agents = [*(layer.proposers for layer in config.layers), config.aggregators]
    silent = agents[place.layer_index][place.position : place.position + 1]
    once_more = decision.model in (agent.ref for agent in silent)
    asked = f"{own_name(decision.model)} was asked {'again' if once_more else 'too'}"
    return f"Nothing came for {decision.after_s:.1f} s, so {asked}."


def _before(before_s: float) -> str:
    long = f"{before_s:.1f} s" if before_s >= SHORTEST_S else "just"
    return f"{long} before the drafts were complete"


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
