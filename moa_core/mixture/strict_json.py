"""Parses JSON that somebody else wrote, more strictly than Python's own reader."""

import json
import re
from collections import Counter
from itertools import accumulate, islice
from typing import Final, NoReturn

from moa_core.errors import ConfigError

MAX_DEPTH: Final = 100
"""Brackets that may stand within one another; a mixture needs eight."""

FEWEST_BYTES: Final = 8
"""Bytes of text for each value of a long one, on average. A value takes up to 130 in
memory, and what anybody writes has names: memory stays within 20 times the file."""

_VALUES_FREE: Final = 2000
_PIECES: Final = re.compile(rb'(?s)([^"]*+)(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"?)?')
"""What stands before a string, and the string."""

_PIECES_AT_ONCE: Final = 10_000
_STEPS: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_NOT_BRACKETS: Final = bytes({*range(256)} - _STEPS.keys())


class JsonObject(dict[str, object]):
    """A JSON object that remembers the name of a field which stood in it twice."""

    __slots__ = ("twice",)

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self.twice: str | None = None
        if len(self) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            self.twice = next(name for name, count in counts.items() if count > 1)


def parse_strict(
    text: str | bytes, longest: int, fewest_bytes: int = FEWEST_BYTES
) -> object:
    """The JSON values in ``text``; stricter than Python's own reader.

    Args:
        text: As it came.
        longest: Most bytes, or characters, it may have.
        fewest_bytes: Of text for each value of a long one, on average.

    Raises:
        ConfigError: It is too large, has too many values, is nested too deeply or is
            no JSON.
    """
    if len(text) > longest:
        size = f"{longest >> 20} MB" if longest >> 20 else f"{longest >> 10} KB"
        raise ConfigError(f"file: larger than {size}.")
    try:
        if isinstance(text, str):
            text = text.encode("utf-8", "surrogatepass")
        refuse_bombs(text, fewest_bytes)
        return json.loads(
            text.decode("utf-8-sig"),
            object_pairs_hook=JsonObject,
            parse_constant=_no_number,
        )
    except UnicodeDecodeError as error:
        raise ConfigError(f"byte {error.start + 1}: not UTF-8 text.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ConfigError(f"{place}: not JSON: {error.msg}.") from None
    except RecursionError:
        raise ConfigError("file: nested too deeply.") from None
    except ValueError:  # Python refuses whole numbers of thousands of digits
        raise ConfigError("file: a number in it is too long.") from None


def refuse_bombs(text: bytes, fewest_bytes: int = FEWEST_BYTES) -> None:
    """Refuse what would take far more memory as values than it does as a text.

    Signs are counted in the whole text first, which is quick, and only if those are
    too many outside of its strings.

    Raises:
        ConfigError: It has too many values, or is nested too deeply.
    """
    most = _VALUES_FREE + len(text) // fewest_bytes
    if _opening(text) + text.count(b",") <= most and _opening(text) <= MAX_DEPTH:
        return
    depth = 0
    matches = _PIECES.finditer(text)
    while some := [match[1] for match in islice(matches, _PIECES_AT_ONCE)]:
        between = b"".join(some)
        opening, closing = _opening(between), between.count(b"]") + between.count(b"}")
        if depth + opening - closing > MAX_DEPTH:
            raise ConfigError("file: nested too deeply.")
        most -= opening + between.count(b",")
        if most < 0:
            raise ConfigError("file: too many values for its size.")
        steps = map(_STEPS.__getitem__, between.translate(None, _NOT_BRACKETS))
        depths = list(accumulate(steps, initial=depth))
        if max(depths) > MAX_DEPTH:
            raise ConfigError("file: nested too deeply.")
        depth = depths[-1]


def _opening(text: bytes) -> int:
    return text.count(b"[") + text.count(b"{")


def _no_number(name: str) -> NoReturn:
    raise ConfigError(f"file: {name} is not a number in JSON.")
