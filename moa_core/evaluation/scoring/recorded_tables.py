"""Reads tables of AlpacaEval's recorded numbers: preferences, lengths and weights."""

import csv
import io
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from moa_core.errors import ConfigError
from moa_core.evaluation.benchmarks import (
    AlpacaPreference,
    output_lengths,
    read_preferences,
)
from moa_core.evaluation.scoring.files import file_bytes, files_in
from moa_core.text import one_line

_PREFERENCE: Final = "preference:"
_LENGTH: Final = "len:"
_BASELINE_LENGTH: Final = "len_baseline"
_BY_DIFFICULTY: Final = "instruction_difficulty"
_LEVEL: Final = "not_gamed_baseline.astype(float)"
_LC: Final = "length_controlled_winrate"
_ANNOTATIONS: Final = (".json", ".jsonl", ".ndjson")
_LONGEST_SHOWN: Final = 60

OutputLengths = Mapping[tuple[str, str], int]
_NOTHING: Final = (
    "no recorded judgements are in it. Pass AlpacaEval's annotations, a table of its "
    "preferences, or a folder with one of them."
)


@dataclass(slots=True)
class RecordedTables:
    """What was found in some files.

    Attributes:
        preferences: By model.
        weights: Level and weight of the difficulty in AlpacaEval's regression, by
            system.
        difficulties: Of the instructions.
        published: Raw and length-controlled win rate in percent, by system.
    """

    preferences: dict[str, list[AlpacaPreference]] = field(default_factory=dict)
    weights: dict[str, tuple[float, float]] = field(default_factory=dict)
    difficulties: list[float] = field(default_factory=list)
    published: dict[str, tuple[float | None, float | None]] = field(
        default_factory=dict
    )


class _Rows:
    """A CSV table, whose refusals name file, line and column."""

    def __init__(self, path: Path, data: bytes) -> None:
        self._name = one_line(path.name, _LONGEST_SHOWN)
        try:
            text = data.decode("utf-8-sig")
            reader = csv.reader(io.StringIO(text, newline=""), strict=True)
            self.columns = next(reader, [])
            self.rows = [(reader.line_num, row) for row in reader if row]
        except UnicodeDecodeError:
            raise ConfigError(f"{self._name}: not UTF-8 text.") from None
        except csv.Error as error:
            raise ConfigError(f"{self._name}: not CSV: {error}.") from None

    def texts(self, column: str) -> list[str]:
        place = self.columns.index(column)
        return [row[place] if place < len(row) else "" for _, row in self.rows]

    def numbers(self, column: str) -> list[float | None]:
        """``None`` where a cell is empty."""
        found: list[float | None] = []
        for (line, _), cell in zip(self.rows, self.texts(column), strict=True):
            try:
                value = float(cell) if cell.strip() else None
            except ValueError:
                value = float("nan")
            if value is not None and not -1e15 < value < 1e15:
                shown = one_line(column, _LONGEST_SHOWN)
                raise ConfigError(
                    f"{self._name}: line {line}, {shown}: expected a number."
                )
            found.append(value)
        return found


def read_tables(paths: Sequence[Path], named: Path | None = None) -> RecordedTables:
    """Read what AlpacaEval recorded, whatever the files are called.

    Of a folder, what is none of these tables is passed over.

    Args:
        paths: Files to look at.
        named: The one that preferences are taken from. Without it, it is the first that
            has any: figures of two sets of instructions are never mixed.

    Raises:
        ConfigError: A file cannot be read, a cell is no number, or nothing is found.
    """
    tables = RecordedTables()
    for path in paths:
        told = False
        with suppress(ConfigError) if named not in (None, path) else nullcontext():
            told = _add_file(tables, path, named)  # what lies beside it may be anything
        if path == named and not told:
            raise ConfigError(_NOTHING)
    if not tables.preferences and not tables.weights:
        raise ConfigError(_NOTHING)
    return tables


def _add_file(tables: RecordedTables, path: Path, named: Path | None) -> bool:
    """Add what a file holds; false if it is of no use."""
    kind = Path(path.name.lower().removesuffix(".gz")).suffix
    own = not tables.preferences and named in (None, path)
    if kind == ".csv":
        rows = _Rows(path, file_bytes(path))
        if _add_published(tables, rows):
            return True
        if own:
            _add_numbers(tables, rows, every_model=named is not None)
    elif kind in _ANNOTATIONS and own:
        data = file_bytes(path)
        if b'"generator_2"' in data:
            for each in read_preferences(data, _lengths_beside(path)):
                tables.preferences.setdefault(each.model, []).append(each)
    return own and bool(tables.preferences)


def _lengths_beside(path: Path) -> OutputLengths:
    """Of outputs in the other JSON files of the folder."""
    lengths: dict[tuple[str, str], int] = {}
    for other in files_in(path.parent):
        kind = Path(other.name.lower().removesuffix(".gz")).suffix
        if other != path and kind in _ANNOTATIONS:
            with suppress(ConfigError):  # what lies beside it may be anything
                data = file_bytes(other)
                lengths |= output_lengths(data) if b'"generator"' in data else {}
    return lengths


def _add_published(tables: RecordedTables, rows: _Rows) -> bool:
    """Add what was published, or derived from it; false if it is no such table."""
    columns = rows.columns
    if _LC in columns:
        raw, lc = rows.numbers("win_rate"), rows.numbers(_LC)
        names = rows.texts(columns[0])
        tables.published |= dict(zip(names, zip(raw, lc, strict=True), strict=True))
    elif _LEVEL in columns and _BY_DIFFICULTY in columns:
        levels, slopes = rows.numbers(_LEVEL), rows.numbers(_BY_DIFFICULTY)
        for name, level, slope in zip(
            rows.texts(columns[0]), levels, slopes, strict=True
        ):
            if level is not None and slope is not None:
                tables.weights[name] = level, slope
    elif "difficulty_est" in columns:
        told = rows.numbers("difficulty_est")
        tables.difficulties += [value for value in told if value is not None]
    else:
        return False
    return True


def _add_numbers(tables: RecordedTables, rows: _Rows, *, every_model: bool) -> None:
    """Add columns ``preference:MODEL``; of a table without one, ``every_model``'s."""
    columns = [name for name in rows.columns if name.startswith(_PREFERENCE)]
    if not columns and every_model and "prompt_id" in rows.columns:
        columns = [name for name in rows.columns if name not in ("prompt_id", "index")]
    lengths_of_baseline = (
        rows.numbers(_BASELINE_LENGTH) if _BASELINE_LENGTH in rows.columns else None
    )
    for column in columns:
        model = column.removeprefix(_PREFERENCE)
        has_lengths = lengths_of_baseline and f"{_LENGTH}{model}" in rows.columns
        lengths = rows.numbers(f"{_LENGTH}{model}") if has_lengths else None
        tables.preferences[model] = [
            AlpacaPreference(
                instruction=str(place),
                model=model,
                baseline="",
                preference=_share(preference, column),
                lengths=_both(lengths, lengths_of_baseline, place),
            )
            for place, preference in enumerate(rows.numbers(column))
        ]


def _both(
    ours: Sequence[float | None] | None,
    theirs: Sequence[float | None] | None,
    place: int,
) -> tuple[int, int] | None:
    if ours is None or theirs is None:
        return None
    mine, other = ours[place], theirs[place]
    return None if mine is None or other is None else (int(mine), int(other))


def _share(value: float | None, column: str) -> float | None:
    if value is not None and not 0 <= value <= 1:
        shown = one_line(column, _LONGEST_SHOWN)
        raise ConfigError(f"{shown}: a preference must be from 0 to 1.")
    return value
