"""Writes the result of a benchmark as a report in Markdown, and as JSON values."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final

from moa_core.evaluation import PUBLISHED, PublishedFigure
from moa_core.experiments.benchmark.protocol import BenchmarkProtocol, judge_task
from moa_core.experiments.benchmark.result import BenchmarkResult, Figure
from moa_core.mixture import own_name
from moa_core.usage import Cost

_WARNINGS: Mapping[str, str] = {
    "unreadable": "Over 5 % are left out: replies of the judge could not be read.",
    "related": "The judge is of the family of a model that answers, and may favour it.",
}
FEWEST_FOR_A_RANGE: Final = 10
_NOT_COMPARABLE: Final = (
    "Published figures: another judge, in one order. Not comparable."
)


def published_beside(protocol: BenchmarkProtocol) -> tuple[PublishedFigure, ...]:
    """What others have published of the same benchmark; none of FLASK."""
    return tuple(each for each in PUBLISHED if each.benchmark == protocol.title)


def benchmark_to_dict(result: BenchmarkResult) -> dict[str, Any]:
    """All figures; unknown ones are ``null``."""
    protocol, overall = result.protocol, result.overall
    return {
        "benchmark": protocol.benchmark,
        "preset": protocol.preset,
        "judge": protocol.judge.ref,
        "protocol": protocol.to_dict(),
        "sha256": protocol.sha256,
        "overall": asdict(overall) if overall else None,
        "groups": {
            group: {label: asdict(figure) for label, figure in figures.items()}
            for group, figures in result.groups.items()
        },
        "answers": result.answers,
        "answers_of": result.answers_of,
        "judged": result.judged,
        "unreadable": result.unreadable,
        "usd_an_answer": result.usd,
        "seconds_an_answer": result.seconds,
        "judge_is_related": result.related,
        "pair": asdict(result.pair) if result.pair else None,
        "published": [asdict(each) for each in published_beside(protocol)],
    }


def benchmark_headline(result: BenchmarkResult) -> str:
    """What was found, in one line: ``MT-Bench: Together MoA 8.42 (8.1 to 8.7)``."""
    protocol = result.protocol
    return f"{protocol.title}: {protocol.preset}, {figure_in_words(result)}"


def figure_in_words(result: BenchmarkResult) -> str:
    """``8.42 (8.1 to 8.7)``, or in words why there is no such figure."""
    if result.overall:
        return figure_words(result.protocol, result.overall)
    if result.groups:
        return "graded by skill"
    return "no readable judgement" if result.judged else "not judged yet"


def figure_words(protocol: BenchmarkProtocol, figure: Figure) -> str:
    """``8.42 (8.11 to 8.70)``, or ``57.3 % (51.0 to 63.2)``; no range of under 10."""
    digits, unit = (1, " %") if judge_task(protocol.benchmark) == "pair" else (2, "")
    words = f"{figure.mean:.{digits}f}{unit}"
    if figure.n < FEWEST_FOR_A_RANGE:
        return words
    return f"{words} ({figure.low:.{digits}f} to {figure.high:.{digits}f})"


def published_words(figure: PublishedFigure) -> str:
    """``9.40 (turns 9.49, 9.31)``, or ``78.7 % (65.7 % at equal length)``."""
    if figure.benchmark == "MT-Bench":
        turns = ", ".join(f"{mean:.2f}" for mean in figure.others)
        return f"{figure.score:.2f}" + (f" (turns {turns})" if turns else "")
    return f"{figure.others[0]:.1f} % ({figure.score:.1f} % at equal length)"


def benchmark_report(result: BenchmarkResult) -> str:
    """A readable report, with the protocol in it."""
    parts = [
        "# " + benchmark_headline(result),
        "\n".join(f"- {line}" for line in _facts(result)),
        *(_group(result, name) for name in result.groups),
        *_published(result.protocol),
        _protocol(result.protocol),
    ]
    return "\n\n".join(parts) + "\n"


def _facts(result: BenchmarkResult) -> Iterator[str]:
    protocol, pair = result.protocol, result.pair
    yield f"According to {own_name(protocol.judge.model)}"
    yield from (_WARNINGS[name] for name in result.warnings)
    yield (
        f"{result.answers:,} of {result.answers_of:,} answers, {result.judged:,} "
        f"judged, {result.unreadable:,} not readable"
    )
    if result.seconds is not None:
        takes = f"takes {result.seconds:.1f} s"
        if result.usd is None:
            yield f"An answer {takes}; what it costs is unknown"
        else:
            yield f"An answer costs {Cost(Decimal(result.usd))} and {takes}"
    if pair:
        tally = pair.tally
        yield (
            f"Against {protocol.baseline}: {tally.wins} won, {tally.ties} tied, "
            f"{tally.losses} lost"
        )
        if (even := pair.equal_length) and even.shown:
            error = round(196 * even.error)
            yield f"Equally long, it would win {100 * even.rate:.0f} % (± {error})"


def _group(result: BenchmarkResult, name: str) -> str:
    lines = [f"| {name} | mean (range) | n |", "|---|---|---|"]
    for label, figure in result.groups[name].items():
        words = figure_words(result.protocol, figure)
        lines.append(f"| {label.replace('|', '/')} | {words} | {figure.n:,} |")
    return "\n".join(lines)


def _published(protocol: BenchmarkProtocol) -> Iterator[str]:
    figures = published_beside(protocol)
    if figures:
        lines = ["| published | figure | source |", "|---|---|---|"]
        lines += [
            f"| {each.system} | {published_words(each)} | {each.source} |"
            for each in figures
        ]
        yield "\n".join([_NOT_COMPARABLE, "", *lines])


def _protocol(protocol: BenchmarkProtocol) -> str:
    budget = "none" if protocol.budget_usd is None else f"${protocol.budget_usd}"
    orders = ", in both orders" if protocol.pairs else ""
    prompt = f"prompt {protocol.prompt.sha256[:12]}{orders}"
    return "\n".join(
        [
            "## Protocol",
            "",
            f"- Fixed before the first answer; SHA-256 {protocol.sha256}",
            f"- Judge: {protocol.judge.ref}, {prompt}",
            f"- Questions: {protocol.questions}, seed {protocol.seed}, SHA-256 "
            f"{protocol.questions_sha256}",
            f"- Budget: {budget}",
        ]
    )
