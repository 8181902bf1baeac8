"""Estimates the length of an answer from the words of the question.

Models differ less than questions: the lengths of what five of the paper's proposers
answer correlate with 0.76 to 0.93, while questions differ by a factor of 20. So the
question's kind decides, and all models of a mixture get the same range.

Kinds and ranges were chosen by hand from how long the answers of those five models to
535 AlpacaEval prompts are (tatsu-lab/alpaca_eval, commit cd543a149df8; lengths only, at
four characters a token): each range holds about 95 % of the answers of its kind.
docs/adr/0005-estimates.md says how well they do elsewhere, and
``python -m bench estimate`` measures it again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from moa_core.mixture import Length
from moa_core.question_kind import QuestionKind, parted
from moa_core.tokens import estimate_tokens


@dataclass(frozen=True, slots=True)
class TokenRange:
    """Between how many tokens something probably is; ``low <= high``.

    Attributes:
        low: At least so many tokens, probably.
        high: At most so many, probably.
    """

    low: float
    high: float

    def __add__(self, other: Self) -> "TokenRange":
        return TokenRange(self.low + other.low, self.high + other.high)

    def times(self, low: float, high: float | None = None) -> "TokenRange":
        """Both ends scaled, each by its own factor, or both by ``low``."""
        return TokenRange(self.low * low, self.high * (low if high is None else high))

    def capped(self, tokens: int) -> "TokenRange":
        """No end above ``tokens``."""
        return TokenRange(min(self.low, tokens), min(self.high, tokens))


LONG_TEXT = TokenRange(270, 1350)
EXPLANATION = TokenRange(200, 900)
SHORT_TEXT = TokenRange(170, 800)
PLAIN_QUESTION = TokenRange(80, 700)
SHORT_ANSWER = TokenRange(40, 600)
SHORT_OR_EXPLAINED = TokenRange(60, 900)
"""A cue for a short answer and one for an explanation: nobody knows which wins."""
ABOUT_A_GIVEN_TEXT = TokenRange(70, 820)
OUT_OF_A_GIVEN_TEXT = TokenRange(22, 520)
NOT_ENGLISH = TokenRange(50, 900)
"""The cues are English; judgement, not measured."""

_LENGTHS: Final[Mapping[QuestionKind, TokenRange]] = {
    "about a given text": ABOUT_A_GIVEN_TEXT,
    "out of a given text": OUT_OF_A_GIVEN_TEXT,
    "choice": SHORT_ANSWER,
    "choice or explanation": SHORT_OR_EXPLAINED,
    "long text": LONG_TEXT,
    "explanation": EXPLANATION,
    "fact": SHORT_ANSWER,
    "short text": SHORT_TEXT,
    "plain": PLAIN_QUESTION,
    "not English": NOT_ENGLISH,
}

_WORDS_TO_TOKENS = TokenRange(0.4, 2.0)
"""Of an asked number of words, which models seldom meet. Judgement."""
_KEPT_OF_A_TEXT = TokenRange(0.5, 1.4)
"""What a translation or correction is as long as, of its original. Judgement."""
_SHORTEST_KEPT_TOKENS = 200
"""Shorter originals say little, as their answer may be mostly remarks."""


REFERENCE_LENGTH_FACTOR = 1.15
"""An answer that reads references, over one that does not.

From the lengths of recorded answers: the paper's MoA 1.15 times the geometric mean of
its proposers, Qwen1.5-72B after one round 1.2 times its own answer.
"""

LENGTHS: Mapping[Length, TokenRange] = {
    "short": TokenRange(0.3, 0.7),
    "balanced": TokenRange(1.0, 1.0),
    "thorough": TokenRange(1.0, 1.6),
}
"""What the aggregator makes of being told a length. Judgement, not measured."""

RANKER_OUTPUT_TOKENS = TokenRange(1, 30)
"""Tokens in which a ranker says its choice; the chosen text is not billed again."""

_NUMBER_OF_WORDS = re.compile(r"\b(\d{2,5})[ -]words?\b", re.IGNORECASE)


def answer_length(question: str, answer_before: str = "") -> TokenRange:
    """Between how many tokens one model's first answer to ``question`` probably is.

    Args:
        question: What the user asks now.
        answer_before: The answer of the turn before, which may be what to change.
    """
    asked = parted(question.strip())
    if words := _NUMBER_OF_WORDS.search(asked.instruction):
        return _WORDS_TO_TOKENS.times(int(words[1]))
    length = _LENGTHS[asked.kind]
    if not asked.keeps_a_text:
        return length
    original_tokens = estimate_tokens(asked.given or answer_before)
    if original_tokens < _SHORTEST_KEPT_TOKENS:
        return length
    whole = _KEPT_OF_A_TEXT.times(original_tokens)
    return TokenRange(max(length.low, whole.low), max(length.high, whole.high))
