"""Scores documents of judging: replies, kinship, reviews and whole experiments."""

import re
from typing import Final

from moa_core.errors import ConfigError
from moa_core.evaluation.benchmarks import skill_means
from moa_core.evaluation.judging import (
    PairReading,
    may_judge,
    read_pair,
    read_score,
    read_skills,
    recorded_rating,
)
from moa_core.evaluation.results import (
    YARDSTICKS,
    AnswerFigures,
    JudgedPair,
    PairItem,
    judged_pair,
    voted_pair,
)
from moa_core.evaluation.scoring.forms import (
    ExperimentForm,
    ItemForm,
    Json,
    JudgesForm,
    ProtocolForm,
    RepliesForm,
    ReviewsForm,
)
from moa_core.evaluation.statistics import LOST, TIED, WON, WinRate, verdict
from moa_core.mixture import read_form
from moa_core.text import one_line

_SCORE_RANGE: Final = re.compile(r"score_(\d{1,3})_to_(\d{1,3})")
_LONGEST_SHOWN: Final = 60


def score_may_judge(document: list[Json]) -> list[Json]:
    """Rows of a judge and the models that answer."""
    form: JudgesForm = read_form(JudgesForm, {"rows": document})
    return [
        given | {"expected": may_judge(row.judge, row.seats)}
        for given, row in zip(document, form.rows, strict=True)
    ]


def score_judge_texts(document: Json) -> Json:
    """Replies of judges, in lists named by what they are read for."""
    if not isinstance(document, dict):
        raise ConfigError("document: expected lists of replies by name.")
    return document | {name: _replies(name, rows) for name, rows in document.items()}


def _replies(name: str, rows: list[Json]) -> list[Json]:
    scores = _SCORE_RANGE.fullmatch(name)
    if name not in ("pair", "recorded_mt_bench") and not scores:
        shown = one_line(name, _LONGEST_SHOWN)
        known = "pair, score_1_to_10, recorded_mt_bench"
        raise ConfigError(f"{shown}: nothing is read so. Known: {known}.")
    form: RepliesForm = read_form(RepliesForm, {"rows": rows}, where=name)

    def read(text: str) -> str | float | None:
        if scores:
            return read_score(text, float(scores[1]), float(scores[2]))
        return read_pair(text).better if name == "pair" else recorded_rating(text)

    texts = [row.text for row in form.rows]
    pairs = zip(rows, texts, strict=True)
    return [given | {"expected": read(text)} for given, text in pairs]


def score_flask(document: Json) -> Json:
    """Reviews of FLASK: the grades in each, and the means of the skills."""
    form: ReviewsForm = read_form(ReviewsForm, document, whole="document")
    scores = [read_skills(row.review, row.skill) for row in form.rows]
    means = {name: [each.mean, each.n] for name, each in skill_means(scores).items()}
    unreadable = sum(not each for each in scores)
    expected = {"scores": scores, "skills": means, "unreadable": unreadable}
    return document | {"expected": expected}


def score_experiment(document: Json) -> Json:
    """A whole experiment, from the judge's replies and the votes."""
    form: ExperimentForm = read_form(ExperimentForm, document, whole="document")
    protocol = form.protocol
    if protocol.yardstick not in YARDSTICKS:
        raise ConfigError(f"protocol.yardstick: none of: {', '.join(YARDSTICKS)}.")
    _check_ids(form.items)
    pairs = dict.fromkeys([protocol.primary])
    pairs |= dict.fromkeys(pair for item in form.items for pair in item.replies)
    if not form.items and isinstance(told := document.get("expected"), dict):
        pairs |= dict.fromkeys(name for name in told if name != "verdict")
    items = {pair: _pair_items(form, pair) for pair in pairs}
    expected: Json = {}
    for pair in pairs:
        judged = judged_pair(items[pair], protocol.worth, protocol.alpha)
        primary = pair == protocol.primary
        expected[pair] = _judged(judged, protocol, by_kind=primary)
        if primary:
            expected["verdict"] = _verdict(items[pair], judged, protocol)
    readings = [
        given
        | {
            "readings": {
                pair: [reading.better for reading in _readings(item, number, pair)]
                for pair in item.replies
            }
        }
        for number, (given, item) in enumerate(
            zip(document["items"], form.items, strict=True)
        )
    ]
    return document | {"items": readings, "expected": expected}


def _check_ids(items: list[ItemForm]) -> None:
    seen: dict[str, int] = {}
    for number, item in enumerate(items):
        if (before := seen.setdefault(item.id, number)) != number:
            raise ConfigError(f"items[{number}].id: that of items[{before}], too.")


def _pair_items(form: ExperimentForm, pair: str) -> list[PairItem]:
    ours, theirs = pair[:1], pair[1:]
    primary = pair == form.protocol.primary
    return [
        PairItem(
            item=item.id,
            kind=item.kind or "",
            ours=_figures(item, number, ours),
            theirs=_figures(item, number, theirs),
            readings=_readings(item, number, pair) if pair in item.replies else None,
            vote=_vote(item, number, pair) if primary else None,
        )
        for number, item in enumerate(form.items)
    ]


def _figures(item: ItemForm, number: int, arm: str) -> AnswerFigures:
    if arm not in item.characters:
        shown = one_line(arm, _LONGEST_SHOWN)
        raise ConfigError(f"items[{number}].characters: {shown} is missing.")
    nusd, ms = item.cost_nusd.get(arm), item.latency_ms.get(arm)
    return AnswerFigures(
        characters=item.characters[arm],
        cost_usd=None if nusd is None else nusd / 1e9,
        seconds=None if ms is None else ms / 1e3,
    )


def _readings(
    item: ItemForm, number: int, pair: str
) -> tuple[PairReading, PairReading]:
    replies = item.replies[pair]
    if len(replies) != 2:
        shown = one_line(pair, _LONGEST_SHOWN)
        place = f"items[{number}].replies.{shown}"
        raise ConfigError(f"{place}: expected two replies, one for each order.")
    return read_pair(replies[0] or ""), read_pair(replies[1] or "")


def _vote(item: ItemForm, number: int, pair: str) -> float | None:
    outcomes = {pair[:1]: WON, pair[1:]: LOST, "tie": TIED, "both bad": TIED}
    if item.vote in (None, "skip"):
        return None
    if item.vote in outcomes:
        return outcomes[item.vote]
    known = ", ".join([*outcomes, "skip"])
    raise ConfigError(f"items[{number}].vote: none of: {known}, or null.")


def _judged(judged: JudgedPair, protocol: ProtocolForm, *, by_kind: bool) -> Json:
    tally, harm, length = judged.tally, judged.harm, judged.equal_length
    longer, shorter = judged.where_longer, judged.where_shorter
    told: Json = {
        "judged": tally.n,
        "left_out": judged.left_out,
        "wins": tally.wins,
        "ties": tally.ties,
        "losses": tally.losses,
        "win_rate": tally.rate,
        "low": judged.win_rate.low,
        "high": judged.win_rate.high,
        "verdict_of_the_judge": judged.verdict,
        "consistent": judged.steadiness.share,
        "first_among_contradictions": judged.steadiness.first_share,
        "win_rate_where_longer": sum(longer) / len(longer) if longer else None,
        "longer": len(longer),
        "win_rate_where_shorter": sum(shorter) / len(shorter) if shorter else None,
        "shorter": len(shorter),
        "equal_length": {
            "rate": length.rate if length else None,
            "error": length.error if length else None,
            "slope": length.slope if length else None,
            "shown": length.shown if length else False,
        },
        "usd_per_net_win": judged.usd_per_net_win,
        "seconds_per_net_win": judged.seconds_per_net_win,
        "worse": len(harm.items),
        "worse_interval": [harm.low, harm.high],
        "clearly_worse": len(harm.clearly),
    }
    if by_kind:
        told["by_kind"] = {
            kind: {
                "wins": each.wins,
                "ties": each.ties,
                "losses": each.losses,
                "interval": [(rate := each.win_rate(protocol.alpha)).low, rate.high],
            }
            for kind, each in judged.by_kind.items()
        }
    return told


def _verdict(items: list[PairItem], judged: JudgedPair, protocol: ProtocolForm) -> Json:
    voted = voted_pair(items, protocol.worth, protocol.alpha)
    read: WinRate = {
        "votes and judge": voted.corrected,
        "votes": voted.alone,
        "judge alone": judged.win_rate,
    }[protocol.yardstick]

    def ends(rate: WinRate) -> Json:
        return {"rate": rate.rate, "low": rate.low, "high": rate.high}

    return {
        "votes": voted.alone.n,
        "votes_with_judgement": voted.corrected.n,
        "votes_alone": ends(voted.alone),
        "corrected": ends(voted.corrected),
        "verdict": verdict(read.low, read.high, protocol.worth),
        "agrees_with_judge_where_both_decide": voted.agreement,
        "more_votes_at_this_rate": voted.more_votes,
        "more_votes_at_this_rate_votes_alone": voted.more_votes_alone,
    }
