"""Says whether two answers to one question are plainly contrary, by what can be read.

Alike is not agreeing: "Yes, it is safe" and "No, it is not safe" share most words. What
can be read without understanding: a yes against a no at the beginning; a short answer
that denies what the other does not; and another result, where a text states one or is
so short that its numbers are its results. Everything else is not noticed.
"""

import re
from collections.abc import Iterable
from typing import Final

SHORT_WORDS: Final = 40
"""A text of no more words is a short answer."""

_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NUMBER: Final = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?")
_RESULT: Final = re.compile(
    r"\\boxed\{\s*(-?\d[\d,]*(?:\.\d+)?)"
    r"|\banswer(?: is|:)[\s*$\\(]*(-?\d[\d,]*(?:\.\d+)?)",
    re.IGNORECASE,
)
_YES: Final = re.compile(
    "yes|yeah|yep|true|correct|indeed|ja|oui|sí|sim|sì|да|是|是的|はい|네"
)
_NO: Final = re.compile(
    "no|nope|false|incorrect|nein|non|não|нет|不|不是|いいえ|아니요"
)
_DENIAL: Final = re.compile(
    r"not|no|never|none|cannot|\w+n't|nicht|keine?|nie|pas|jamais|nunca|não|не"
)


def contrary(first: str, second: str) -> bool:
    """Whether one of two answers says yes and the other no, or their results differ.

    Symmetric. An empty text is contrary to nothing.
    """
    words = [
        [word.replace("’", "'") for word in _WORD.findall(text.lower())]
        for text in (first, second)
    ]
    if not all(words):
        return False
    says = [(_YES.fullmatch(each[0]), _NO.fullmatch(each[0])) for each in words]
    if (says[0][0] and says[1][1]) or (says[0][1] and says[1][0]):
        return True
    if _differ(_results(first), _results(second)):
        return True
    if max(map(len, words)) > SHORT_WORDS:
        return False
    denies = [any(map(_DENIAL.fullmatch, each)) for each in words]
    numbers = [_numbers(_NUMBER.findall(text)) for text in (first, second)]
    return denies[0] != denies[1] or _differ(*numbers)


def _results(text: str) -> set[float]:
    """What a text says that the result is, if it says so."""
    return _numbers(a or b for a, b in _RESULT.findall(text))


def _numbers(found: Iterable[str]) -> set[float]:
    return {float(number.replace(",", "")) for number in found}


def _differ(one: set[float], other: set[float]) -> bool:
    """Whether both have numbers, and neither has all of the other's."""
    return bool(one and other) and not (one <= other or other <= one)
