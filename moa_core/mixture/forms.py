"""Reads JSON values strictly, as fields of the forms of mixtures (pydantic models).

What cannot be understood is refused with its place in words, never guessed at.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from moa_core.errors import ConfigError
from moa_core.mixture.config import MAX_AGENTS_PER_LAYER, AgentSpec, Layer, MoAConfig
from moa_core.mixture.json_form import CONFIG_VERSION
from moa_core.mixture.pace import THOROUGH, Auto, EarlyExit, FastStart, Hedging, Quorum
from moa_core.mixture.prompts import DEFAULT_PROMPTS
from moa_core.mixture.strict_json import JsonObject
from moa_core.text import one_line

_LONGEST_MODEL = 200
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class StrictForm(BaseModel):
    """JSON fields of exactly the declared types, and no other fields."""

    model_config = ConfigDict(strict=True, extra="forbid")


class _Form(StrictForm):
    """JSON fields that become a value: those of ``example`` where a field is missing.

    With the validation context ``foreign``, texts must be storable and names short.
    """

    example: ClassVar[Any]

    @field_validator("*")
    @classmethod
    def _check_field(cls, value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - JSON
        """Build the value with one field more, so that an error names the field."""
        name = info.field_name or ""
        if info.context and isinstance(value, str):
            _check_foreign_text(name, value)
        if isinstance(value, list):
            value = tuple(value)
        fields = {**info.data, name: value}
        fields.pop("version", None)
        try:
            replace(cls.example, **fields)
        except ConfigError as error:
            raise ValueError(str(error)) from None
        return value

    @model_validator(mode="after")
    def _build(self) -> Any:  # noqa: ANN401 - a form becomes what it describes
        names = self.model_fields_set - {"version"}
        return replace(self.example, **{name: getattr(self, name) for name in names})


def _check_foreign_text(name: str, text: str) -> None:
    if name in ("endpoint", "model"):
        if not text.isprintable() or len(text) > _LONGEST_MODEL:
            raise ValueError(
                f"a name has at most {_LONGEST_MODEL} characters, all of which can be "
                "seen."
            )
    elif _UNSTORABLE.search(text):
        raise ValueError("it contains a character that cannot be stored.")


class AgentForm(_Form):
    """An agent as JSON."""

    example: ClassVar[Any] = AgentSpec(endpoint="-", model="-")
    endpoint: str
    model: str
    temperature: float | None = example.temperature
    max_tokens: int = example.max_tokens
    system_prompt: str | None = None
    effort: str | None = None


class _LayerForm(_Form):
    example: ClassVar[Any] = Layer((AgentForm.example,))
    proposers: list[AgentForm]


class _PromptsForm(_Form):
    example: ClassVar[Any] = DEFAULT_PROMPTS
    placement: str = example.placement
    for_proposers: str = example.for_proposers
    for_aggregator: str = example.for_aggregator
    paper: str = example.paper
    for_ranker: str = example.for_ranker


class _QuorumForm(_Form):
    example: ClassVar[Any] = Quorum()
    share: float = example.share
    floor: float = example.floor
    ceiling: float = example.ceiling
    by_progress: bool = example.by_progress


class _HedgingForm(_Form):
    example: ClassVar[Any] = Hedging()
    times: float = example.times
    at_least_s: float = example.at_least_s
    proposers: bool = example.proposers


class _FastStartForm(_Form):
    example: ClassVar[Any] = FastStart()
    way: str = example.way
    chunk_tokens: int = example.chunk_tokens


class _EarlyExitForm(_Form):
    example: ClassVar[Any] = EarlyExit()
    agreement: float = example.agreement


class _AutoForm(_Form):
    example: ClassVar[Any] = Auto()
    threshold: float | None = None


class _PaceForm(_Form):
    example: ClassVar[Any] = THOROUGH
    quorum: _QuorumForm | None = None
    hedging: _HedgingForm | None = None
    fast_start: _FastStartForm | None = None
    early_exit: _EarlyExitForm | None = None
    auto: _AutoForm | None = None


class ConfigForm(_Form):
    """A mixture as JSON."""

    example: ClassVar[Any] = MoAConfig(
        layers=(_LayerForm.example,), aggregator=AgentForm.example
    )
    version: int
    layers: list[_LayerForm]
    aggregator: AgentForm
    fallbacks: list[AgentForm] = example.fallbacks
    prompts: _PromptsForm = example.prompts
    length: str = example.length
    method: str = example.method
    pace: _PaceForm = example.pace

    @field_validator("version")
    @classmethod
    def _check_version(cls, version: int) -> int:
        if version > CONFIG_VERSION:
            raise ValueError(
                f"this mixture was written by a newer Polyphony (form {version}; "
                f"this one reads up to {CONFIG_VERSION}). Update Polyphony to use it."
            )
        if version < 1:
            raise ValueError(f"there is no form {version}.")
        return version

    @field_validator("fallbacks")
    @classmethod
    def _check_number(cls, fallbacks: Any, info: ValidationInfo) -> Any:  # noqa: ANN401
        if info.context and len(fallbacks) > MAX_AGENTS_PER_LAYER:
            raise ValueError(f"at most {MAX_AGENTS_PER_LAYER}.")
        return fallbacks


_MISTAKES: Mapping[str, str] = {
    "missing": "this field is missing.",
    "extra_forbidden": "this field is unknown.",
    "string_type": "expected a text",
    "int_type": "expected a whole number",
    "float_type": "expected a number",
    "list_type": "expected a list",
    "model_type": "expected fields",
}
_LIMITS: Mapping[str, str] = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "too_short": "at least {min_length} values",
    "too_long": "at most {max_length} values",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
}
_KINDS: Mapping[type, str] = {
    type(None): "nothing",
    bool: "true or false",
    dict: "fields",
    JsonObject: "fields",
    list: "a list",
    str: "a text",
}
_LONGEST_FIELD = 60


def read_form(
    form: type[BaseModel],
    data: object,
    where: str = "",
    whole: str = "",
    *,
    foreign: bool = False,
) -> Any:  # noqa: ANN401 - a form becomes what it describes
    """Read ``data`` as ``form`` says.

    Args:
        form: Fields and their types; unknown ones are refused.
        data: JSON values.
        where: Place of ``data``, which begins the message of an error.
        whole: Takes its place in the message where that is empty.
        foreign: Whether somebody else wrote it, so that texts are looked at as well.

    Raises:
        ConfigError: It does not fit; the message begins with the first place.
    """
    try:
        return form.model_validate(data, context=foreign)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = json_place(first["loc"], where) or whole
        raise ConfigError(f"{place}: {_mistake(first)}") from None


def json_place(loc: tuple[int | str, ...], where: str = "") -> str:
    """A place in JSON in words: ``layers[1].proposers[0].temperature``."""
    for step in loc:
        if isinstance(step, int):
            where += f"[{step}]"
        else:
            name = one_line(step, _LONGEST_FIELD)
            where = f"{where}.{name}" if where else name
    return where


def _mistake(error: ErrorDetails) -> str:
    kind, value = error["type"], error["input"]
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind == "float_type" and type(value) is int:
        return "this number is too large."
    if kind in _LIMITS:
        return f"expected {_LIMITS[kind].format(**error['ctx'])}."
    sentence = _MISTAKES.get(kind, error["msg"])
    got = f", got {_KINDS.get(type(value), 'a number')}."
    return sentence if sentence.endswith(".") else sentence + got
