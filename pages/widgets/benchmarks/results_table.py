"""Makes the tables of results: our runs, and apart from them published figures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from moa_core.evaluation import PublishedFigure, RecordedFigure
from moa_core.experiments import BenchmarkResult, figure_in_words, published_words
from moa_core.mixture import own_name
from moa_core.usage import Cost
from pages.widgets.benchmarks.recorded import recorded_words
from pages.widgets.formatting import NO_BREAK, dates, money_cell, seconds
from pages.widgets.markdown import plain_label
from storage.evaluation import StoredBenchmark

_NAME_CHARS: Final = 60
_UNKNOWN: Final = "unknown"
_HEAD: Final = (
    "| Answered by | Result | Answers judged | Judge | Date | Cost an answer | Time |\n"
    "|---|--:|--:|---|---|--:|--:|"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One line of the table.

    Attributes:
        score: What it is sorted by; ``None`` without an overall figure.
        n: Answers that were judged and could be read.
        usd: Mean cost of an answer; ``None`` if unknown.
        seconds: Mean time of an answer; ``None`` if unknown.
    """

    name: str
    result: str
    judge: str
    score: float | None
    n: int
    at: datetime
    usd: float | None
    seconds: float | None


def row_of(stored: StoredBenchmark, found: BenchmarkResult) -> ResultRow:
    """A run of ours, as far as it is."""
    overall, protocol = found.overall, found.protocol
    return ResultRow(
        name=protocol.preset,
        result=figure_in_words(found),
        judge=own_name(protocol.judge.model),
        score=overall.mean if overall else None,
        n=found.judged - found.unreadable,
        at=stored.summary.created_at,
        usd=found.usd,
        seconds=found.seconds,
    )


_Number = Callable[[ResultRow], float | None]
ORDERS: Final[Mapping[str, tuple[_Number, bool]]] = {
    "Result": (lambda row: row.score, True),
    "Date": (lambda row: row.at.timestamp(), True),
    "Answers": (lambda row: row.n, True),
    "Cost": (lambda row: row.usd, False),
    "Time": (lambda row: row.seconds, False),
}
"""By what the table can be sorted: a number of each row, and whether large is first."""


def in_order(rows: Iterable[ResultRow], order: str) -> list[ResultRow]:
    """Sorted; what is not known comes last."""
    number, large_first = ORDERS[order]

    def place(row: ResultRow) -> tuple[bool, float]:
        value = number(row)
        return value is None, 0 if value is None else -value if large_first else value

    return sorted(rows, key=place)


def recorded_row(figure: RecordedFigure, at: datetime) -> ResultRow:
    """A system whose judgements somebody has recorded, and we have only scored."""
    return ResultRow(
        name=figure.system,
        result=recorded_words(figure),
        judge="recorded",
        score=figure.score,
        n=figure.n,
        at=at,
        usd=None,
        seconds=None,
    )


def results_in_markdown(rows: Sequence[ResultRow]) -> str:
    """The table in Markdown."""
    return "\n".join([_HEAD, *map(_line, rows)])


def published_table(figures: Sequence[PublishedFigure]) -> str:
    """What others have published, in the order of their table."""
    lines = ["| System | Published figure |", "|---|---|"]
    for each in figures:
        name = plain_label(each.system, limit=_NAME_CHARS)
        lines.append(f"| {name} | {published_words(each)} |")
    return "\n".join(lines)


def _line(row: ResultRow) -> str:
    cells = (
        plain_label(row.name, limit=_NAME_CHARS),
        row.result.replace(" ", NO_BREAK),
        f"{row.n:,}",
        plain_label(row.judge, limit=_NAME_CHARS),
        dates.short_date(row.at).replace(" ", NO_BREAK),
        _UNKNOWN if row.usd is None else money_cell(Cost(Decimal(str(row.usd)))),
        _UNKNOWN if row.seconds is None else seconds(row.seconds),
    )
    return f"| {' | '.join(cells)} |"
