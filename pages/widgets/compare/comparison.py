"""Compares every text with a chosen one, in figures: one line or a row of a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from moa_core.tokens import estimate_tokens
from pages.widgets.compare.agreement_view import agreement_of
from pages.widgets.compare.sources import provenance_of
from pages.widgets.compare.texts import ComparedText
from pages.widgets.formatting import figures

EXPLAINED: Final = """\
How similar two texts are, by three measures. None of them understands meaning.

- **TF-IDF**: the same words, in any order; rare words count more.
- **BLEU**: the same phrases of up to four words.
- **Edits**: how many characters stay when one text is edited into the other
  (Levenshtein).

100 % is the same text, 0 % has nothing in common. Two good answers in different words
can score low.
"""

_REMEMBERED: Final = 32
_RULE: Final = "|---|" + "--:|" * 10


@dataclass(frozen=True, slots=True)
class Comparison:
    """Figures for each text, by its mark.

    Attributes:
        against: The text that the others are compared with.
        alike: How like it each text is in one figure, 0 to 1, as the matrix has it.
        scores: TF-IDF cosine, BLEU and Levenshtein similarity with it, each 0 to 1.
        answer: The answer whose shares are told; ``None`` if there is no answer.
        shares: The share of that answer that each proposal has, 0 to 1; only those
            that it was made from have one.
    """

    against: ComparedText
    alike: Mapping[str, float]
    scores: Mapping[str, tuple[float, ...]]
    answer: ComparedText | None
    shares: Mapping[str, float]


def compare(texts: Sequence[ComparedText], against: ComparedText) -> Comparison:
    """Compare every text with ``against``, one of them."""
    marks = [text.mark for text in texts]
    contents = tuple(text.text for text in texts)
    row = agreement_of(contents).matrix[marks.index(against.mark)]
    answers = [text for text in texts if text.layer_index is None]
    answer = against if against in answers else next(reversed(answers), None)
    shares: dict[str, float] = {}
    if answer and answer.read:
        read = answer.read
        found = provenance_of(answer.text, tuple(source.text for source in read))
        shares = {
            source.mark: share for source, share in zip(read, found.shares, strict=True)
        }
    return Comparison(
        against=against,
        alike=dict(zip(marks, row, strict=True)),
        scores=dict(zip(marks, similarity(against.text, contents), strict=True)),
        answer=answer,
        shares=shares,
    )


@lru_cache(_REMEMBERED)
def similarity(target: str, texts: tuple[str, ...]) -> tuple[tuple[float, ...], ...]:
    """How like ``target`` each text is: TF-IDF cosine, BLEU, Levenshtein; each 0 to 1.

    The last comparisons are remembered, since every click draws the page anew.
    """
    from moa_core.similarity import bleu, levenshtein, tfidf

    cosines = tfidf(target, texts)
    return tuple(
        (cosine, bleu(text, target) / 100, levenshtein(text, target))
        for text, cosine in zip(texts, cosines, strict=True)
    )


def figures_table(texts: Sequence[ComparedText], comparison: Comparison) -> str:
    """A Markdown table; what a text is compared with has no likeness of its own."""
    against = f"vs {comparison.against.mark}"
    share = f"Share of {comparison.answer.mark}" if comparison.answer else "Share"
    head = (
        "| Text | Words | Characters | Tokens | First token | Time | Cost "
        f"| TF-IDF {against} | BLEU {against} | Edits {against} | {share} |"
    )
    rows = [_row(text, comparison) for text in texts]
    return "\n".join([head, _RULE, *rows])


def length_line(text: ComparedText) -> str:
    """``212 words · 1,320 characters · 290 tokens``."""
    words, characters, tokens = _length(text)
    return f"{words} words · {characters} characters · {tokens} tokens"


def cost_line(text: ComparedText) -> str:
    """``first token 0.2 s · total 1.3 s · $0.0031``; nothing before it has ended."""
    call = text.seat.call
    if call is None:
        return "still running"
    parts = [f"total {figures.seconds(call.latency_s)}", figures.money(call.cost)]
    if call.ttft_s is not None:
        parts.insert(0, f"first token {figures.seconds(call.ttft_s)}")
    return figures.SEPARATOR.join(parts)


def _row(text: ComparedText, comparison: Comparison) -> str:
    """Times and cost once it has ended; nothing is like itself."""
    share, scores = comparison.shares.get(text.mark), comparison.scores[text.mark]
    call = text.seat.call
    first = figures.seconds(call.ttft_s) if call and call.ttft_s is not None else ""
    is_target = text.mark == comparison.against.mark
    cells = [
        f"**{text.mark}**\N{NO-BREAK SPACE}{text.name}",
        *_length(text),
        first,
        figures.seconds(call.latency_s) if call else "",
        figures.money_cell(call.cost) if call else "",
        *("" if is_target else figures.percent(score) for score in scores),
        "" if share is None else figures.percent(share),
    ]
    return f"| {' | '.join(cells)} |"


def _length(text: ComparedText) -> tuple[str, str, str]:
    """Words, characters and tokens; tokens as the provider counted them if it did.

    Tokens of reasoning are billed, but nobody reads them.
    """
    usage = text.seat.call.usage if text.seat.call else None
    tokens = f"~{estimate_tokens(text.text):,}"
    if usage and usage.source == "reported" and not usage.unknown_calls:
        tokens = f"{usage.output_tokens - usage.reasoning_tokens:,}"
    return f"{len(text.text.split()):,}", f"{len(text.text):,}", tokens
