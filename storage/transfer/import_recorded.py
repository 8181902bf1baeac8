"""Checks what an export says of recorded judgements: figures of others' systems."""

import math
from typing import Final

from moa_core.errors import ConfigError
from storage.transfer.export_rows import Record
from storage.values import clean

_FIELDS: Final = {"system", "n", "score", "error", "turns"}


def check_recorded(record: Record) -> None:
    """Look at the figures of a file.

    Raises:
        ConfigError: They are none.
    """
    figures = record["figures"]
    if not (isinstance(figures, list) and all(map(_is_figure, figures))):
        raise ConfigError("figures: these are none")
    for each in figures:
        each["system"] = clean(each["system"])


def _is_figure(value: object) -> bool:
    if not isinstance(value, dict) or value.keys() != _FIELDS:
        return False
    error, turns = value["error"], value["turns"]
    return (
        type(value["system"]) is str
        and type(value["n"]) is int
        and value["n"] >= 0
        and _is_number(value["score"])
        and (error is None or _is_number(error))
        and isinstance(turns, list)
        and all(turn is None or _is_number(turn) for turn in turns)
    )


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]
