"""Measures what Auto and early exit save on recorded answers, and what they change.

The answers are AlpacaEval's: those of models alone, and of the authors' own code with
one and with two layers of them under Qwen1.5-72B. Auto's first answer is Qwen1.5-72B's
own, its second opinion that of the cheapest proposer of another maker, and the mixture
has five proposers in two layers. Answers are compared with those of Together-MoA-Lite,
which is another run of such a mixture: as alike as two runs of one mixture are is as
alike as can be. Nobody is called.
"""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from bench.estimate import RECORDED, SHARED
from bench.figures import Figures, say
from moa_core.engine import DEFAULT_THRESHOLD, doubt_about
from moa_core.engine.pacing import layer_agreement
from moa_core.mixture import EarlyExit
from moa_core.similarity import agreement

DEFAULT_AGREEMENT = EarlyExit().agreement

FIRST = "Qwen1.5-72B-Chat"
SECOND = "Meta-Llama-3-70B-Instruct"
PROPOSERS = (
    "Qwen1.5-110B-Chat",
    FIRST,
    "Mixtral-8x22B-Instruct-v0.1",
    SECOND,
    "dbrx-instruct",
)
ONE_LAYER, TWO_LAYERS = "MoA-Qwen1.5-72B-round-1", "MoA-Qwen1.5-72B-round-2"
ANOTHER_RUN = "Together-MoA-Lite"

WHOLE_CALLS = 2 * len(PROPOSERS) + 1
STANDING_CALLS = 2
ASKING_CALLS = WHOLE_CALLS + 1  # the second opinion is one of the proposals

THRESHOLDS = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
AGREEMENTS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)


@dataclass(frozen=True, slots=True)
class _Replayed:
    """A recorded question: what would have been decided, and how alike answers are.

    Attributes:
        doubt: About the first answer.
        agreement: Of the five proposals.
        alone: How like another run of the mixture the first answer is.
        one_layer: The mixture's answer after one layer, likewise.
        two_layers: The whole mixture's answer, likewise.
        direct: How like the whole mixture's answer the first one is.
    """

    doubt: float
    agreement: float
    alone: float
    one_layer: float
    two_layers: float
    direct: float


def measure_auto() -> Figures:
    """Print both curves; nothing without the recordings."""
    if not RECORDED.exists():
        say(f"auto: left out, there are no recorded answers in {SHARED}")
        return {}
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        questions = [_replayed(json.loads(line)) for line in lines]
    whole = fmean(each.two_layers for each in questions)
    say(f"auto: {len(questions)} questions; two runs of the mixture are {whole:.3f}")
    say("auto: doubt asks calls saved | as alike as a run of the mixture | to its own")
    rows = {value: _auto(questions, value) for value in THRESHOLDS}
    _print(rows, DEFAULT_THRESHOLD)
    say("exit: agreement leaves out calls saved | as alike as a run of the mixture")
    exits = {value: _early_exit(questions, value) for value in AGREEMENTS}
    _print(exits, DEFAULT_AGREEMENT)
    chosen, left = rows[DEFAULT_THRESHOLD], exits[DEFAULT_AGREEMENT]
    return {
        "auto_calls_saved_ratio": chosen[1],
        "auto_alike_ratio": chosen[2],
        "early_exit_calls_saved_ratio": left[1],
        "early_exit_alike_ratio": left[2],
    }


def _print(rows: dict[float, tuple[float, ...]], default: float) -> None:
    for value, (share, *figures) in rows.items():
        cells = " ".join(f"{figure:8.1%}" for figure in figures)
        mark = "  <- the default" if value == default else ""
        say(f"      {value:5.2f} {share:6.1%} {cells}{mark}")


def _replayed(row: dict[str, Any]) -> _Replayed:
    texts = row["outputs"]
    first, other = texts[FIRST], texts[ANOTHER_RUN]
    return _Replayed(
        doubt=doubt_about(row["instruction"], first, texts[SECOND]).value,
        agreement=layer_agreement([texts[name] for name in PROPOSERS]),
        alone=_likeness(first, other),
        one_layer=_likeness(texts[ONE_LAYER], other),
        two_layers=_likeness(texts[TWO_LAYERS], other),
        direct=_likeness(first, texts[TWO_LAYERS]),
    )


def _likeness(one: str, other: str) -> float:
    return agreement((one, other)).matrix[0][1]


def _auto(questions: Sequence[_Replayed], threshold: float) -> tuple[float, ...]:
    """The share that is asked of all, calls saved, and how alike the answers are."""
    stands = [each.doubt < threshold for each in questions]
    calls = [STANDING_CALLS if alone else ASKING_CALLS for alone in stands]
    pairs = list(zip(questions, stands, strict=True))
    return (
        1 - fmean(stands),
        1 - fmean(calls) / WHOLE_CALLS,
        _ratio(questions, [q.alone if a else q.two_layers for q, a in pairs]),
        fmean(q.direct if a else 1.0 for q, a in pairs),
    )


def _early_exit(questions: Sequence[_Replayed], least: float) -> tuple[float, ...]:
    leaves = [each.agreement >= least for each in questions]
    pairs = list(zip(questions, leaves, strict=True))
    return (
        fmean(leaves),
        fmean(leaves) * len(PROPOSERS) / WHOLE_CALLS,
        _ratio(questions, [q.one_layer if a else q.two_layers for q, a in pairs]),
    )


def _ratio(questions: Sequence[_Replayed], likeness: Sequence[float]) -> float:
    return fmean(likeness) / fmean(each.two_layers for each in questions)
