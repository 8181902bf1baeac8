"""Generates texts in which words are as common and as rare as in real ones."""

import random
from itertools import accumulate, product

MOST_COMMON = (
    "the of a model answer question because layer river mountain light number often "
    "never between city history energy measure music language simple reason example "
    "water garden theory market winter engine paper window memory signal pattern"
)
SYLLABLES = [a + b for a, b in product("bdfgklmnprstv", "aeiou")]
RARER_WORDS = 20_000
SENTENCES = 20_000
WORDS_PER_SENTENCE = 12
SENTENCES_PER_TEXT = 5

COMMON_WORD = "the"
TWO_WORDS = "river market"
RARE_WORD = "zanzibar"
ONE_IN = 100_000
"""So many texts for one that has the rare word."""


class Texts:
    """Texts of sixty words; equal dice, equal texts.

    Words are drawn as Zipf's law says, sentences ahead of time: drawing every word of
    a million texts would take minutes.
    """

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        rarer = ("".join(dice.choices(SYLLABLES, k=4)) for _ in range(RARER_WORDS))
        words = [*MOST_COMMON.split(), *rarer]
        weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
        self._sentences = [
            " ".join(dice.choices(words, cum_weights=weights, k=WORDS_PER_SENTENCE))
            for _ in range(SENTENCES)
        ]
        self._answers = 0

    def title(self) -> str:
        """Eight words."""
        return " ".join(self._sentence().split()[:8])

    def question(self) -> str:
        """A sentence."""
        return f"{self._sentence()}?"

    def answer(self) -> str:
        """Some sentences, one answer in ``ONE_IN`` with the rare word."""
        self._answers += 1
        text = ". ".join(self._sentence() for _ in range(SENTENCES_PER_TEXT))
        return f"{text} {RARE_WORD}" if self._answers % ONE_IN == 7 else text

    def _sentence(self) -> str:
        return self._sentences[int(self._dice.random() * SENTENCES)]
