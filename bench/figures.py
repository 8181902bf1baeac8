"""What a measurement hands back, and how it says what it is doing."""

import sys
from typing import TypeAlias

Figures: TypeAlias = dict[str, float]
"""Names that end in their unit, and values."""


def say(line: str) -> None:
    """Tell whoever waits."""
    print(line, file=sys.stderr, flush=True)


def rounded(figures: Figures) -> Figures:
    """Four significant digits: the rest is noise."""
    return {name: float(f"{value:.4g}") for name, value in figures.items()}
