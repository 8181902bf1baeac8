"""Defines models that answer at a set pace: what they write, and mixtures of them.

A model writes Markdown, the same for the same name.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, cycle, islice
from typing import Self

from moa_core.mixture import AgentSpec, Layer, MoAConfig

PARAGRAPH_TOKENS = (40, 60)
ITEM_TOKENS = (10, 18)
VOCABULARY = (
    "the of a and to in that is it for with as on not by because answer model layer "
    "question example evidence measure reason together between however different "
    "important possible compare energy history language simple signal number market "
    "pattern winter memory window carefully understand explanation consequence"
)
WORDS = VOCABULARY.split()
LONGEST_PIECE = 7
"""Characters of a word that are one token; longer words are two."""


@dataclass(frozen=True, slots=True)
class WritingPace:
    """Tokens at an even pace after a first wait; the name of a model says it.

    Attributes:
        tokens: Length of the answer.
        per_s: Tokens a second.
        first_s: Seconds from the request to the first token.
    """

    tokens: int
    per_s: float
    first_s: float = 0.3

    @property
    def whole_s(self) -> float:
        """Seconds from the request to the last token."""
        return self.due_s(self.tokens - 1)

    def due_s(self, index: int) -> float:
        """Seconds from the request to the token ``index``."""
        return self.first_s + index / self.per_s

    def model(self, who: str) -> str:
        """The name of a model of this pace: ``who:400:50:0.3``."""
        return f"{who}:{self.tokens}:{self.per_s:g}:{self.first_s:g}"

    @classmethod
    def of(cls, model: str) -> Self:
        """The pace in a model's name."""
        _, tokens, per_s, first_s = model.rsplit(":", 3)
        return cls(int(tokens), float(per_s), float(first_s))


@dataclass(frozen=True, slots=True)
class Work:
    """A mixture, and what it takes at best."""

    config: MoAConfig
    pace: WritingPace

    @classmethod
    def of(
        cls,
        who: str,
        endpoints: Sequence[str],
        layers: int,
        width: int,
        pace: WritingPace,
    ) -> Self:
        """``layers`` layers of ``width`` proposers and an aggregator, of one pace.

        Args:
            who: Begins the models' names; different names write different texts.
            endpoints: Servers that share the calls evenly.
            layers: Layers of proposers.
            width: Proposers of each layer.
            pace: Of every model.
        """
        servers = cycle(endpoints)
        seats = [
            AgentSpec(endpoint=next(servers), model=pace.model(f"{who}-{number}"))
            for number in range(layers * width + 1)
        ]
        proposers = [
            Layer(tuple(seats[first : first + width]))
            for first in range(0, layers * width, width)
        ]
        return cls(MoAConfig(layers=tuple(proposers), aggregator=seats[-1]), pace)

    @property
    def ideal_s(self) -> float:
        """Seconds that no engine can save: every layer takes one answer."""
        return self.pace.whole_s * (len(self.config.layers) + 1)

    @property
    def ideal_first_s(self) -> float:
        """Seconds to the first token of the synthesis, likewise."""
        return self.pace.whole_s * len(self.config.layers) + self.pace.first_s

    @property
    def chunks(self) -> int:
        """Tokens that arrive in one run."""
        return len(self.config.agents) * self.pace.tokens


def pieces(model: str, tokens: int) -> list[str]:
    """The first ``tokens`` pieces of what ``model`` says, each about one token long.

    Paragraphs of 40 to 60 tokens, among them headings, lists and bold words.
    """
    return list(islice(_markdown(random.Random(model)), tokens))


def model_text(model: str) -> str:
    """All that a model with a pace in its name says."""
    return "".join(pieces(model, WritingPace.of(model).tokens))


def _markdown(dice: random.Random) -> Iterator[str]:
    """Endless."""
    for number in count():
        if number % 3 == 2:
            yield "###"
            yield from _ended(_words(dice, 4), "\n\n")
            for end in ("\n", "\n", "\n\n"):
                yield "- "
                yield from _ended(_sentence(dice, dice.randint(*ITEM_TOKENS)), end)
        else:
            paragraph = _sentence(dice, dice.randint(*PARAGRAPH_TOKENS))
            yield from _ended(paragraph, ".\n\n")


def _sentence(dice: random.Random, tokens: int) -> Iterator[str]:
    yield f"**{dice.choice(WORDS)}**"
    yield from _words(dice, tokens)


def _words(dice: random.Random, tokens: int) -> Iterator[str]:
    written = 0
    while written < tokens:
        word = " " + dice.choice(WORDS)
        halves = [word[:LONGEST_PIECE], word[LONGEST_PIECE:]]
        for half in filter(None, halves):
            yield half
            written += 1


def _ended(words: Iterator[str], end: str) -> Iterator[str]:
    *most, last = words
    yield from most
    yield last + end
