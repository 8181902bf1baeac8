"""Generates what the measured models write: Markdown, the same for the same name."""

import random
from collections.abc import Iterator
from itertools import count, islice

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


def pieces(model: str, tokens: int) -> list[str]:
    """The first ``tokens`` pieces of what ``model`` says, each about one token long.

    Paragraphs of 40 to 60 tokens, among them headings, lists and bold words.
    """
    return list(islice(_markdown(random.Random(model)), tokens))


def text(model: str, tokens: int) -> str:
    """The same in one."""
    return "".join(pieces(model, tokens))


def squeezed(markdown: str) -> str:
    """``markdown`` without white space, in which a page may differ from the model."""
    return "".join(markdown.split())


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
