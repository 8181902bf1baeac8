"""Lists figures that others have published, to stand beside ours and never among them.

Another judge, one order and another day: they are not comparable with ours, and every
table marks them as published.
"""

from dataclasses import dataclass
from typing import Final, Literal

Benchmark = Literal["AlpacaEval 2.0", "MT-Bench"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFigure:
    """A row of a published table.

    Attributes:
        score: Length-controlled win rate in percent, or the mean grade from 1 to 10.
        others: Raw win rate, or the means of both turns; empty if not published.
    """

    benchmark: Benchmark
    system: str
    score: float
    others: tuple[float, ...] = ()
    source: str = "Wang et al. 2024, arXiv:2406.04692, table 2"


_ALPACA: Final = (
    ("MoA w/ GPT-4o", 65.7, 78.7),
    ("MoA", 65.1, 59.8),
    ("MoA-Lite", 59.3, 57.0),
    ("GPT-4o (05/13)", 57.5, 51.3),
    ("GPT-4 Turbo (04/09)", 55.0, 46.1),
    ("WizardLM 8x22B", 51.3, 62.3),
    ("Qwen1.5 110B", 43.9, 33.8),
    ("Qwen1.5 72B", 36.6, 26.5),
    ("Llama 3 70B", 34.4, 33.2),
    ("Mixtral 8x22B", 30.9, 22.2),
)
_MT_BENCH: Final = (
    ("MoA w/ GPT-4o", 9.40, 9.49, 9.31),
    ("GPT-4 Turbo (04/09)", 9.31),
    ("MoA", 9.25, 9.44, 9.07),
    ("GPT-4 Preview (11/06)", 9.20),
    ("GPT-4o (05/13)", 9.19),
    ("MoA-Lite", 9.18, 9.38, 8.99),
    ("Qwen1.5 110B", 8.96),
    ("Llama 3 70B", 8.94),
    ("GPT-4 (06/13)", 8.84),
    ("Mixtral 8x22B", 8.78),
    ("WizardLM 8x22B", 8.78),
    ("Qwen1.5 72B", 8.44),
)

PUBLISHED: Final = (
    *(
        PublishedFigure(
            benchmark="AlpacaEval 2.0", system=name, score=score, others=tuple(others)
        )
        for name, score, *others in _ALPACA
    ),
    *(
        PublishedFigure(
            benchmark="MT-Bench", system=name, score=score, others=tuple(others)
        )
        for name, score, *others in _MT_BENCH
    ),
)
