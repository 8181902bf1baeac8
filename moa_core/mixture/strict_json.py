"""JSON that somebody else wrote: read strictly, and only the fields that we know."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeAlias

from moa_core.errors import ConfigError
from moa_core.text import one_line

Check: TypeAlias = Callable[[str, str], None]
"""Takes a text and its place, and raises a ConfigError when it may not be there."""

Shape: TypeAlias = "Mapping[str, Shape] | list[Shape] | Check"
"""What may be where: fields, a list with items of one shape, or a value.

A value is only looked at where it is a text; its type is checked by whoever reads it.
"""

_LONGEST_FIELD = 60


class _Fields(dict[str, object]):
    """A JSON object that remembers a field which stood in it twice."""

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


def _fields(pairs: list[tuple[str, object]]) -> _Fields:
    fields = _Fields(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        fields.twice = next(name for name in names if names.count(name) > 1)
    return fields


def _no_number(name: str) -> NoReturn:
    raise ConfigError(f"file: {name} is no number in JSON.")


def select_known_fields(
    data: object, shape: Shape, where: str, left_out: list[str]
) -> Any:  # noqa: ANN401 - JSON
    """The part of ``data`` that ``shape`` has a place for.

    Args:
        data: What ``parse_strict`` gave, or a part of it.
        shape: What may be where.
        where: Place of ``data`` in the file, ``""`` at its top.
        left_out: Takes the place of every field that is unknown.

    Raises:
        ConfigError: A field stands twice, or a text may not be where it is; the message
            begins with its place.
    """
    match data:
        case dict() if isinstance(shape, Mapping):
            return _known_fields(data, shape, where, left_out)
        case list() if isinstance(shape, list):
            return [
                select_known_fields(item, shape[0], f"{where}[{index}]", left_out)
                for index, item in enumerate(data)
            ]
        case str() if callable(shape):
            shape(data, where)
    return data


def _known_fields(
    data: Mapping[str, object],
    shape: Mapping[str, Shape],
    where: str,
    left_out: list[str],
) -> dict[str, Any]:
    if isinstance(data, _Fields) and data.twice is not None:
        raise ConfigError(f"{_within(where, data.twice)}: this field stands twice.")
    left_out += [_within(where, name) for name in data if name not in shape]
    return {
        name: select_known_fields(value, shape[name], _within(where, name), left_out)
        for name, value in data.items()
        if name in shape
    }


def _within(where: str, name: str) -> str:
    shown = one_line(name, _LONGEST_FIELD)
    return f"{where}.{shown}" if where else shown
