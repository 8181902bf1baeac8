"""Checks the parameters of a request: whom each goes to, and what is refused.

Nothing is dropped silently: what is neither honoured nor without effect is refused, or
named in ``polyphony.ignored``.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from moa_core.errors import ConfigError
from moa_core.mixture import EFFORTS, MAX_TEMPERATURE, AgentSpec
from moa_core.openai_wire.errors import ApiError
from moa_core.run import WriterSettings

READ: Final = frozenset({
    "model", "messages", "stream", "stream_options", "polyphony", "n", "logprobs",
    "top_logprobs", "max_tokens", "max_completion_tokens", "temperature",
    "reasoning_effort", "modalities", "audio", "functions", "function_call",
})  # fmt: skip
"""What this room heeds or refuses by itself."""

NO_EFFECT: Final = frozenset({
    "user", "metadata", "store", "service_tier", "safety_identifier",
    "prompt_cache_key", "prompt_cache_retention", "verbosity",
})  # fmt: skip
"""What is taken, and changes nothing that a client could see."""

_FORMATS: Final = (
    "text", "json_object", "json_schema", "structural_tag", "grammar", "regex",
)  # fmt: skip
"""OpenAI's, and those of other servers, whose details are theirs to check."""

_MOST_NAMED: Final = 50
_LONGEST_NAME: Final = 80


def _is_number(least: float, most: float) -> Callable[[object], bool]:
    def holds(value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return least <= value <= most  # what is no number is neither

    return holds


def _is_stop(value: object) -> bool:
    words = value if isinstance(value, list) else [value]
    return all(isinstance(word, str) and word for word in words)


def _is_format(value: object) -> bool:
    if not isinstance(value, dict) or value.get("type") not in _FORMATS:
        return False
    if value["type"] != "json_schema":
        return True
    form = value.get("json_schema")
    if form is None and isinstance(value.get("schema"), dict):
        return True  # as Together's package writes it
    if not isinstance(form, dict) or not isinstance(form.get("name"), str):
        return False
    return isinstance(form.get("schema", {}), dict)


def _is_tool(tool: object) -> bool:
    if not isinstance(tool, dict) or not isinstance(kind := tool.get("type"), str):
        return False
    if kind != "function":
        return True
    function = tool.get(kind)
    return isinstance(function, dict) and isinstance(function.get("name"), str)


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


_TO_WRITER: Final[Mapping[str, tuple[Callable[[object], bool], str]]] = {
    "tools": (
        lambda v: isinstance(v, list) and all(map(_is_tool, v)),
        "a list of tools, each a function with a name",
    ),
    "tool_choice": (lambda v: isinstance(v, str | dict), "a word or an object"),
    "parallel_tool_calls": (_is_bool, "true or false"),
    "response_format": (
        _is_format,
        '{"type": "text"}, {"type": "json_object"} or {"type": '
        '"json_schema", "json_schema": {"name": ..., "schema": {...}}}',
    ),
    "stop": (_is_stop, "a text or a list of texts"),
    "seed": (lambda v: isinstance(v, int) and not _is_bool(v), "a whole number"),
    "top_p": (_is_number(0, 1), "a number from 0 to 1"),
    "frequency_penalty": (_is_number(-2, 2), "a number from -2 to 2"),
    "presence_penalty": (_is_number(-2, 2), "a number from -2 to 2"),
    "logit_bias": (lambda v: isinstance(v, dict), "an object"),
}
"""What the writer is sent as it came: how it is checked, and what it must be."""

OF_WRITER: Final = frozenset({
    "max_tokens", "max_completion_tokens", "temperature", "reasoning_effort",
    *_TO_WRITER,
})  # fmt: skip
"""What changes how the answer is written, or what it may be."""

_SAYS_NOTHING: Final[Mapping[str, Callable[[Any], bool]]] = {
    "tools": lambda tools: not tools,
    "response_format": lambda form: form["type"] == "text",
    "logit_bias": lambda bias: not bias,
    "stop": lambda words: not words,
}
"""Values that ask for what is done anyway; some servers refuse them."""


def refuse_unsupported(body: Mapping[str, Any]) -> None:
    """Refuse what would change the answer, and cannot be honoured.

    Raises:
        ApiError: There is such a parameter.
    """
    if body.get("n") not in (None, 1) or body.get("n") is True:
        _unsupported("n", "A mixture gives one answer, so 'n' must be 1.")
    for name in ("logprobs", "top_logprobs"):
        if body.get(name):
            _unsupported(name, f"A mixture has no '{name}'. Leave it out.")
    if body.get("modalities") not in (None, ["text"]) or body.get("audio"):
        name = "audio" if body.get("audio") else "modalities"
        _unsupported(name, "A mixture answers in text only.")
    for name in ("functions", "function_call"):
        if body.get(name):
            _unsupported(name, f"'{name}' is no longer used. Send 'tools' instead.")


def writer_settings(body: Mapping[str, Any]) -> WriterSettings:
    """The settings of the writer.

    Raises:
        ApiError: One of them is impossible.
    """
    name = "max_completion_tokens"
    name = "max_tokens" if body.get(name) is None else name
    tokens, temperature = body.get(name), body.get("temperature")
    effort = body.get("reasoning_effort")
    if tokens is not None and (_is_bool(tokens) or not isinstance(tokens, int)):
        _invalid(name, "a whole number")
    if temperature is not None and not _is_number(0, MAX_TEMPERATURE)(temperature):
        _invalid("temperature", f"a number from 0 to {MAX_TEMPERATURE:g}")
    if effort is not None and effort not in EFFORTS:
        _unsupported(
            "reasoning_effort",
            f"'reasoning_effort' must be one of {', '.join(EFFORTS)}.",
        )
    settings = WriterSettings(max_tokens=tokens, temperature=temperature, effort=effort)
    try:
        settings.of(AgentSpec(endpoint="any", model="any"))
    except ConfigError as error:
        raise ApiError(400, "invalid_value", str(error), name) from None
    return settings


def writer_extra(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the writer is sent as it came.

    Raises:
        ApiError: One of them is no value that it can have.
    """
    extra: dict[str, Any] = {}
    for name, (holds, must_be) in _TO_WRITER.items():
        value = body.get(name)
        if value is None:
            continue
        if not holds(value):
            _invalid(name, must_be)
        if name not in _SAYS_NOTHING or not _SAYS_NOTHING[name](value):
            extra[name] = value
    if "tools" not in extra:
        extra.pop("parallel_tool_calls", None)
        if extra.pop("tool_choice", "auto") not in ("auto", "none"):
            _refuse("tool_choice", "'tool_choice' needs 'tools' to choose from.")
    return extra


def ignored_names(body: Mapping[str, Any], own: Mapping[str, Any]) -> tuple[str, ...]:
    """Parameters that nobody heeds, as an answer names them.

    Args:
        body: The request.
        own: Its ``polyphony``.
    """
    known = READ | NO_EFFECT | _TO_WRITER.keys()
    names = [
        name for name, value in body.items() if name not in known and value is not None
    ]
    names += [
        f"polyphony.{name}" for name in own if name not in ("expose", "usage", "runs")
    ]
    return tuple(name[:_LONGEST_NAME] for name in names[:_MOST_NAMED])


def _invalid(param: str, must_be: str) -> NoReturn:
    _refuse(param, f"'{param}' must be {must_be}.")


def _refuse(param: str, message: str) -> NoReturn:
    raise ApiError(400, "invalid_value", message, param)


def _unsupported(param: str, message: str) -> NoReturn:
    raise ApiError(400, "unsupported_value", message, param)
