"""Measures how much doubt there is about a single model's answer, 0 to 1.

What counts: how unlike a second, independent opinion is; whether the two are contrary;
and the kind of the question. On recorded answers the likeness of a second opinion
foretells how like a whole mixture's the first answer is (correlation 0.63), and the
kinds are those where a single model's answers differ most from a mixture's, beyond what
two runs of a mixture differ by. ``python -m bench auto`` measures what comes of it
(docs/adr/0053-auto-and-early-exit.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from moa_core.mixture import AgentSpec, own_name
from moa_core.question_kind import QuestionKind, parted
from moa_core.run import Call

DEFAULT_THRESHOLD: Final = 0.5
"""From this doubt on the others are asked, until votes say otherwise (ADR 53)."""

NO_DOUBT_FROM: Final = 0.6
FULL_DOUBT_TO: Final = 0.12
"""Likeness of two opinions that are nearly the same, and that have little in common:
the bounds of ``similarity.agreement``."""

KIND_DOUBT: Final = 0.1
DOUBTFUL_KINDS: Final[frozenset[QuestionKind]] = frozenset(
    {"fact", "short text", "about a given text", "out of a given text"}
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """How much doubt there is about an answer, and what it rests on.

    Attributes:
        value: 0 to 1.
        reasons: Sentences, the weightiest first.
    """

    value: float
    reasons: tuple[str, ...] = ()


def doubt_about(question: str, first: str, second: str) -> Doubt:
    """How much doubt a second opinion leaves about a first answer.

    Args:
        question: What both were asked.
        first: The answer that may stand.
        second: Another model's, written without having seen the first.
    """
    from moa_core.similarity import agreement, contrary  # few mixtures ask for it

    if contrary(first, second):
        return Doubt(1.0, ("A second opinion contradicts it.",))
    likeness = agreement((first, second)).matrix[0][1]
    share = (NO_DOUBT_FROM - likeness) / (NO_DOUBT_FROM - FULL_DOUBT_TO)
    doubt = min(1.0, max(0.0, share))
    reasons = [f"A second opinion is {likeness:.0%} like it."]
    if (kind := parted(question.strip()).kind) in DOUBTFUL_KINDS:
        doubt = min(1.0, doubt + KIND_DOUBT)
        reasons.append(_KINDS[kind])
    return Doubt(round(doubt, 4), tuple(reasons))


def families_agree(question: str, calls: Sequence[Call], threshold: float) -> bool:
    """Whether two of these answers agree whose models are of different makers.

    A model of no maker we know is a family of its own.
    """
    return any(
        kin(one.agent).isdisjoint(kin(other.agent))
        and doubt_about(question, one.text, other.text).value < threshold
        for one, other in combinations(calls, 2)
    )


def kin(agent: AgentSpec) -> frozenset[str]:
    """The makers of an agent's model; the model itself if nobody knows them."""
    from moa_core.evaluation import families  # only Auto needs it

    return families(agent.model) or frozenset({own_name(agent.model)})


_KINDS: Final = {
    "fact": "It asks for a fact.",
    "short text": "It asks for a short text.",
    "about a given text": "It is about a given text.",
    "out of a given text": "It asks for something in a given text.",
}
