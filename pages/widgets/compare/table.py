"""Length, time, cost and likeness of several texts, one line each."""

from collections.abc import Sequence

from moa_core.tokens import estimate_tokens
from pages.widgets.compare.comparison import Comparison
from pages.widgets.compare.texts import ComparedText
from pages.widgets.formatting import figures

_RULE = "|---|" + "--:|" * 10


def figures_table(texts: Sequence[ComparedText], found: Comparison) -> str:
    """A Markdown table; what a text is compared with has no likeness of its own."""
    like = f"like {found.against.mark}"
    share = f"Share of {found.answer.mark}" if found.answer else "Share"
    head = (
        "| | Words | Characters | Tokens | First word | Time | Cost "
        f"| TF-IDF, {like} | BLEU, {like} | Edits, {like} | {share} |"
    )
    rows = [_row(text, found) for text in texts]
    return "\n".join([head, _RULE, *rows])


def length_line(text: ComparedText) -> str:
    """``212 words · 1,320 characters · 290 tokens``."""
    words, characters, tokens = _length(text)
    return f"{words} words · {characters} characters · {tokens} tokens"


def cost_line(text: ComparedText) -> str:
    """``first word 0.2 s · 1.3 s in all · $0.0031``; nothing before it has ended."""
    if text.call is None:
        return "under way"
    parts = [
        f"{figures.seconds(text.call.latency_s)} in all",
        figures.money(text.call.cost),
    ]
    if text.call.ttft_s is not None:
        parts.insert(0, f"first word {figures.seconds(text.call.ttft_s)}")
    return figures.SEPARATOR.join(parts)


def _row(text: ComparedText, found: Comparison) -> str:
    share = found.shares.get(text.mark)
    cells = [
        f"**{text.mark}**\N{NO-BREAK SPACE}{text.name}",
        *_length(text),
        *_bill(text),
        *_alike(text, found),
        "" if share is None else figures.percent(share),
    ]
    return f"| {' | '.join(cells)} |"


def _bill(text: ComparedText) -> tuple[str, str, str]:
    """Time to the first word, time, and cost; nothing while it is being written."""
    call = text.call
    if call is None:
        return "", "", ""
    first = "" if call.ttft_s is None else figures.seconds(call.ttft_s)
    return first, figures.seconds(call.latency_s), figures.money_cell(call.cost)


def _alike(text: ComparedText, found: Comparison) -> tuple[str, str, str]:
    if text.mark == found.against.mark:
        return "", "", ""
    its = found.similarity_scores[text.mark]
    return (
        figures.percent(its.tfidf),
        figures.percent(its.bleu),
        figures.percent(its.levenshtein),
    )


def _length(text: ComparedText) -> tuple[str, str, str]:
    """Words, characters and tokens; tokens as the provider counted them if it did."""
    return f"{len(text.text.split()):,}", f"{len(text.text):,}", _tokens(text)


def _tokens(text: ComparedText) -> str:
    """Of the text alone: tokens of reasoning are billed, but nobody reads them."""
    usage = text.call.usage if text.call else None
    if usage and usage.source == "reported" and not usage.unknown_calls:
        return f"{usage.output_tokens - usage.reasoning_tokens:,}"
    return f"~{estimate_tokens(text.text):,}"
