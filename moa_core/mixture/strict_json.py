"""Parses JSON that somebody else wrote, more strictly than Python's own reader."""

import json
from typing import NoReturn

from moa_core.errors import ConfigError


class JsonObject(dict[str, object]):
    """A JSON object that remembers the name of a field which stood in it twice."""

    twice: str | None = None


def parse_strict(text: str | bytes, longest: int) -> object:
    """The JSON values in ``text``; stricter than Python's own reader.

    Args:
        text: As it came.
        longest: Most bytes, or characters, it may have.

    Raises:
        ConfigError: It is too large, nested too deeply or no JSON.
    """
    if len(text) > longest:
        raise ConfigError(f"file: larger than {longest // 1024} KB.")
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        return json.loads(
            decoded.removeprefix("\ufeff"),
            object_pairs_hook=_fields,
            parse_constant=_no_number,
        )
    except UnicodeDecodeError as error:
        raise ConfigError(f"byte {error.start + 1}: this is no UTF-8 text.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ConfigError(f"{place}: this is no JSON: {error.msg}.") from None
    except RecursionError:
        raise ConfigError("file: nested too deeply.") from None
    except ValueError:  # Python refuses whole numbers of thousands of digits
        raise ConfigError("file: a number in it is too long.") from None


def _fields(pairs: list[tuple[str, object]]) -> JsonObject:
    fields = JsonObject(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        fields.twice = next(name for name in names if names.count(name) > 1)
    return fields


def _no_number(name: str) -> NoReturn:
    raise ConfigError(f"file: {name} is no number in JSON.")
