"""Shows what lies behind a comparison: its price, harm, kinds, length and judge."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

import streamlit as st

from moa_core.evaluation import JudgedPair, Tally, VotedPair
from moa_core.experiments import (
    MIXTURE,
    PairResult,
    Result,
    name_of_arm,
    warnings_in_words,
)
from moa_core.usage import Cost
from pages.widgets.evaluate.address import PAGE
from pages.widgets.formatting import (
    SEPARATOR,
    counted,
    money,
    percent,
    percent_range,
    seconds,
)
from pages.widgets.layout import EXPERIMENT, QUESTION, VIEW
from pages.widgets.markdown import horizontal_scroll, plain_label, title_label
from storage.evaluation import StoredExperiment

MOST_HARM_LISTED: Final = 20
FEWEST_OF_A_KIND: Final = 10
"""A kind of fewer questions gets no range."""

_QUESTION_CHARS: Final = 90


def warnings_of(found: Result) -> None:
    """Draw what makes the verdict doubtful."""
    with st.container(key="experiment-warnings"):
        for sentence in warnings_in_words(found):
            st.warning(sentence)


def pair_details(stored: StoredExperiment, found: Result, pair: PairResult) -> None:
    """Draw everything known of one comparison."""
    judged = pair.judged
    with st.container(key="pair-details"):
        other = name_of_arm(found.protocol, pair.pair.removeprefix(MIXTURE))
        for line in _price_lines(judged, plain_label(other)):
            st.markdown(line)
        _harm(stored, judged)
        _kinds(judged.by_kind, pair.alpha)
        st.markdown(_length_line(judged))
        if found.protocol.judge:
            st.markdown(_judge_line(judged, pair.voted))
        st.caption(_missing_line(pair))


def _price_lines(judged: JudgedPair, other: str) -> Iterator[str]:
    ours, theirs = judged.usd
    if ours is None or theirs is None:
        yield "**Cost** of an answer: unknown, because a price is unknown."
    else:
        yield f"**Cost** of an answer: mixture {_usd(ours)}, {other} {_usd(theirs)}."
    took, other_took = judged.seconds
    if took is not None and other_took is not None:
        yield f"**Time**: mixture {seconds(took)}, {other} {seconds(other_took)}."
    net_win = []
    if judged.usd_per_net_win is not None:
        net_win.append(f"**{_usd(judged.usd_per_net_win)}**")
    if judged.seconds_per_net_win is not None:
        net_win.append(f"**{seconds(judged.seconds_per_net_win)}**")
    if net_win:
        yield (
            f"A net win costs {' and '.join(net_win)} more: all that the answers cost "
            "more, for each question that is won more than lost."
        )
    elif judged.tally.n and judged.tally.wins <= judged.tally.losses:
        yield "A net win has no price: the mixture does not win more than it loses."


def _usd(amount: float) -> str:
    return money(Cost(Decimal(amount)))


def _harm(stored: StoredExperiment, judged: JudgedPair) -> None:
    """Questions that were lost in both orders, with links."""
    harm, n = judged.harm, judged.tally.n
    if not n:
        return
    share = percent_range(harm.low, harm.high)
    st.markdown(
        f"**Worse** on {counted(len(harm.items), 'question')} of {n:,} ({share}), "
        f"clearly on {len(harm.clearly):,}."
    )
    if not harm.items:
        return
    question_of = {item.id: item.question for item in stored.items}
    clearly = set(harm.clearly)
    worst_first = sorted(harm.items, key=lambda name: name not in clearly)
    with st.expander("Read them", key="experiment-harm"):
        for name in worst_first[:MOST_HARM_LISTED]:
            st.page_link(
                PAGE,
                label=title_label(question_of[name], _QUESTION_CHARS),
                icon=":material/error:" if name in clearly else ":material/remove:",
                query_params={
                    EXPERIMENT: stored.summary.uid,
                    VIEW: "answers",
                    QUESTION: name,
                },
            )
        if len(worst_first) > MOST_HARM_LISTED:
            st.caption(f"{len(worst_first) - MOST_HARM_LISTED:,} more in the CSV file.")


def _kinds(by_kind: Mapping[str, Tally], alpha: float) -> None:
    if not by_kind:
        return
    rows = ["| Kind | Won | Tied | Lost | Win rate |", "|---|--:|--:|--:|--:|"]
    for kind, tally in by_kind.items():
        rate = ":gray[too few]"
        if tally.n >= FEWEST_OF_A_KIND and tally.rate is not None:
            known = tally.win_rate(alpha)
            rate = (
                f"{percent(tally.rate)} :gray[{percent_range(known.low, known.high)}]"
            )
        name = plain_label(kind) or ":gray[unknown]"
        cells = (name, f"{tally.wins:,}", f"{tally.ties:,}", f"{tally.losses:,}", rate)
        rows.append(f"| {' | '.join(cells)} |")
    horizontal_scroll(st.container(key="kinds")).markdown("\n".join(rows))
    st.caption("By the judge. Read each kind by itself; none of them is a verdict.")


def _length_line(judged: JudgedPair) -> str:
    even = judged.equal_length
    if even and even.shown:
        off = round(196 * even.error)
        return (
            f"If both were equally long: **{percent(even.rate)}** (give or take {off})."
        )
    parts = [
        f"{percent(sum(told) / len(told))} where it was {word} ({len(told):,})"
        for word, told in (
            ("longer", judged.where_longer),
            ("shorter", judged.where_shorter),
        )
        if told
    ]
    wins = f" It wins {' and '.join(parts)}." if parts else ""
    return f"If both were equally long: too few pairs in one direction to say.{wins}"


def _judge_line(judged: JudgedPair, voted: VotedPair) -> str:
    steady = judged.steadiness
    if steady.share is None:
        return (
            "No pair could be read in both orders."
            if judged.left_out
            else "The judge has not read a pair in both orders yet."
        )
    parts = [f"The judge said the same in both orders for **{percent(steady.share)}**"]
    if steady.first_share is not None:
        first = percent(steady.first_share)
        parts.append(f"of its contradictions, {first} went to the first place")
    parts.append(f"{counted(steady.unreadable, 'pair')} could not be read")
    if voted.agreement is not None:
        agreed = percent(voted.agreement)
        parts.append(f"it agrees with your votes on {agreed} of {voted.both_decide:,}")
    return f"{'; '.join(parts)}."


def _missing_line(pair: PairResult) -> str:
    parts = [
        f"{pair.judged.left_out:,} left out",
        f"{pair.judged.pending:,} not judged yet",
        f"{pair.unanswered:,} not answered yet",
        f"{pair.skipped:,} skipped in the vote",
    ]
    return SEPARATOR.join(parts)
