"""Scores as a Markdown table: the surest winners first, what is unknown says so."""

from collections.abc import Iterable
from typing import Final

from moa_core.votes.scoreboard import Score
from pages.widgets.figures import NO_BREAK, money_cell, percent
from pages.widgets.untrusted import plain_label

_WORD_JOINER: Final = "\N{WORD JOINER}"
_HEAD: Final = (
    f"| Contestant | Win{NO_BREAK}rate | Won | Lost | Tied | Both bad | Votes "
    "| A win costs | Strength |"
)
_RULE: Final = "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
_NAME_CHARS: Final = 32


def score_table(scores: Iterable[Score]) -> str:
    """A Markdown table, a contestant a row."""
    return "\n".join([_HEAD, _RULE, *map(_row, scores)])


def _row(score: Score) -> str:
    who = score.contestant
    cells = [
        f"**{plain_label(who.name, limit=_NAME_CHARS)}** :gray[{who.sign}]",
        _rate(score),
        f"{score.wins:,}",
        f"{score.losses:,}",
        f"{score.ties:,}",
        f"{score.both_bad:,}",
        f"{score.votes:,}",
        _price(score),
        _strength(score),
    ]
    return f"| {' | '.join(cells)} |"


def _rate(score: Score) -> str:
    if score.win_rate is None or score.interval is None:
        return ":gray[none decided]"
    low, high = score.interval
    sure = f"{100 * low:.0f}–{_WORD_JOINER}{percent(high)}"
    return f"**{percent(score.win_rate)}** :gray[{sure}]"


def _price(score: Score) -> str:
    price = score.price_of_a_win
    if price is None:
        return ":gray[no win yet]"
    return money_cell(price)


def _strength(score: Score) -> str:
    if score.strength is None:
        return f":gray[needs {score.lacks}]"
    return f"{score.strength:,.0f}"
