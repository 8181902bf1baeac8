"""Shows what an experiment has found: a sentence, its range, and what lies behind."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from moa_core.evaluation import EVEN, Verdict, WinRate, Yardstick
from moa_core.experiments import (
    MIXTURE,
    Pair,
    PairResult,
    Progress,
    Result,
    Votes,
    combined_sentence,
    headline,
    name_of_arm,
    narrowing,
    result_of,
)
from pages.widgets.evaluate.charts import kinds_chart, narrowing_chart, value_chart
from pages.widgets.evaluate.details import pair_details, warnings_of
from pages.widgets.evaluate.exports import export_result
from pages.widgets.formatting import percent, percent_range
from pages.widgets.markdown import horizontal_scroll, plain_label
from services.experimenting import Experimenting
from storage.evaluation import StoredExperiment, votes_of

_SENTENCE_CHARS: Final = 400
_FINDINGS: Final[Mapping[Verdict, str]] = {
    "helps": "better",
    "does not": "not better",
    "not known": "not known yet",
}
_UNKNOWN: Final = ":gray[not known]"


def experiment_result(
    experimenting: Experimenting, stored: StoredExperiment, progress: Progress
) -> None:
    """Draw the result of what is settled so far; nothing before the first answer."""
    if not progress.answers:
        return
    votes = votes_of(experimenting.ballots.of(stored.summary.uid))
    found = result_of(stored.protocol, stored.items, progress, votes)
    with st.container(key="experiment-result"):
        _verdict(found)
        _three_lines(found.primary, stored.protocol.yardstick)
        warnings_of(found)
        _charts(stored, progress, votes, found)
        pair = _pick_comparison(found)
        pair_details(stored, found, found.pairs[pair])
        export_result(stored, progress, votes, found)
    _announce(experimenting, stored.summary.uid, found)


def _announce(experimenting: Experimenting, uid: str, found: Result) -> None:
    """Keep what was shown, and when."""
    primary = found.primary
    experimenting.experiments.announce(
        uid,
        headline(found),
        primary.rate,
        judged=primary.judged.tally.n,
        voted=primary.voted.alone.n,
    )


def _verdict(found: Result) -> None:
    sentence, together = headline(found), combined_sentence(found)
    with st.container(key="verdict", gap="xsmall"):
        st.subheader(plain_label(sentence, _SENTENCE_CHARS), anchor=False)
        if together and together != sentence:
            st.markdown(plain_label(together, _SENTENCE_CHARS))


def _three_lines(pair: PairResult, yardstick: Yardstick) -> None:
    """Three win rates, and which of them decides."""
    lines: dict[Yardstick, tuple[str, WinRate]] = {
        "votes": ("Your votes", pair.voted.alone),
        "judge alone": ("The judge", pair.judged.win_rate),
        "votes and judge": ("Both together", pair.voted.corrected),
    }
    rows = ["| Win rate by | Rate | Questions |", "|---|--:|--:|"]
    for name, (label, rate) in lines.items():
        decides = " :gray[(decides)]" if name == yardstick else ""
        rows.append(f"| **{label}**{decides} | {_rate(rate)} | {rate.n:,} |")
    st.container(key="three-lines").markdown("\n".join(rows))


def _rate(rate: WinRate) -> str:
    if rate.rate is None:
        return _UNKNOWN
    return f"**{percent(rate.rate)}** :gray[{percent_range(rate.low, rate.high)}]"


def _charts(
    stored: StoredExperiment, progress: Progress, votes: Votes, found: Result
) -> None:
    looks = narrowing(stored.protocol, stored.items, progress, votes)
    narrowing_chart(looks, stored.protocol.worth)
    value_chart(found)
    kinds_chart(found.primary.judged.by_kind)


def _pick_comparison(found: Result) -> Pair:
    """Draw all comparisons in a table, and the choice of one, if there are several."""
    if len(found.pairs) == 1:
        return found.protocol.primary
    st.subheader("Comparisons", anchor=False)
    rows = [
        "| Against | Win rate | Finding | Won | Tied | Lost |",
        "|---|--:|---|--:|--:|--:|",
    ]
    for pair in found.pairs.values():
        tally = pair.judged.tally
        cells = (
            f"**{_against(found, pair.pair)}**",
            _rate(pair.rate),
            "worse" if pair.rate.high < EVEN else _FINDINGS[pair.verdict],
            f"{tally.wins:,}",
            f"{tally.ties:,}",
            f"{tally.losses:,}",
        )
        rows.append(f"| {' | '.join(cells)} |")
    table = horizontal_scroll(st.container(key="comparisons"))
    table.markdown("\n".join(rows))
    said = "Each is a question of its own. The first one is the verdict."
    if any(pair.yardstick != found.primary.yardstick for pair in found.pairs.values()):
        said += " You vote on that one only; the others are by the judge alone."
    st.caption(said)
    return st.selectbox(
        "Details against",
        list(found.pairs),
        format_func=lambda pair: _against(found, pair),
        key="experiment-pair",
    )


def _against(found: Result, pair: Pair) -> str:
    return plain_label(name_of_arm(found.protocol, pair.removeprefix(MIXTURE)))
