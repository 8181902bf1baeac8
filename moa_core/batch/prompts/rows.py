"""Checks each row of a file as a request to a mixture, and names all mistakes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from moa_core.batch.prompts.forms import Found, given_in
from moa_core.errors import ConfigError
from moa_core.mixture import MoAConfig
from moa_core.openai_wire import (
    ApiError,
    ApiRequest,
    panel_state,
    read_request,
    writer_alone,
)
from moa_core.text import one_line

MODEL: Final = "polyphony"
"""What answers are said to be by where the file names no model."""

_MOST_TOLD: Final = 5
_LONGEST_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class RowKey:
    """What names a row: its id, and what it asks of which mixture."""

    custom_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Row:
    """One request of a file.

    Attributes:
        key: What names it, in every file of its batch.
        request: What is asked.
        messages: The conversation as the file has it.
        config: The mixture, with what the request says of whoever writes the answer.
        line: Where it begins in the file, from 1.
        metadata: What else the file says of it; comes back with the answer.
    """

    key: RowKey
    request: ApiRequest
    messages: Sequence[Mapping[str, Any]]
    config: MoAConfig
    line: int
    metadata: Mapping[str, Any] = field(default_factory=dict)


def read_rows(path: Path, config: MoAConfig) -> tuple[Row, ...]:
    """The rows of a file, each checked as a request to this mixture.

    Args:
        path: JSON lines, CSV or TSV, or plain text with a prompt on each line; the
            ending says which, else the first character does.
        config: The mixture that will be asked.

    Raises:
        ConfigError: It cannot be read, has no row, or some lines cannot be used: it
            names those.
    """
    rows, mistakes = _checked(given_in(path), config)
    if mistakes:
        shown = " ".join(mistakes[:_MOST_TOLD])
        left = len(mistakes) - _MOST_TOLD
        more = f" And {left:,} more." if left > 0 else ""
        raise ConfigError(f"{path.name}: {shown}{more} Nothing was asked.")
    if not rows:
        raise ConfigError(f"{path.name}: there is no prompt in it.")
    return tuple(rows)


def shard(rows: Iterable[Row], number: int, count: int) -> tuple[Row, ...]:
    """Every ``count``-th row, from the ``number``-th on; both count from 1."""
    return tuple(rows)[number - 1 :: count]


def _checked(found: Iterable[Found], config: MoAConfig) -> tuple[list[Row], list[str]]:
    """The rows that can be asked, and what is wrong with the others."""
    rows: list[Row] = []
    mistakes: list[str] = []
    lines: dict[str, int] = {}
    for each in found:
        if isinstance(each, ConfigError):
            mistakes.append(str(each))
            continue
        name = each.custom_id if each.custom_id is not None else f"line-{each.line}"
        if before := lines.get(name):
            shown = one_line(name, _LONGEST_SHOWN)
            mistakes.append(
                f"line {each.line}: “{shown}” is also the id of line {before}."
            )
            continue
        lines[name] = each.line
        try:
            rows.append(checked_row(name, each.body, config, each.line, each.metadata))
        except ApiError as error:
            mistakes.append(f"line {each.line}: {error}")
    return rows, mistakes


def checked_row(
    custom_id: str,
    body: Mapping[str, Any],
    config: MoAConfig,
    line: int,
    metadata: Mapping[str, Any],
) -> Row:
    """A request as a row of a batch.

    Raises:
        ApiError: It cannot be answered; says why.
    """
    asked = {"model": MODEL, **body, "stream": False}
    request = read_request(asked).for_mixture(config)
    by_all = panel_state(request, known=False) == "asked"
    mixture = config if by_all else writer_alone(config)
    return Row(
        RowKey(custom_id, request.fingerprint(config)),
        request,
        body["messages"],
        request.writer.applied_to(mixture),
        line,
        metadata,
    )
