"""Says in words what an experiment has found."""

from collections.abc import Mapping
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

_WARNINGS: Final[Mapping[str, str]] = {
    "unsteady": "The judge said the same in both orders for fewer than 60 % of the "
    "pairs: it hardly looks at the answers. Try another judge.",
    "unreadable": "More than 5 % of the pairs are left out, because replies of the "
    "judge could not be read. Try another judge.",
    "skipped": "More than 20 % of the questions were skipped in the vote, so the "
    "figures may be off. Skip only what you cannot tell.",
}
_RELATED: Final = (
    "The judge is of the family of a model that answered. Judges favour their own."
)
_BLIND_JUDGE: Final = (
    "The judge cannot tell an answer from one with wrong drafts, or the aggregator "
    "ignores drafts: its opinion alone says nothing here."
)


_MIXTURES: Final = (OTHER, WITHOUT, WRITER)
"""Arms that mix as well: against them nothing is said of mixing."""

_FINDINGS: Final = (
    ("mixing helps", "mixing does not help", "mixing helps"),
    ("the mixture is better", "the mixture is not better", "the mixture is better"),
)
"""What is found, what is not, and what is asked: of mixing, and of a mixture."""


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
    other = name_of_arm(protocol, arm)
    helps, does_not, whether = _FINDINGS[arm[0] in _MIXTURES]
    wins = f"it wins {share_words(pair.rate)} against {other}."
    if pair.verdict == "helps":
        small = pair.rate.high < protocol.worth
        said = f"{helps}{', but less than you asked for' if small else ''}: {wins}"
    elif pair.verdict == "does not":
        said = f"{does_not}{_worse(arm) if pair.rate.high < EVEN else ''}: {wins}"
    else:
        said = f"it is not known yet whether {whether}{_more_words(pair, other)}"
    if pair.yardstick == "judge alone" and protocol.judge:
        return f"According to {own_name(protocol.judge.model)}, {said}"
    said = said.removeprefix("it is ")
    return said[0].upper() + said[1:]


def _worse(arm: Arm) -> str:
    is_mixture = arm[0] in _MIXTURES
    return ", and worse" if is_mixture else ", and makes answers worse"


def share_words(rate: WinRate) -> str:
    """``63 % (55–70 %)``, or ``–`` if nothing is known."""
    if rate.rate is None:
        return "–"
    rounded, low, high = map(_whole_percent, (rate.rate, rate.low, rate.high))
    return f"{rounded} % ({low}–{high} %)"


def _whole_percent(share: float) -> str:
    """``63``; only what is exactly 0 or 1 says so."""
    whole = round(100 * share)
    if whole == 0 and share > 0:
        return "<1"
    return str(min(whole, 99) if share < 1 else whole)


def _more_words(pair: PairResult, other: str) -> str:
    """How the sentence ends that says that nothing is known yet."""
    by_judge = pair.yardstick == "judge alone"
    if pair.rate.rate is None:
        wanted = "vote on about 30 questions"
        if by_judge:
            unread = pair.judged.left_out
            wanted = "no reply can be read" if unread else "no pair is judged yet"
        return f" against {other}: {wanted}."
    what = "questions" if by_judge else "votes"
    more = f"more than {FURTHEST:,} {what} would be needed"
    if pair.more is not None:
        more = f"about {rounded_up(pair.more)} more {what} would tell"
    return f": it wins {share_words(pair.rate)} against {other} so far; {more}."


def warnings_in_words(result: Result) -> list[str]:
    """What makes the verdict doubtful, each with what can be done about it."""
    told = [_WARNINGS[name] for name in result.primary.warnings]
    return [*told, _RELATED] if result.related else told


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
