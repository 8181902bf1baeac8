"""Validates records of an export: a pydantic model for each, made from its columns."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationError,
    create_model,
)
from sqlalchemy import JSON, BigInteger, Boolean, Integer, LargeBinary, String, Table

from moa_core.attachments import MOST_BYTES
from moa_core.errors import ConfigError
from moa_core.experiments import BenchmarkProtocol, Reference, design_from_dict
from moa_core.messages import MessageRole
from moa_core.mixture import DEFAULT_PRESET, config_from_dict
from storage.presets import stored_agent
from storage.runs import noted_window, stored_tool_calls, tool_call_columns
from storage.settings import check_setting
from storage.transfer import export_sections
from storage.transfer.export_rows import Record
from storage.transfer.export_sections import BY_NAME, Section
from storage.transfer.import_recorded import check_recorded
from storage.upkeep import SETTING as RETENTION
from storage.upkeep import check_retention
from storage.values import LARGEST_SUM, LATEST_MS, clean, clean_json

LONGEST_TEXT: Final = 1_000_000
"""Characters of any text but questions and answers: of titles, names and messages."""

MOST_SIDES: Final = 26
"""Answers that a vote or a duel is about: one for each letter."""

MOST_POINTS: Final = 10
"""Of a grade."""

_Amount = Annotated[int, Field(strict=True, ge=0, le=LARGEST_SUM)]
_Small = Annotated[int, Field(strict=True, ge=0, lt=2**31)]
_Side = Annotated[int, Field(strict=True, ge=0, lt=MOST_SIDES)]
_Moment = Annotated[int, Field(strict=True, ge=0, le=LATEST_MS)]
_Clean = BeforeValidator(lambda value: clean(value) if type(value) is str else value)
_Name = Annotated[str, Field(strict=True), _Clean]
_CallName = tuple[_Name, _Small, _Small, _Small]
_PATTERNS: Final = {
    "uid": "^[0-9A-Za-z_-]{1,32}$",
    "key_uid": "^[0-9a-f]{32}$",
    "sha256": "^[0-9a-f]{64}$",
    "asked_sha256": "^[0-9a-f]{64}$",
    "prompt_sha256": "^[0-9a-f]{64}$",
}
_LONG: Final = frozenset({"question", "output", "reasoning"})
_LONGEST_BASE64: Final = 4 * (MOST_BYTES // 3 + 1)
_ALLOWED_WORDS: Final = re.compile(r"(\w+) IN \((.*)\)")
_REASONS: Final = {
    "extra_forbidden": "this field is unknown",
    "missing": "this field is missing",
    "string_type": "this is no text",
}


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", protected_namespaces=())


def validate_record(
    section: Section, fields: Mapping[str, Any], *, older: bool
) -> Record:
    """The record with all its fields, in our order.

    Args:
        section: What it should be.
        fields: What stands in the file.
        older: Whether an older version wrote it: columns may have come since.

    Raises:
        ConfigError: It is not what it should be; the message begins with the field.
    """
    try:
        record = dict(_model(section.name, older=older).model_validate(fields))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        name, reason = str(first["loc"][0]), _REASONS.get(first["type"])
        refers = any(f.name == name and f.target is not None for f in section.fields)
        if reason is None or (refers and first["type"] == "string_type"):
            reason = "this names nothing" if refers else "this cannot be"
        raise ConfigError(f"{clean(name)[:60]}: {reason}") from None
    if record.get("status") in ("pending", "running"):
        kind = section.name.removesuffix("s")
        raise ConfigError(f"status: a {kind} in a file is not under way")
    if check := _CHECKS.get(section.name):
        check(record)
    if older and section.name == "calls":
        _complete_call(record, fields)
    return record


def _complete_call(record: Record, fields: Mapping[str, Any]) -> None:
    """Say of a call what an older version did not, or said in another way."""
    if record["window_tokens"] is None:
        record["window_tokens"] = noted_window(record["notes"] or ())
    if "cache_write_tokens" not in fields and not record["cached_input_tokens"]:
        record["cached_input_tokens"] = None  # it wrote zero where nobody had said it


@cache
def _model(name: str, *, older: bool) -> type[_Record]:
    section = BY_NAME[name]
    fields: dict[str, Any] = {}
    for field in section.fields:
        kind = _type(section, field)
        default: Any = ...
        if older and field.nullable and field.column.nullable:
            default = None
        elif older and field.column.default is not None:
            default = field.column.default.arg  # type: ignore[attr-defined]
        fields[field.name] = (kind | None if field.nullable else kind, default)
    return create_model(name, __base__=_Record, **fields)


def _type(section: Section, field: export_sections.Field) -> Any:  # noqa: ANN401
    kind, name = field.column.type, field.name
    words = _words(section.table).get(name)
    if isinstance(kind, LargeBinary):
        return Annotated[str, Field(strict=True, max_length=_LONGEST_BASE64)]
    if field.target is not None:
        return _CallName if field.target.name == "calls" else _Name
    if isinstance(kind, JSON):
        return Any
    if isinstance(kind, Boolean):
        return StrictBool
    if isinstance(kind, Integer):
        return _number(section, name, kind)
    if words is not None:
        return Literal[words]
    length = kind.length if isinstance(kind, String) else None
    if name not in _LONG:
        length = length or LONGEST_TEXT
    shape = StringConstraints(max_length=length, pattern=_PATTERNS.get(name))
    return Annotated[str, Field(strict=True), shape, _Clean]


def _number(section: Section, name: str, kind: Integer) -> Any:  # noqa: ANN401
    if name.endswith(("_at", "_ms")):
        return _Moment  # or a duration, which is no longer
    if name == "position" and section.name in ("duel_sides", "vote_sides"):
        return _Side
    if not isinstance(kind, BigInteger):
        return _Small
    return _Amount


@cache
def _words(table: Table) -> Mapping[str, tuple[str, ...]]:
    """The words that may stand in columns, as the table's own constraints have them."""
    words: dict[str, tuple[str, ...]] = {}
    for constraint in table.constraints:
        condition = str(getattr(constraint, "sqltext", ""))
        if match := _ALLOWED_WORDS.fullmatch(condition):
            words[match[1]] = tuple(re.findall(r"'(\w+)'", match[2]))
    return words


def _check_config(record: Record) -> None:
    """It is a mixture, and its hash is its own."""
    written = json.dumps(record["config"], sort_keys=True, separators=(",", ":"))
    if hashlib.sha256(written.encode()).hexdigest() != record["sha256"]:
        raise ConfigError("sha256: this is not the one of that config")
    config_from_dict(record["config"])


def _check_preset(record: Record) -> None:
    """It can be drawn: its texts are those of a preset, and so is what it came from."""
    texts = {name: record[name] for name in ("name", "title", "description")}
    replace(DEFAULT_PRESET, **texts)
    match record["based_on"]:
        case None:
            return
        case {"name": str(), "version": version, **rest} if not rest:
            if type(version) is int:
                replace(DEFAULT_PRESET, **record["based_on"])
                return
    raise ConfigError("based_on: this names no preset")


def _check_setting(record: Record) -> None:
    try:
        written = json.dumps(record["value"], allow_nan=False)
    except ValueError:
        raise ConfigError("value: a number in it is too large") from None
    if len(written) > LONGEST_TEXT:
        raise ConfigError("value: it is too long")
    if record["key"] == RETENTION:
        check_retention(record["value"])
    check_setting(record["key"], record["value"])


def _check_call(record: Record) -> None:
    if (record["output"] is None) is not (record["reasoning"] is None):
        raise ConfigError("output and reasoning: one is there without the other")
    if (record["cost_nusd"] is None) is not (record["cost_source"] == "unknown"):
        raise ConfigError("cost_nusd: unknown money must say so")
    if not isinstance(record["params"], dict):
        raise ConfigError("params: these are no fields")
    notes = record["notes"] or []
    if not isinstance(notes, list) or not all(type(note) is str for note in notes):
        raise ConfigError("notes: these are no sentences")
    record["notes"] = [clean(note) for note in notes] or None
    record["tool_calls"] = tool_call_columns(stored_tool_calls(record["tool_calls"]))
    stored_agent(record["endpoint"], record["model_requested"], record["params"])


def _check_experiment(record: Record) -> None:
    """Its protocol can be carried out, and hash and benchmark are its own."""
    try:
        protocol = design_from_dict(record["protocol"])
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError):
        raise ConfigError("protocol: this is none") from None
    if protocol.sha256 != record["sha256"]:
        raise ConfigError("sha256: this is not the one of that protocol")
    named = protocol.benchmark if isinstance(protocol, BenchmarkProtocol) else None
    if record["benchmark"] != named:
        raise ConfigError("benchmark: this is not the one of that protocol")


def _check_item(record: Record) -> None:
    """What is given with its question can be read."""
    given = record["reference"]
    if given is not None:
        if not isinstance(given, dict):
            raise ConfigError("reference: these are no fields")
        Reference.from_dict(given)


def _check_grade(record: Record) -> None:
    scores = {} if record["scores"] is None else record["scores"]
    known = isinstance(scores, dict) and all(
        score is None or (type(score) in (int, float) and 1 <= score <= MOST_POINTS)
        for score in scores.values()
    )
    if not known:
        raise ConfigError("scores: these are no grades")


def _check_api_turn(record: Record) -> None:
    """What came before its question are messages, which a database can hold."""
    given = record["given"]
    messages = [] if given is None else given
    known = isinstance(messages, list) and all(
        isinstance(message, dict)
        and message.keys() == {"role", "text"}
        and message["role"] in get_args(MessageRole)
        and type(message["text"]) is str
        for message in messages
    )
    if not known:
        raise ConfigError("given: these are no messages")
    for message in messages:
        message["text"] = clean(message["text"])


def _check_api_run(record: Record) -> None:
    if not isinstance(record["request"], dict | None):
        raise ConfigError("request: these are no fields")
    if record["request"] is not None:
        record["request"] = clean_json(record["request"])


def _check_vote(record: Record) -> None:
    if (record["verdict"] == "won") is not (record["winner"] is not None):
        raise ConfigError("winner: it does not go with the verdict")


_CHECKS: Final[Mapping[str, Callable[[Record], None]]] = {
    "configs": _check_config,
    "presets": _check_preset,
    "settings": _check_setting,
    "calls": _check_call,
    "api_turns": _check_api_turn,
    "api_runs": _check_api_run,
    "votes": _check_vote,
    "experiments": _check_experiment,
    "experiment_items": _check_item,
    "grades": _check_grade,
    "recorded_judgements": check_recorded,
}
