"""The simulated aggregator: it builds its answer out of the proposals it is given."""

import re
from collections.abc import Iterable, Sequence
from random import Random

from moa_core.providers.simulated.question import Question
from moa_core.providers.simulated.relevant_sentences import (
    code_in,
    ranked,
    table_in,
    weight,
)
from moa_core.providers.simulated.voices import Voice, explainer

_CAUTION = re.compile(
    r"(?i)\b(unless|doubt|risk|fails?|wrong|trust|depends|differ|may|without)\b"
)
_FIRST_STEP = re.compile(r"^\s*1[.)]\s+(.{20,240}?)\s*$", re.MULTILINE)
_MOST_POINTS = 6
_SAME_POINT = 0.7


def synthesis(question: Question, rng: Random) -> list[str]:
    """Merge the proposals: the leading thought, a point of each, what to mind."""
    drafts = question.references
    points = _points(question)
    if not points:
        return explainer(question, rng) if not drafts else [*drafts[:1]]
    lead = max(points, key=lambda point: weight(point, question))
    return [
        f"**In short:** {lead}",
        *_follow_up(question),
        *_matters(question, [point for point in points if point != lead]),
        *_first(table_in(draft) for draft in drafts),
        *_first(code_in(draft) for draft in drafts),
        *_caution(question, points),
        *_next_step(drafts, points),
    ]


def _points(question: Question) -> list[str]:
    """What the proposals say, best first, taking turns so that each is heard."""
    by_draft = [ranked(draft, question) for draft in question.references]
    points: list[str] = []
    for rank in range(_MOST_POINTS):
        for sentences in by_draft:
            if rank < len(sentences) and len(points) < _MOST_POINTS:
                new = sentences[rank]
                if not any(_alike(new, point) for point in points):
                    points.append(new)
    return points


def _alike(one: str, other: str) -> bool:
    words, others = (set(re.findall(r"\w+", text.lower())) for text in (one, other))
    return len(words & others) >= _SAME_POINT * min(len(words), len(others))


def _follow_up(question: Question) -> list[str]:
    if not question.earlier:
        return []
    return [f"This takes up where *{question.earlier}* left off."]


def _matters(question: Question, points: Sequence[str]) -> list[str]:
    if not points:
        return []
    return [
        f"### What matters: {question.topic}",
        "\n".join(f"- {point}" for point in points),
    ]


def _caution(question: Question, used: Sequence[str]) -> list[str]:
    """A doubt that one of the proposals raises and the points do not."""
    for draft in reversed(question.references):
        for sentence in ranked(draft, question):
            if _CAUTION.search(sentence) and not any(
                _alike(sentence, point) for point in used
            ):
                return ["### What to be careful about", sentence]
    return []


def _next_step(drafts: Sequence[str], used: Sequence[str]) -> list[str]:
    for draft in drafts:
        found = _FIRST_STEP.search(draft)
        if (
            found
            and "**" not in found[1]
            and not any(_alike(found[1], point) for point in used)
        ):
            return [f"**Next step:** {found[1]}"]
    return []


def _first(texts: Iterable[str]) -> list[str]:
    found = next((text for text in texts if text), "")
    return [found] if found else []


SYNTHESIST = Voice(write=synthesis, first_token_s=0.4, tokens_per_s=75)
