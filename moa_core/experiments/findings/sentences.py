"""Says in words what an experiment has found."""

from typing import Final

from moa_core.evaluation import EVEN, FURTHEST, WinRate, rounded_up
from moa_core.experiments.arm_names import (
    ALONE,
    MIXTURE,
    ONE_MODEL,
    OTHER,
    PLACEBO,
    PROPOSAL,
    WITHOUT,
    WRITER,
    Arm,
    seat_of_arm,
)
from moa_core.experiments.findings.result import PairResult, Result
from moa_core.experiments.protocol import Pair, Protocol
from moa_core.experiments.work import AnswerKey, GradeKey, WorkKey
from moa_core.mixture import own_name

_BLIND_JUDGE: Final = (
    "The judge cannot tell an answer from one with wrong drafts, or the aggregator "
    "ignores drafts: its opinion alone says nothing here."
)


_MIXTURES: Final = (OTHER, WITHOUT, WRITER)
"""Arms that mix as well: against them nothing is said of mixing."""


def name_of_arm(protocol: Protocol, arm: Arm) -> str:
    """What an arm is, in a few words."""
    if arm == MIXTURE:
        return "the mixture"
    if arm == ALONE:
        return f"{own_name(protocol.mixture.aggregator.model)} alone"
    if arm == PLACEBO:
        return "the mixture with drafts of another question"
    if arm == ONE_MODEL and protocol.one_model:
        return f"{own_name(protocol.one_model.model)} in every seat"
    if arm == OTHER and protocol.other:
        return f"the other mixture, under {own_name(protocol.other.aggregator.model)}"
    seat = seat_of_arm(protocol.mixture, arm)
    agent = protocol.mixture.layers[seat.layer_index].proposers[seat.position]
    name = own_name(agent.model)
    if arm.startswith(PROPOSAL):
        return f"{name} alone"
    if arm.startswith(WRITER):
        return f"the mixture written by {name}"
    is_last = seat.layer_index == len(protocol.mixture.layers) - 1
    where = "" if is_last else f" in layer {seat.layer_index + 1}"
    return f"the mixture without {name}{where}"


def work_in_words(key: WorkKey) -> str:
    """``q17 B``, ``q17 B and A`` for a judgement, ``q17 grade`` for a grade."""
    if isinstance(key, AnswerKey):
        return f"{key.item} {key.arm}"
    if isinstance(key, GradeKey):
        return f"{key.item} grade"
    ours, theirs = key.pair[0], key.pair[1:]
    first, second = (ours, theirs) if key.ours_first else (theirs, ours)
    return f"{key.item} {first} and {second}"


def headline(result: Result) -> str:
    """The verdict of the primary pair, in one sentence.

    A judge that cannot tell wrong drafts from right ones gives none by itself.
    """
    if result.protocol.yardstick == "judge alone" and _judge_is_blind(result):
        return _BLIND_JUDGE
    return verdict_sentence(result.protocol, result.primary)


def verdict_sentence(protocol: Protocol, pair: PairResult) -> str:
    """What a pair says: it helps, it does not, or how much more would tell."""
    arm = pair.pair.removeprefix(MIXTURE)
    other, share = name_of_arm(protocol, arm), share_words(pair.rate)
    by_judge = protocol.yardstick == "judge alone" and protocol.judge
    told_by = (
        f"According to {own_name(protocol.judge.model)}: "
        if by_judge and protocol.judge
        else ""
    )
    helps, does_not = ("Mixing helps", "Mixing does not help")
    if arm[0] in _MIXTURES:
        helps, does_not = ("The mixture is better", "The mixture is not better")
    if pair.verdict == "helps":
        small = (
            ", but less than you asked for" if pair.rate.high < protocol.worth else ""
        )
        return f"{told_by}{helps}{small}: it wins {share} against {other}."
    if pair.verdict == "does not":
        worse = _worse(arm) if pair.rate.high < EVEN else ""
        return f"{told_by}{does_not}{worse}: it wins {share} against {other}."
    return f"{told_by}Not known yet against {other}: {_more_words(protocol, pair)}"


def _worse(arm: Arm) -> str:
    is_mixture = arm[0] in _MIXTURES
    return ", and worse" if is_mixture else ", and makes answers worse"


def share_words(rate: WinRate) -> str:
    """``63 % (55 to 70)``, or ``-`` if nothing is known."""
    if rate.rate is None:
        return "–"
    low, high = round(100 * rate.low), round(100 * rate.high)
    return f"{100 * rate.rate:.0f} % ({low} to {high})"


def _more_words(protocol: Protocol, pair: PairResult) -> str:
    what = "questions" if protocol.yardstick == "judge alone" else "votes"
    seen = "" if pair.rate.rate is None else f"{share_words(pair.rate)} so far; "
    if pair.rate.rate is None and what == "votes":
        return "vote on about 30 questions."
    if pair.more is None:
        return f"{seen}more than {FURTHEST:,} {what} would be needed."
    return f"{seen}about {rounded_up(pair.more)} more {what} would tell."


def combined_sentence(result: Result) -> str | None:
    """What the comparisons with A, C and D say together; ``None`` if not yet."""
    better, one_model, placebo = (_said(result, pair) for pair in ("BA", "BC", "BD"))
    if _judge_is_blind(result):
        return _BLIND_JUDGE
    match better, one_model, placebo:
        case "yes", "yes", "yes":
            return "Mixing different models helps, more than asking one model as often."
        case "yes", _, "yes" if one_model is not None:
            return (
                "Reading drafts helps; that they come from different models is not "
                "shown. Try one model in every seat."
            )
        case "yes", _, "no":
            return (
                "The gain does not come from the drafts: they could be about anything."
            )
        case "no", _, "yes":
            return "The drafts are read, and yet the answer is no better than without."
        case _:
            return None


def _judge_is_blind(result: Result) -> bool:
    """Whether the placebo, judged to the end, is no worse, and neither is A."""
    if _said(result, "BD") != "no" or _said(result, "BA") == "yes":
        return False
    judged = result.pairs["BD"].judged
    return judged.pending == 0 and judged.tally.n > 0


def _said(result: Result, pair: Pair) -> str | None:
    """``yes``, ``no`` or ``not known``; ``None`` if it is not compared."""
    if pair not in result.pairs:
        return None
    words = {"helps": "yes", "does not": "no", "not known": "not known"}
    return words[result.pairs[pair].verdict]
