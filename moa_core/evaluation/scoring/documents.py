"""Computes again what documents of expected values hold, by their kind."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from moa_core.errors import ConfigError
from moa_core.evaluation.benchmarks import MAX_FILE_BYTES
from moa_core.evaluation.scoring.files import file_bytes
from moa_core.evaluation.scoring.judging_documents import (
    score_experiment,
    score_flask,
    score_judge_texts,
    score_may_judge,
)
from moa_core.evaluation.scoring.recorded_documents import (
    expected_document,
    score_alpaca,
    score_mt_bench,
)
from moa_core.evaluation.scoring.statistics_documents import (
    score_corrected,
    score_intervals,
    score_pareto,
    score_sets,
)
from moa_core.mixture import parse_strict
from moa_core.text import one_line

_FEWEST_BYTES: Final = 2  # rows of outcomes are short numbers
_LONGEST_SHOWN: Final = 120

_DOCUMENTS: Final[Mapping[str, Callable[[Any], object]]] = {
    "corrected": score_corrected,
    "experiment": score_experiment,
    "flask_synthetic": score_flask,
    "intervals": score_intervals,
    "judge_texts": score_judge_texts,
    "may_judge": score_may_judge,
    "pareto": score_pareto,
    "sets": score_sets,
}
_RECORDED: Final[Mapping[str, tuple[Callable[..., object], str, tuple[str, ...]]]] = {
    "alpaca": (
        score_alpaca,
        "alpaca_eval",
        ("lc_from_published_weights", "from_recorded_preferences"),
    ),
    "mt_bench": (score_mt_bench, "mt_bench", ("average", "judgements")),
}
"""How it is scored, the folder where the judgements are, and marks of its document."""

KINDS_SCORED: Final = tuple(sorted({*_DOCUMENTS, *_RECORDED}))


def score_file(kind: str, path: Path) -> str:
    """The document of a file with every expected value computed anew, as JSON.

    Args:
        kind: One of ``KINDS_SCORED``.
        path: The document; of ``alpaca`` and ``mt_bench`` recorded judgements, a folder
            with them, or a document of expected values beside such a folder.

    Raises:
        ConfigError: It cannot be read or used; names the file and the place in it.
    """
    try:
        if kind in _RECORDED:
            scored = _score_recorded(kind, path)
        else:
            data = file_bytes(path)
            document = parse_strict(data, MAX_FILE_BYTES, _FEWEST_BYTES)
            scored = _DOCUMENTS[kind](document)
    except ConfigError as error:
        said = str(error).removeprefix("file: ")
        raise ConfigError(f"{one_line(str(path), _LONGEST_SHOWN)}: {said}") from None
    return json.dumps(scored, indent=1, allow_nan=False)


def _score_recorded(kind: str, path: Path) -> object:
    score, folder, marks = _RECORDED[kind]
    expected = expected_document(path, marks)
    if expected is None:
        return score(path)
    beside = (path.parent / folder, path.parent.parent / folder, path.parent)
    found = next((each for each in beside if each.is_dir()), path.parent)
    return score(found, expected)
