"""Length, time, cost and likeness of several texts, one line each."""

from collections.abc import Mapping, Sequence

from moa_core.tokens import estimate_tokens
from pages.widgets import figures
from pages.widgets.compared import Compared
from pages.widgets.likeness import Likeness, percent

_RULE = "|---|" + "--:|" * 10


def figures_table(
    texts: Sequence[Compared],
    against: Compared,
    alike: Mapping[str, Likeness],
    shares: Mapping[str, float],
) -> str:
    """A Markdown table.

    Args:
        texts: Whose figures.
        against: What they are compared with.
        alike: How like it each of them is, by mark.
        shares: Of the answer, by the marks of its proposals; others have none.
    """
    like = f"like {against.mark}"
    head = (
        "| | Words | Characters | Tokens | First word | Time | Cost "
        f"| TF-IDF, {like} | BLEU, {like} | Edits, {like} | Of the answer |"
    )
    rows = [
        _row(text, None if text is against else alike[text.mark], shares.get(text.mark))
        for text in texts
    ]
    return "\n".join([head, _RULE, *rows])


def length_line(text: Compared) -> str:
    """``212 words · 1,320 characters · 290 tokens``."""
    words, characters, tokens = _length(text)
    return f"{words} words · {characters} characters · {tokens} tokens"


def cost_line(text: Compared) -> str:
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


def _row(text: Compared, likeness: Likeness | None, share: float | None) -> str:
    call = text.call
    alike = (
        [percent(likeness.tfidf), percent(likeness.bleu), percent(likeness.levenshtein)]
        if likeness
        else ["", "", ""]
    )
    cells = [
        f"**{text.mark}**\N{NO-BREAK SPACE}{text.name}",
        *_length(text),
        "" if not call or call.ttft_s is None else figures.seconds(call.ttft_s),
        "" if not call else figures.seconds(call.latency_s),
        "" if not call else figures.money(call.cost).removeprefix("cost "),
        *alike,
        "" if share is None else percent(share),
    ]
    return f"| {' | '.join(cells)} |"


def _length(text: Compared) -> tuple[str, str, str]:
    """Words, characters and tokens; tokens as the provider counted them if it did."""
    return f"{len(text.text.split()):,}", f"{len(text.text):,}", _tokens(text)


def _tokens(text: Compared) -> str:
    """Of the text alone: tokens of reasoning are billed, but nobody reads them."""
    usage = text.call.usage if text.call else None
    if usage and usage.source == "reported" and not usage.unknown_calls:
        return f"{usage.output_tokens - usage.reasoning_tokens:,}"
    return f"~{estimate_tokens(text.text):,}"
