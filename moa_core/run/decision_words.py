"""Says in a sentence what a run decided, for pages and terminals alike."""

from collections.abc import Iterable

from moa_core.mixture import MoAConfig, Seat, own_name
from moa_core.run.decisions import (
    CallHedged,
    Decision,
    FirstAnswerJudged,
    LayerProceeded,
    LayersSkipped,
    ProvisionalJudged,
)


def decision_sentence(decision: Decision, config: MoAConfig) -> str:
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
        case FirstAnswerJudged(stands=True):
            return "One model was enough. " + " ".join(decision.reasons)
        case FirstAnswerJudged():
            return "The other models were asked. " + " ".join(decision.reasons)
        case ProvisionalJudged(stands=True):
            return "The first answer still stands with all drafts read."
        case ProvisionalJudged():
            return "The first answer was revised once all drafts were read."


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
