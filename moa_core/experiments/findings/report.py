"""Writes an experiment as a report in Markdown, and as JSON values."""

from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from moa_core.experiments.arm_names import MIXTURE
from moa_core.experiments.findings.result import PairResult, Result
from moa_core.experiments.findings.sentences import (
    combined_sentence,
    headline,
    name_of_arm,
    share_words,
    verdict_sentence,
    warnings_in_words,
)
from moa_core.experiments.forecast import Forecast
from moa_core.experiments.protocol import Protocol
from moa_core.usage import Cost


def result_to_dict(result: Result) -> dict[str, Any]:
    """All figures and sentences; unknown ones are ``null``."""
    return {
        "protocol": result.protocol.to_dict(),
        "sha256": result.protocol.sha256,
        "sentence": headline(result),
        "together": combined_sentence(result),
        "judge_is_related": result.related,
        "pairs": {name: _pair_to_dict(each) for name, each in result.pairs.items()},
    }


def forecast_to_dict(expected: Forecast) -> dict[str, Any]:
    """What is expected; dollars are ``null`` where a price is unknown."""
    values = asdict(expected) | {"calls": expected.calls}
    for end, cost in (("low", expected.low), ("high", expected.high)):
        del values[end]
        usd = cost.total_usd
        values[f"{end}_usd"] = None if usd is None else float(usd)
    return values


def _pair_to_dict(pair: PairResult) -> dict[str, Any]:
    judged = asdict(pair.judged)
    judged["steadiness"]["share"] = pair.judged.steadiness.share
    judged["steadiness"]["first_share"] = pair.judged.steadiness.first_share
    return {
        "verdict": pair.verdict,
        "yardstick": pair.yardstick,
        "rate": asdict(pair.rate),
        "more": pair.more,
        "alpha": pair.alpha,
        "unanswered": pair.unanswered,
        "skipped": pair.skipped,
        "warnings": list(pair.warnings),
        "judged": judged,
        "voted": asdict(pair.voted),
    }


def report_of(result: Result) -> str:
    """A readable report, with the protocol in it."""
    parts = [
        "# " + headline(result),
        *filter(None, [combined_sentence(result)]),
        *warnings_in_words(result),
        _comparisons(result),
        *(_details(result, pair) for pair in result.pairs.values()),
        _protocol(result.protocol),
    ]
    return "\n\n".join(parts) + "\n"


def _comparisons(result: Result) -> str:
    lines = [
        "| the mixture against | votes and judge | judge | votes | won, tied, lost |",
        "|---|---|---|---|---|",
    ]
    for pair in result.pairs.values():
        tally = pair.judged.tally
        cells = (
            name_of_arm(result.protocol, pair.pair.removeprefix(MIXTURE)),
            share_words(pair.voted.corrected),
            share_words(pair.judged.win_rate),
            share_words(pair.voted.alone),
            f"{tally.wins}, {tally.ties}, {tally.losses}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _details(result: Result, pair: PairResult) -> str:
    other = name_of_arm(result.protocol, pair.pair.removeprefix(MIXTURE))
    return "\n".join(
        [f"## Against {other}", "", *(f"- {line}" for line in _lines(result, pair))]
    )


def _lines(result: Result, pair: PairResult) -> Iterator[str]:
    judged, harm = pair.judged, pair.judged.harm
    yield verdict_sentence(result.protocol, pair)
    if judged.usd_per_net_win is not None:
        yield f"A net win costs {Cost(Decimal(judged.usd_per_net_win))} more."
    if judged.seconds_per_net_win is not None:
        yield f"A net win takes {judged.seconds_per_net_win:.1f} s more."
    if harm.items:
        yield (
            f"Worse in both orders: {len(harm.items)} ({100 * harm.low:.0f}–"
            f"{100 * harm.high:.0f} %), clearly {len(harm.clearly)}: "
            f"{', '.join(harm.items)}."
        )
    if (even := judged.equal_length) and even.shown:
        error = round(196 * even.error)
        yield f"Equally long, it would win {100 * even.rate:.0f} % (± {error})."
    for kind, tally in judged.by_kind.items():
        yield f"{kind or 'unknown kind'}: {tally.wins}, {tally.ties}, {tally.losses}"
    yield (
        f"{judged.left_out} pairs could not be read, {judged.pending} are not judged, "
        f"{pair.unanswered} not answered."
    )


def _protocol(protocol: Protocol) -> str:
    judge = protocol.judge.ref if protocol.judge else "nobody"
    budget = "none" if protocol.budget_usd is None else f"${protocol.budget_usd}"
    arms = (f"{arm} ({name_of_arm(protocol, arm)})" for arm in protocol.arms)
    return "\n".join(
        [
            "## Protocol",
            "",
            f"- Fixed before the first answer; SHA-256 {protocol.sha256}",
            f"- Arms: {', '.join(arms)}",
            f"- Judge: {judge}, prompt {protocol.prompt.sha256[:12]}, in both orders",
            f"- Questions: {protocol.questions}, seed {protocol.seed}",
            f"- Primary pair: {protocol.primary}, verdict by {protocol.yardstick}",
            f"- Worth having from {100 * protocol.worth:.0f} %, alpha {protocol.alpha}",
            f"- Budget: {budget}",
        ]
    )
