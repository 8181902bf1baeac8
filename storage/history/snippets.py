"""Cuts a snippet with the matched words out of a text.

Snippets are data, not markup: whoever draws them makes each piece safe.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from storage.history.query import Words, fold_text

SNIPPET_CHARS = 260
_BEFORE_CHARS = 60
_MOST_MATCHES = 200


@dataclass(frozen=True, slots=True)
class SnippetPiece:
    """Some characters of a text; ``hit`` if they are what was looked for."""

    text: str
    hit: bool = False


def highlight(text: str, words: Words) -> tuple[SnippetPiece, ...]:
    """All of a short text, in pieces."""
    return _pieces(text, _matches(text, words))


def snippet(
    text: str, words: Words, chars: int = SNIPPET_CHARS
) -> tuple[SnippetPiece, ...]:
    """The part of a text that has most of the words, on one line, in pieces."""
    matches = _matches(text, words)
    start, end = _window(text, matches, chars)
    spans = [(a - start, min(b, end) - start) for a, b in matches if start <= a < end]
    before = [SnippetPiece("… ")] if start else []
    after = [SnippetPiece(" …")] if end < len(text.rstrip()) else []
    return (*before, *_pieces(text[start:end], spans), *after)


def _matches(text: str, words: Words) -> list[tuple[int, int]]:
    matches = words.pattern.finditer(fold_text(text))
    return [match.span() for match in islice(matches, _MOST_MATCHES)]


def _window(
    text: str, matches: Sequence[tuple[int, int]], chars: int
) -> tuple[int, int]:
    """Where to cut: matches early in the piece, and words left whole."""
    folded = fold_text(text)
    start, most = 0, 0
    for first, _ in matches:
        near = {folded[a:b] for a, b in matches if 0 <= a - first < chars // 2}
        if len(near) > most:
            start, most = first, len(near)
    if start <= _BEFORE_CHARS:
        start = 0
    else:
        space = re.search(r"\s", text[start - _BEFORE_CHARS : start])
        start += (space.end() if space else 0) - _BEFORE_CHARS
    end = start + chars
    if end < len(text):
        space_at = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
        end = space_at if space_at > start + chars // 2 else end
    return start, min(end, len(text))


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
