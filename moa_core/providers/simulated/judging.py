"""Judges as a simulated model does: who says more, in other words, is the better."""

import json
import re
from collections.abc import Sequence

from moa_core.messages import Message

_ANSWERS = re.compile(
    r"<answer-1-([0-9a-f]{6})>\n(?P<first>.*)\n</answer-1-\1>\s*"
    r"<answer-2-\1>\n(?P<second>.*)\n</answer-2-\1>",
    re.DOTALL,
)
_QUESTION = re.compile(r"<question-([0-9a-f]{6})>\n(.*?)\n</question-\1>", re.DOTALL)
_WORD = re.compile(r"\w+")
_CODE = re.compile(r"(?i)\b(code|function|python|sql|regex|script)\b")
_NEARLY = 1.05
_GRADED = re.compile(r"<answer-([0-9a-f]{6})>\n(.*?)\n</answer-\1>", re.DOTALL)
_SKILL = re.compile(r"(?m)^- (\w+): 1 means: ")
_WORDS_A_POINT = 15
"""So many different words are worth a point; of five or of ten."""
_MOST_OF_TEN, _MOST_OF_FIVE = 10, 5


def judgement_of(messages: Sequence[Message]) -> str | None:
    """A judge's reply; ``None`` if nothing is to be judged."""
    asked = next((m.text for m in messages if m.role == "user"), "")
    if graded := _GRADED.findall(asked):
        return _grade(_words(graded[-1][1]), _SKILL.findall(asked))
    answers = _ANSWERS.search(asked)
    if answers is None:
        return None
    first, second = (_words(answers[name]) for name in ("first", "second"))
    better = "same"
    if max(first, second) > _NEARLY * min(first, second):
        better = "1" if first > second else "2"
    question = _QUESTION.search(asked)
    said = {
        "reason": "a simulated judge counts different words",
        "better": better,
        "clearly": max(first, second) > 2 * min(first, second),
        "kind": _kind(question[2] if question else ""),
    }
    return json.dumps(said)


def _words(text: str) -> int:
    """How many different ones there are."""
    return len({word.lower() for word in _WORD.findall(text)})


def _grade(words: int, skills: Sequence[str]) -> str:
    points, why = 1 + words // _WORDS_A_POINT, "a simulated judge counts words"
    if not skills:
        return json.dumps({"reason": why, "score": min(_MOST_OF_TEN, points)})
    score = {"reason": why, "score": min(_MOST_OF_FIVE, points)}
    return json.dumps({"scores": dict.fromkeys(skills, score)})


def _kind(question: str) -> str:
    if _CODE.search(question):
        return "code"
    return "maths" if re.search(r"\d", question) else "facts"
