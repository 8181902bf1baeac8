"""Finds formulas that would freeze a browser or leave their place; shows their source.

Streamlit draws formulas with KaTeX, without a limit on sizes and with one on macros
that is too high. Costs were measured in Chromium (docs/measurements.md, ADR 21).
"""

import re
from dataclasses import dataclass
from typing import Final

from pages.widgets.markdown.render_limits import FORMULA_MS, FORMULA_MS_PER_CHAR

MAX_CHARS: Final = 1_000
"""The most source of one formula; it takes a fifth of a second."""

MAX_MS: Final = 500
"""What all formulas of one piece may cost; those that follow are not drawn."""

MAX_CELLS: Final = 200
MAX_DEPTH: Final = 40
MAX_NESTED_ENVIRONMENTS: Final = 6
MAX_EM: Final = 40
"""All lengths that a formula names, together, in either direction."""

_COMMENT: Final = re.compile(r"(?<!\\)%[^\n]*\n?[ \t]*")
_SEPARATOR: Final = re.compile(
    r"&|\\\\|\\(?:cr|newline|atop|over|above|brace|brack)(?![A-Za-z@])"
)
# A few commands can stand for any number of others.
_DEFINITION: Final = re.compile(
    r"\\(?:[gex]?def|let|futurelet|global|long|(?:re)?newcommand|providecommand"
    r"|expandafter|noexpand|char)(?![A-Za-z@])|\\[A-Za-z]*@"
)
_BRACE: Final = re.compile(r"(?<!\\)(?:\\\\)*([{}])|\\(left|right)(?![A-Za-z@])")
_LENGTH: Final = re.compile(
    r"(\d+\.?\d*|\.\d+)[\s{}]*(pt|mm|cm|in|bp|pc|dd|cc|nd|nc|sp|px|ex|em|mu)(?![a-z])"
)
_NEGATIVE_SPACE: Final = re.compile(r"\\(?:!|neg(?:thin|med|thick)space(?![A-Za-z@]))")
_EM: Final = {
    "pt": 0.1, "mm": 0.285, "cm": 2.85, "in": 7.23, "bp": 0.1, "pc": 1.2, "dd": 0.107,
    "cc": 1.28, "nd": 0.107, "nc": 1.28, "sp": 1e-6, "px": 0.1, "ex": 0.43, "em": 1.0,
    "mu": 0.056,
}  # fmt: skip


@dataclass(slots=True)
class FormulaLimits:
    """Decides of one formula after the other whether it is drawn."""

    spent_ms: float = 0.0

    def allow(self, source: str) -> bool:
        """Whether to draw ``source`` after those that were allowed before."""
        cost_ms = FORMULA_MS + FORMULA_MS_PER_CHAR * len(source)
        if self.spent_ms + cost_ms > MAX_MS or not is_drawable(source):
            return False
        self.spent_ms += cost_ms
        return True


def is_drawable(source: str) -> bool:
    """Whether KaTeX draws ``source`` soon, and within about a screen.

    Args:
        source: LaTeX, without its dollar signs.
    """
    if len(source) > MAX_CHARS:
        return False
    if "\\" not in source and "{" not in source:
        return True
    source = _COMMENT.sub("", source)
    return not (
        _DEFINITION.search(source)
        or len(_SEPARATOR.findall(source)) > MAX_CELLS
        or source.count("\\begin") > MAX_NESTED_ENVIRONMENTS
        or _depth(source) > MAX_DEPTH
        or _em(source) > MAX_EM
    )


def _depth(source: str) -> int:
    deepest = depth = 0
    for match in _BRACE.finditer(source):
        opens = match[1] == "{" or match[2] == "left"
        depth += 1 if opens else -1
        deepest = max(deepest, depth)
    return deepest


def _em(source: str) -> float:
    named = sum(float(size) * _EM[unit] for size, unit in _LENGTH.findall(source))
    return named + len(_NEGATIVE_SPACE.findall(source)) / 6


def source_block(source: str, lead: str, closing_lead: str | None) -> str:
    """A display formula that is not drawn, as a fence.

    Args:
        source: Its lines, each with what the block it stands in begins them with.
        lead: What stands before the opening line.
        closing_lead: The same of the closing line; ``None`` while it is unfinished.
    """
    ticks = _ticks(source, fewest=3)
    closing = "" if closing_lead is None else f"{closing_lead}{ticks}"
    return f"{lead}{ticks}latex\n{source}{closing}"


def source_code(formula: str) -> str:
    """A formula within a line that is not drawn, with its dollar signs, as code."""
    ticks = _ticks(formula, fewest=1)
    line = " ".join(formula.split())
    return f"{ticks} {line} {ticks}" if "`" in line else f"{ticks}{line}{ticks}"


def _ticks(text: str, fewest: int) -> str:
    longest = max(map(len, re.findall("`+", text)), default=0)
    return "`" * max(fewest, longest + 1)
