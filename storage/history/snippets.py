"""The piece of a text that shows why it was found, with the words that were looked for.

Pieces are data, not markup: whoever draws them makes each of them safe.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from storage.history.query import Words, fold_text

SNIPPET_CHARS = 260
_BEFORE_CHARS = 60
_LOOKED_AT = 200
"""Places in one text that are compared; one shows as well why it was found."""


@dataclass(frozen=True, slots=True)
class SnippetPiece:
    """Some characters of a text; ``hit`` if they are what was looked for."""

    text: str
    hit: bool = False


def highlight(text: str, words: Words) -> tuple[SnippetPiece, ...]:
    """All of a short text, in pieces."""
    return _pieces(text, [match.span() for match in _matches(text, words)])


def snippet(
    text: str, words: Words, chars: int = SNIPPET_CHARS
) -> tuple[SnippetPiece, ...]:
    """The part of a text that has most of the words, on one line, in pieces."""
    matches = _matches(text, words)
    start, end = _window(text, matches, chars)
    spans = [match.span() for match in matches if start <= match.start() < end]
    shown = text[start:end]
    pieces = _pieces(shown, [(a - start, min(b, end) - start) for a, b in spans])
    before = [SnippetPiece("… ")] if start else []
    after = [SnippetPiece(" …")] if end < len(text.rstrip()) else []
    return (*before, *pieces, *after)


def _matches(text: str, words: Words) -> list[re.Match[str]]:
    found = words.pattern.finditer(fold_text(text))
    return [match for match, _ in zip(found, range(_LOOKED_AT), strict=False)]


def _window(text: str, matches: Sequence[re.Match[str]], chars: int) -> tuple[int, int]:
    """Where to cut: what is looked for early in the piece, and words left whole."""
    best = max(
        matches,
        key=lambda first: len(
            {m[0] for m in matches if 0 <= m.start() - first.start() < chars // 2}
        ),
        default=None,
    )
    if best is None or best.start() <= _BEFORE_CHARS:
        start = 0
    else:
        start = best.start() - _BEFORE_CHARS
        start = _after_space(text, start, best.start())
    end = start + chars
    if end < len(text):
        space = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
        end = space if space > start + chars // 2 else end
    return start, min(end, len(text))


def _after_space(text: str, start: int, at_most: int) -> int:
    for at in range(start, at_most):
        if text[at].isspace():
            return at + 1
    return start


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> tuple[SnippetPiece, ...]:
    pieces, at = [], 0
    for start, end in spans:
        pieces += [
            SnippetPiece(text[at:start]),
            SnippetPiece(text[start:end], hit=True),
        ]
        at = end
    pieces.append(SnippetPiece(text[at:]))
    on_one_line = [SnippetPiece(re.sub(r"\s+", " ", p.text), p.hit) for p in pieces]
    return tuple(piece for piece in on_one_line if piece.text)
