"""Tells of a batch while it is under way: a bar, a line now and then, or JSON lines."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from moa_core.batch import (
    BatchEnded,
    BatchFiles,
    BatchForecast,
    BatchListener,
    BatchProgress,
    EndReason,
    RowResult,
)
from moa_core.terminal.batch.words import (
    count,
    ending_of,
    expected_of,
    so_far,
    waiting_for,
)

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

LINE_EVERY_S = 10.0
BAR_EVERY_S = 0.5


class BatchTeller(BatchListener, Protocol):
    """Tells of one attempt at a batch."""

    every_s: float
    """How often ``tick`` is called."""

    def expect(self, forecast: BatchForecast) -> None:
        """Say what it will take."""

    def note(self, sentence: str) -> None:
        """Say something that is no progress."""

    def tick(self, progress: BatchProgress) -> None:
        """Time has passed."""

    def end(self, ended: BatchEnded, files: BatchFiles) -> None:
        """Say how it ended."""


@dataclass(slots=True)
class LineTeller:
    """A line every ten seconds, for a pipe or a log.

    Attributes:
        stream: Takes the lines.
    """

    stream: TextIO
    every_s: float = LINE_EVERY_S

    def expect(self, forecast: BatchForecast) -> None:
        """Say what it will take."""
        self.note(expected_of(forecast))

    def note(self, sentence: str) -> None:
        """Say something that is no progress."""
        self.stream.write(f"{sentence}\n")
        self.stream.flush()

    def begun(self, progress: BatchProgress) -> None:
        """Say where it goes on."""
        if progress.before:
            self.note(f"{progress.before:,} of {progress.rows:,} rows are answered.")

    def row_ended(self, result: RowResult, progress: BatchProgress) -> None:
        """Nothing: there are too many."""

    def tick(self, progress: BatchProgress) -> None:
        """Say how far it is."""
        self.note(f"{count(progress)} · {so_far(progress)}")

    def ended(self, reason: EndReason, progress: BatchProgress) -> None:
        """Say how far it came."""
        self.tick(progress)

    def end(self, ended: BatchEnded, files: BatchFiles) -> None:
        """Say how it ended."""
        self.note(ending_of(ended, files))


@dataclass(slots=True)
class BarTeller(LineTeller):
    """A bar that moves, for a terminal."""

    every_s: float = BAR_EVERY_S
    bar: "Bar | None" = None

    def note(self, sentence: str) -> None:
        """Say something above the bar."""
        if self.bar:
            self.bar.console.print(sentence, markup=False, highlight=False)
        else:
            LineTeller.note(self, sentence)

    def begun(self, progress: BatchProgress) -> None:
        """Draw the bar."""
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as Bar

        LineTeller.begun(self, progress)
        columns = BarColumn(), TextColumn("{task.description}", markup=False)
        console = Console(file=self.stream)
        self.bar = Bar(*columns, console=console, auto_refresh=False)
        self.bar.add_task("", total=progress.rows)
        self.bar.start()
        self.tick(progress)

    def tick(self, progress: BatchProgress) -> None:
        """Move the bar."""
        if self.bar:
            self.bar.update(
                self.bar.task_ids[0],
                completed=progress.answered + progress.failed,
                description=f"{count(progress)} · {so_far(progress)}",
                refresh=True,
            )

    def ended(self, reason: EndReason, progress: BatchProgress) -> None:
        """Leave the bar as it is."""
        self.tick(progress)
        if self.bar:
            self.bar.stop()
            self.bar = None


@dataclass(slots=True)
class JsonTeller:
    """An object a line: the forecast, every row, and the end.

    Attributes:
        stream: Takes the lines.
    """

    stream: TextIO
    every_s: float = LINE_EVERY_S
    _rows: int = field(default=0)

    def expect(self, forecast: BatchForecast) -> None:
        """Say what it will take."""
        self._line("Forecast", asdict(forecast))

    def note(self, sentence: str) -> None:
        """Say something that is no progress."""
        self._line("Note", {"text": sentence})

    def begun(self, progress: BatchProgress) -> None:
        """Say where it begins."""
        self._line("Begun", _of(progress))

    def row_ended(self, result: RowResult, progress: BatchProgress) -> None:
        """Say how a row ended."""
        error = result.line["error"] if result.line else None
        self._line(
            "Row",
            {
                "custom_id": result.row.key.custom_id,
                "outcome": result.outcome,
                "error": error["message"] if error else None,
                "cost_usd": result.cost.total_usd,
                "taken_over_calls": result.taken_over,
                **_of(progress),
            },
        )

    def tick(self, progress: BatchProgress) -> None:
        """Say what calls wait for; rows say how far it is."""
        for wait in progress.waits:
            self._line("Waiting", {**asdict(wait), "text": waiting_for(wait)})

    def ended(self, reason: EndReason, progress: BatchProgress) -> None:
        """Nothing: ``end`` says more."""

    def end(self, ended: BatchEnded, files: BatchFiles) -> None:
        """Say how it ended."""
        named = {name: str(path) for name, path in asdict(files).items()}
        sentence = ending_of(ended, files)
        about = {"reason": ended.reason, "text": sentence, "files": named}
        self._line("Ended", {**about, **_of(ended.progress)})

    def _line(self, event: str, values: dict[str, Any]) -> None:
        line = json.dumps({"event": event, **values}, default=_json_value)
        self.stream.write(f"{line}\n")
        self.stream.flush()


def _of(progress: BatchProgress) -> dict[str, Any]:
    """The figures of a batch; what is unknown is null."""
    return {
        "rows": progress.rows,
        "answered": progress.answered,
        "failed": progress.failed,
        "left": progress.left,
        "spent_usd": progress.spent.total_usd,
        "spent_known_usd": progress.spent.usd,
        "seconds": round(progress.seconds, 3),
    }


def _json_value(value: object) -> Any:  # noqa: ANN401 - a value of JSON
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value))


@contextmanager
def telling(as_json: bool, answer: TextIO, progress: TextIO) -> Iterator[BatchTeller]:
    """Whoever tells of a batch: a bar is taken down, whatever happens."""
    teller: BatchTeller
    if as_json:
        teller = JsonTeller(answer)
    elif progress.isatty():
        teller = BarTeller(progress)
    else:
        teller = LineTeller(progress, LINE_EVERY_S)
    try:
        yield teller
    finally:
        if isinstance(teller, BarTeller) and teller.bar:
            teller.bar.stop()
