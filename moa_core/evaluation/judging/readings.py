"""Reads what judges reply: JSON objects, and what is left of them in broken replies.

A reply may be fenced, cut, doubled, wrapped in thoughts, or made to mislead. What
cannot be told for sure is unreadable, and nothing is guessed.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Final, get_args

from moa_core.evaluation.judging.kinds import Kind
from moa_core.evaluation.judging.outcomes import Choice, PairReading

_MOST_READ: Final = 2_000_000
"""Characters that are looked at in all, so that no reply takes minutes to read."""

_COST_OF_NESTING: Final = 10_000
_LINES_COUNTED_QUICKER: Final = 32
"""Python counts the lines before an error: so many characters in the time of one."""

_OPENING: Final = re.compile(r"\{\s*+[\"}]")
_BETTER: Final[Mapping[str, Choice]] = {"1": "first", "2": "second", "same": "same"}
_KINDS: Final = frozenset(get_args(Kind))
_BARE: Final = re.compile(
    r"""["']?better["']?\s*[:=]\s*["']?(1|2|same)\b""", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_RATING: Final = re.compile(r"\[\[(\d++(?:\.\d*+)?+)\]\]")
_RATING_IN_ONE: Final = re.compile(r"\[(\d++(?:\.\d*+)?+)\]")

UNREADABLE_RATING: Final = -1.0
"""What FastChat records for a judgement without a rating; left out of all means."""


def json_objects(text: str) -> Iterator[Mapping[str, object]]:
    """Every JSON object that begins somewhere in ``text``, the last one first."""
    decoder, left = json.JSONDecoder(), _MOST_READ
    for found in reversed([*_OPENING.finditer(text)]):
        start = found.start()
        if left < 0:
            break
        try:
            value, stop = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            left -= error.pos - start + start // _LINES_COUNTED_QUICKER
        except (RecursionError, ValueError):  # too deep, or a number of many digits
            left -= _COST_OF_NESTING
        else:
            left -= stop - start
            yield value


def read_pair(text: str) -> PairReading:
    """What a judge said of two answers; ``better`` is ``None`` if nobody can tell.

    The last JSON object with a valid ``better`` counts. Without one every bare
    ``better: 1`` in the reply does, if all of them say the same.
    """
    for said in json_objects(text):
        if better := _BETTER.get(str(said.get("better", "")).strip().lower()):
            kind, reason = said.get("kind"), said.get("reason")
            return PairReading(
                better=better,
                clearly=said.get("clearly") is True,
                kind=kind if isinstance(kind, str) and kind in _KINDS else "",
                reason=reason if isinstance(reason, str) else "",
            )
    bare = {each.lower() for each in _BARE.findall(text)}
    return PairReading(better=_BETTER[bare.pop()] if len(bare) == 1 else None)


def read_score(text: str, least: float = 1, most: float = 10) -> float | None:
    """The ``score`` of a judge's last JSON object that has one, or else ``[[7]]``.

    Returns:
        ``None`` if there is none, or if it is not in ``least`` to ``most``.
    """
    for said in json_objects(text):
        if (score := _number(said.get("score"))) is not None:
            return score if least <= score <= most else None
    found = _RATING.search(text)
    rating = float(found[1]) if found else math.nan
    return rating if least <= rating <= most else None


def _number(value: object) -> float | None:
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value := value.strip()) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= 1e9 else math.inf


def recorded_rating(text: str) -> float:
    """The number that FastChat's judge was told to write: ``[[7]]``, or else ``[7]``.

    The first of them counts, as in ``fastchat/llm_judge/common.py``; it is
    ``UNREADABLE_RATING`` without one.
    """
    found = _RATING.search(text) or _RATING_IN_ONE.search(text)
    rating = float(found[1]) if found else UNREADABLE_RATING
    return rating if math.isfinite(rating) else UNREADABLE_RATING
