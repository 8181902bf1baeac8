"""Fills a database with generated conversations, to measure what size costs."""

from bench.database.fill_texts import COMMON_WORD, RARE_WORD, TWO_WORDS
from bench.database.filled import filled

__all__ = [
    "COMMON_WORD",
    "RARE_WORD",
    "TWO_WORDS",
    "filled",
]
