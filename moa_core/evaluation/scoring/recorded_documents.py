"""Scores recorded judgements: AlpacaEval's preferences, MT-Bench's grades."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from moa_core.errors import ConfigError
from moa_core.evaluation.benchmarks import (
    AlpacaPreference,
    Grade,
    alpaca_score,
    mt_bench_means,
    mt_bench_questions,
    read_grades,
)
from moa_core.evaluation.scoring.files import file_bytes, files_in
from moa_core.evaluation.scoring.forms import Json
from moa_core.evaluation.scoring.recorded_tables import RecordedTables, read_tables
from moa_core.evaluation.statistics import (
    PairLength,
    equal_length,
    published_length_controlled,
)

_FROM_WEIGHTS: Final = "lc_from_published_weights"
_FROM_PREFERENCES: Final = "from_recorded_preferences"
_BASELINE: Final = "gpt4_1106_preview"
_NOTHING: Final = (
    "no recorded judgements are in it. Pass FastChat's model judgements, or a folder "
    "with them."
)


def score_alpaca(path: Path, expected: Json | None = None) -> Json:
    """The figures of AlpacaEval 2.0 from recorded preferences and published weights.

    Args:
        path: A file with preferences (a table of numbers, or ``annotations.json``), or
            a folder; published weights and figures are looked for beside it.
        expected: A document whose systems are the ones to tell of.
    """
    named = None if path.is_dir() else path
    tables = read_tables(_tables_around(path), named)
    document = {
        _FROM_WEIGHTS: _length_controlled(tables),
        _FROM_PREFERENCES: {
            model: _preferred(model, preferences, tables)
            for model, preferences in tables.preferences.items()
        },
    }
    return document if expected is None else _like(document, expected)


def _tables_around(path: Path) -> list[Path]:
    """The file itself first; then what lies beside it, and in folders there."""
    folder = path if path.is_dir() else path.parent
    inner = sorted(each for each in folder.iterdir() if each.is_dir())
    around = [*files_in(folder), *(file for each in inner for file in files_in(each))]
    tables = [each for each in around if ".csv" in each.name.lower()]
    if path.is_dir():
        return tables + [each for each in around if each not in tables]
    return [path, *(each for each in tables if each != path)]


def _length_controlled(tables: RecordedTables) -> Json:
    if not tables.difficulties:
        return {}
    return {
        name: {
            "from_weights": published_length_controlled(*weights, tables.difficulties),
            "published": tables.published[name][1],
        }
        for name, weights in tables.weights.items()
        if name != _BASELINE and tables.published.get(name, (None, None))[1] is not None
    }


def _preferred(
    model: str, preferences: Sequence[AlpacaPreference], tables: RecordedTables
) -> Json:
    told = [each for each in preferences if each.preference is not None]
    score = alpaca_score([each.preference or 0.0 for each in told])
    raw, lc = tables.published.get(model, (None, None))
    return {
        "n": len(told),
        "raw": score.raw if score else None,
        "standard_error": score.standard_error if score else None,
        "discrete": score.discrete if score else None,
        "published_raw": raw,
        "published_lc": lc,
        "equal_length": _at_equal_length(told),
    }


def _at_equal_length(preferences: Iterable[AlpacaPreference]) -> Json | None:
    pairs = [
        PairLength(each.preference or 0.0, *each.lengths)
        for each in preferences
        if each.lengths
    ]
    if (equal := equal_length(pairs)) is None:
        return None
    return {
        "rate": 100 * equal.rate,
        "error": 100 * equal.error,
        "slope": equal.slope,
        "longer": equal.longer,
        "shorter": equal.shorter,
        "shown": equal.shown,
    }


def score_mt_bench(path: Path, expected: Json | None = None) -> Json:
    """Mean grades by model, turn and category from recorded judgements.

    Args:
        path: Judgements in FastChat's form, or a folder with them.
        expected: A document whose models are the ones to tell of.
    """
    paths = files_in(path) if path.is_dir() else [path]
    files = [(each, data) for each in paths if _has_grades(data := file_bytes(each))]
    if not files:
        raise ConfigError(_NOTHING)
    graded: dict[str, list[Grade]] = defaultdict(list)
    for _, data in files:
        models = set(graded)
        for each in read_grades(data, mt_bench_questions()):
            if each.model in models:
                raise ConfigError(f"{each.model} was judged in two of the files.")
            graded[each.model].append(each.grade)
    document = {
        model: {"judgements": len(grades), **mt_bench_means(grades)}
        for model, grades in graded.items()
    }
    return document if expected is None else _like(document, expected)


def _has_grades(data: bytes) -> bool:
    head = data[:100_000]
    return b'"question_id"' in head and b'"turn"' in head


def expected_document(path: Path, marks: Iterable[str]) -> Json | None:
    """The document of expected values that a file holds, if it is one.

    Args:
        path: The file.
        marks: Names of which one stands in any such document.
    """
    if not path.is_file() or path.suffix.lower() != ".json":
        return None
    try:
        document: Any = json.loads(file_bytes(path))
    except (ValueError, RecursionError):
        return None  # the reader of recorded judgements says what is wrong
    if not isinstance(document, dict):
        return None
    inside = [each for each in document.values() if isinstance(each, dict)]
    names = {*document, *(name for each in inside for name in each)}
    return document if names & {*marks} else None


def _like(document: Json, expected: Json) -> Json:
    """What the product computes of what ``expected`` has, under the same names."""
    told: Json = {}
    for name, value in expected.items():
        ours = document.get(name)
        nested = isinstance(value, dict) and isinstance(ours, dict)
        told[name] = _like(ours or {}, value) if nested else ours
    return told
