"""Measures how long tracing every sentence of a synthesis to its sources takes.

The made-up texts have few different words, so each sentence has something of nearly
every passage. Recorded answers, joined to the same lengths, take about as long.
"""

import statistics
import time
from collections.abc import Sequence

from bench.figures import Figures, say
from bench.models import pieces
from moa_core.similarity import provenance

PROPOSALS = 6
WORDS = 1000
TIMES = 20


def measure_provenance() -> Figures:
    """A synthesis of 1,000 words over six proposals of 1,000 words."""
    proposals = [_answer(f"proposer-{number}") for number in range(PROPOSALS)]
    taken_ms = [_trace_once(_answer("aggregator"), proposals) for _ in range(TIMES)]
    say(f"provenance: first {taken_ms[0]:.0f} ms, slowest {max(taken_ms):.0f} ms")
    return {"provenance_ms": statistics.median(taken_ms)}


def _answer(model: str) -> str:
    """As long as it is to be, with its paragraphs, headings and lists."""
    return " ".join("".join(pieces(model, 2 * WORDS)).split(" ")[:WORDS])


def _trace_once(synthesis: str, proposals: Sequence[str]) -> float:
    began_s = time.perf_counter()
    traced = provenance(synthesis, proposals)
    taken_ms = 1000 * (time.perf_counter() - began_s)
    if not any(source.supporters for source in traced.sentences):
        raise ValueError("no sentence is traced to any proposal")
    return taken_ms
