"""One record of an export, checked field by field before anything is done with it."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, Final

from sqlalchemy import JSON, Boolean, Integer, String, Table

from moa_core.errors import ConfigError
from moa_core.mixture import MoAConfig, agent_from_dict, config_from_dict
from storage.presets import stored_config
from storage.schema import CallRow, RunRow
from storage.settings import check_setting
from storage.transfer.export_rows import Record
from storage.transfer.export_sections import CALL_KEY, Field, Section
from storage.upkeep import SETTING as RETENTION
from storage.upkeep import check_retention
from storage.values import clean

LARGEST: Final = 10**16
"""Of all whole numbers: ten million dollars. Sums of thousands are still exact."""

LATEST_MS: Final = 253_402_300_799_000
"""The end of the year 9999; later moments cannot be shown."""

_UID: Final = re.compile(r"[0-9A-Za-z_-]{1,32}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_WORDS: Final = re.compile(r"(\w+) IN \((.*)\)")


def checked_record(
    section: Section, record: Mapping[str, Any], *, older: bool
) -> Record:
    """The record with all its fields, in our order.

    Args:
        section: What it should be.
        record: What stands in the file.
        older: Whether an older version wrote it: columns may have come since.

    Raises:
        ConfigError: It is not what it should be; the message begins with the field.
    """
    names = {field.name for field in section.fields}
    for name in record:
        if name not in names:
            raise ConfigError(f"{clean(name)[:60]}: this field is unknown")
    values = {
        field.name: _value(section, field, record[field.name])
        if field.name in record
        else _missing(field, older=older)
        for field in section.fields
    }
    _SENSE.get(section.name, _no_more)(values)
    return values


def _missing(field: Field, *, older: bool) -> Any:  # noqa: ANN401 - any column's
    column = field.column
    if older and field.nullable and column.nullable:
        return None
    if older and column.default is not None:
        return column.default.arg  # type: ignore[attr-defined]
    raise ConfigError(f"{field.name}: this field is missing")


def _value(section: Section, field: Field, value: object) -> Any:  # noqa: ANN401
    if value is None and field.nullable:
        return None
    if field.target is not None:
        return _name(field, value)
    kind = field.column.type
    if isinstance(kind, JSON):
        return value
    if isinstance(kind, Boolean):
        right = isinstance(value, bool)
    elif isinstance(kind, Integer):
        most = LATEST_MS if field.name.endswith(("_at", "at_ms")) else LARGEST
        right = type(value) is int and 0 <= value <= most
    else:
        return _text(section, field, value)
    if not right:
        raise ConfigError(f"{field.name}: this cannot be")
    return value


def _name(field: Field, value: object) -> object:
    """What names a row: a call by its run, seat and attempt, others by a word."""
    if field.target is CallRow.__table__:
        if isinstance(value, list) and len(value) == len(CALL_KEY):
            run, *numbers = value
            numbered = all(type(n) is int and 0 <= n <= LARGEST for n in numbers)
            if isinstance(run, str) and numbered:
                return (run, *numbers)
    elif isinstance(value, str):
        return value
    raise ConfigError(f"{field.name}: this names nothing")


def _text(section: Section, field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{field.name}: this is no text")
    kind, name = field.column.type, field.name
    fits = isinstance(kind, String) and len(value) <= (kind.length or len(value))
    if name in ("uid", "sha256", "prompt_sha256"):
        fits = bool((_UID if name == "uid" else _SHA256).fullmatch(value))
    words = _words(section.table).get(name)
    if not fits or (words is not None and value not in words):
        raise ConfigError(f"{name}: this cannot be")
    return clean(value)


@cache
def _words(table: Table) -> Mapping[str, frozenset[str]]:
    """The words that may stand in columns, as the table's own constraints have them."""
    found: dict[str, frozenset[str]] = {}
    for constraint in table.constraints:
        said = str(getattr(constraint, "sqltext", ""))
        if match := _WORDS.fullmatch(said):
            found[match[1]] = frozenset(re.findall(r"'(\w+)'", match[2]))
    return found


def _config(record: Record) -> None:
    """It is a mixture, and its hash is its own."""
    written = json.dumps(record["config"], sort_keys=True, separators=(",", ":"))
    if hashlib.sha256(written.encode()).hexdigest() != record["sha256"]:
        raise ConfigError("sha256: this is not the one of that config")
    config_from_dict(record["config"])


def _preset(record: Record) -> None:
    based_on = record["based_on"]
    if based_on is not None and not (
        isinstance(based_on, dict)
        and isinstance(based_on.get("name"), str)
        and type(based_on.get("version")) is int
    ):
        raise ConfigError("based_on: this names no preset")


def _setting(record: Record) -> None:
    if record["key"] == RETENTION:
        check_retention(record["value"])
    check_setting(record["key"], record["value"])


def _run(record: Record) -> None:
    if record["status"] == "running":
        raise ConfigError("status: a run in a file is not under way")


def _call(record: Record) -> None:
    if record["status"] in ("pending", "running"):
        raise ConfigError("status: a call in a file is not under way")
    if (record["output"] is None) is not (record["reasoning"] is None):
        raise ConfigError("output and reasoning: one is there without the other")
    if (record["cost_nusd"] is None) is not (record["cost_source"] == "unknown"):
        raise ConfigError("cost_nusd: unknown money must say so")
    whom = {"endpoint": record["endpoint"], "model": record["model_requested"]}
    if not isinstance(record["params"], dict):
        raise ConfigError("params: these are no fields")
    _check_agent(json.dumps({**whom, **record["params"]}))


@lru_cache(maxsize=1024)
def _check_agent(agent: str) -> None:
    agent_from_dict(json.loads(agent), "params")


def _vote(record: Record) -> None:
    if (record["verdict"] == "won") is not (record["winner"] is not None):
        raise ConfigError("winner: it does not go with the verdict")


def _no_more(_record: Record) -> None:
    """Its fields are all there is to check."""


_SENSE: Final[Mapping[str, Callable[[Record], None]]] = {
    "configs": _config,
    "presets": _preset,
    "settings": _setting,
    RunRow.__tablename__: _run,
    CallRow.__tablename__: _call,
    "votes": _vote,
}


@lru_cache(maxsize=256)
def parse_mixture(config: str) -> MoAConfig:
    """The mixture that a config's JSON describes."""
    return stored_config(json.loads(config))
