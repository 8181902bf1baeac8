"""Says what all votes on mixes and their proposals come to, and how sure that is."""

from collections.abc import Iterable
from typing import Final

import streamlit as st

from moa_core.evaluation import (
    EVEN,
    FURTHEST,
    WORTH,
    Tally,
    Verdict,
    more_needed,
    rounded_up,
    verdict,
)
from moa_core.votes import Vote, mix_tally
from pages.widgets.formatting import counted, percent, percent_range

_FINDINGS: Final[dict[Verdict, str]] = {
    "helps": "**Mixing helps.**",
    "does not": f"**Mixing wins less than {percent(WORTH)} of the time.**",
    "not known": "**Not known yet whether mixing helps.**",
}
_WORSE: Final = "**Mixing makes answers worse.**"


def mix_record(votes: Iterable[Vote]) -> None:
    """Draw the verdict of all votes of that kind, with its interval; none without."""
    tally = mix_tally(votes)
    if tally.n:
        st.container(key="mix-record").caption(_sentences(tally))


def _sentences(tally: Tally) -> str:
    rate = tally.win_rate()
    found = verdict(rate.low, rate.high)
    more = more_needed(tally.counts)
    needed = ""
    if found == "not known" and more is not None and tally.n + more <= FURTHEST:
        needed = f" About {counted(rounded_up(more), 'more vote')} would tell."
    elif found == "not known":
        needed = f" It would take more than {FURTHEST:,} votes to tell."
    said = _FINDINGS[found] if rate.high >= EVEN else _WORSE
    return (
        f"{said} Over {counted(tally.n, 'vote')} it wins "
        f"{percent(rate.rate or 0.0)} against its best proposal, ties counted half "
        f"({percent_range(rate.low, rate.high)}).{needed} You picked these answers, so "
        "this is no random sample."
    )
