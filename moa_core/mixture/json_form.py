"""Mixtures as JSON: written whole, read back strictly.

A stored run keeps its exact mixture in this form, and an exported preset is the same.
What cannot be understood is refused with its place in words, never guessed at.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

from moa_core.errors import ConfigError
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from moa_core.mixture.prompts import DEFAULT_PROMPTS, FOR_RANKER, Prompts

CONFIG_VERSION: Final = 1
"""Version of the JSON form; grows when an older program could no longer read it."""

_AGENT_OPTIONS = ("temperature", "max_tokens", "system_prompt", "effort")
_PROMPT_TEXTS = ("placement", "for_proposers", "for_aggregator", "paper", "for_ranker")
_CONFIG_OPTIONS = ("fallbacks", "prompts", "length", "method")

T = TypeVar("T")


def config_to_dict(config: MoAConfig) -> dict[str, Any]:
    """``config`` as JSON values.

    What form 1 began with is always written. A field that came later is left out where
    it changes nothing, so that an older mixture keeps its name (``config_sha256``).
    """
    return {
        "version": CONFIG_VERSION,
        "layers": [
            {"proposers": [agent_to_dict(agent) for agent in layer.proposers]}
            for layer in config.layers
        ],
        "aggregator": agent_to_dict(config.aggregator),
        "fallbacks": [agent_to_dict(agent) for agent in config.fallbacks],
        "prompts": _prompts_to_dict(config),
        **({} if config.length == "balanced" else {"length": config.length}),
        **({} if config.method == "synthesise" else {"method": config.method}),
    }


def agent_to_dict(agent: AgentSpec) -> dict[str, Any]:
    """``agent`` as JSON values; an effort only where one is set."""
    temperature = agent.temperature
    return {
        "endpoint": agent.endpoint,
        "model": agent.model,
        "temperature": None if temperature is None else float(temperature),
        "max_tokens": agent.max_tokens,
        "system_prompt": agent.system_prompt,
        **({} if agent.effort is None else {"effort": agent.effort}),
    }


def _prompts_to_dict(config: MoAConfig) -> dict[str, str]:
    """All prompts; the ranker's only where there is one, or it was edited."""
    written = {name: getattr(config.prompts, name) for name in _PROMPT_TEXTS}
    if config.method != "rank" and config.prompts.for_ranker == FOR_RANKER:
        del written["for_ranker"]
    return written


def config_sha256(config: MoAConfig) -> str:
    """A name for exactly this mixture: equal mixtures, equal names.

    Returns:
        64 hexadecimal digits, over the sorted, compact JSON form.
    """
    text = json.dumps(config_to_dict(config), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def config_from_dict(data: object) -> MoAConfig:
    """Read what ``config_to_dict`` wrote.

    Args:
        data: JSON values. Fields with a default may be missing.

    Raises:
        ConfigError: A field is unknown, missing, of the wrong type or out of range; the
            message begins with its place, e.g. ``layers[1].proposers[0].temperature``.
    """
    _check_version(data)
    fields = _fields(
        data,
        "",
        needed=("version", "layers", "aggregator"),
        optional=_CONFIG_OPTIONS,
    )
    layers = [_layer(item, where) for item, where in _items(fields["layers"], "layers")]
    fallbacks = [
        agent_from_dict(item, where)
        for item, where in _items(fields.get("fallbacks", []), "fallbacks")
    ]
    config = _at(
        "layers",
        lambda: MoAConfig(
            layers=tuple(layers),
            aggregator=agent_from_dict(fields["aggregator"], "aggregator"),
            fallbacks=tuple(fallbacks),
            prompts=_prompts(fields.get("prompts", {})),
        ),
    )
    return _with_options(config, fields, {"length": _text, "method": _text}, "")


def agent_from_dict(data: object, where: str = "agent") -> AgentSpec:
    """Read what ``agent_to_dict`` wrote; ``where`` begins the message of an error.

    Raises:
        ConfigError: As ``config_from_dict``.
    """
    fields = _fields(data, where, needed=("endpoint", "model"), optional=_AGENT_OPTIONS)
    endpoint = _text(fields["endpoint"], f"{where}.endpoint")
    model = _text(fields["model"], f"{where}.model")
    agent = _at(where, lambda: AgentSpec(endpoint=endpoint, model=model))
    readers: dict[str, Callable[[object, str], object]] = {
        "temperature": _optional(_number),
        "max_tokens": _whole_number,
        "system_prompt": _optional(_text),
        "effort": _optional(_text),
    }
    return _with_options(agent, fields, readers, where)


def _layer(data: object, where: str) -> Layer:
    fields = _fields(data, where, needed=("proposers",))
    place = f"{where}.proposers"
    proposers = [
        agent_from_dict(item, item_where)
        for item, item_where in _items(fields["proposers"], place)
    ]
    return _at(place, lambda: Layer(tuple(proposers)))


def _prompts(data: object) -> Prompts:
    fields = _fields(data, "prompts", optional=_PROMPT_TEXTS)
    readers = dict.fromkeys(_PROMPT_TEXTS, _text)
    return _with_options(DEFAULT_PROMPTS, fields, readers, "prompts")


def _with_options(
    value: T,
    fields: Mapping[str, object],
    readers: Mapping[str, Callable[[object, str], object]],
    where: str,
) -> T:
    """Put in one field at a time, so that a value out of range is named."""
    for name, read in readers.items():
        if name in fields:
            place = f"{where}.{name}" if where else name
            given = read(fields[name], place)
            value = _at(place, lambda: _replaced(value, name, given))  # noqa: B023
    return value


def _replaced(value: T, name: str, given: object) -> T:
    changed: T = replace(value, **{name: given})  # type: ignore[type-var]
    return changed


def _check_version(data: object) -> None:
    """Look at the version first: a newer form may have fields we do not know."""
    version = data.get("version") if isinstance(data, dict) else None
    if version is None:
        return  # said better by whoever looks at all fields
    if _whole_number(version, "version") > CONFIG_VERSION:
        raise ConfigError(
            f"version: this mixture was written by a newer Polyphony (form {version}; "
            f"this one reads up to {CONFIG_VERSION}). Update Polyphony to use it."
        )
    if version != CONFIG_VERSION:
        raise ConfigError(f"version: there is no form {version}.")


def _at(where: str, build: Callable[[], T]) -> T:
    """Build something; an error says where it belongs, unless it already does."""
    try:
        return build()
    except _PlacedError:
        raise
    except ConfigError as error:
        raise _PlacedError(where, str(error)) from None


class _PlacedError(ConfigError):
    """An error that says where it is."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}" if where else message)


def _fields(
    data: object,
    where: str,
    *,
    needed: Collection[str] = (),
    optional: Collection[str] = (),
) -> Mapping[str, object]:
    if not isinstance(data, dict):
        raise _PlacedError(where or "mixture", f"expected fields, got {_kind(data)}.")
    prefix = f"{where}." if where else ""
    for name in data:
        if name not in needed and name not in optional:
            raise _PlacedError(f"{prefix}{name}", "this field is unknown.")
    for name in needed:
        if name not in data:
            raise _PlacedError(f"{prefix}{name}", "this field is missing.")
    return data


def _items(data: object, where: str) -> list[tuple[object, str]]:
    if not isinstance(data, list):
        raise _PlacedError(where, f"expected a list, got {_kind(data)}.")
    return [(item, f"{where}[{index}]") for index, item in enumerate(data)]


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise _PlacedError(where, f"expected a text, got {_kind(value)}.")
    return value


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _PlacedError(where, f"expected a number, got {_kind(value)}.")
    try:
        return float(value)
    except OverflowError:
        raise _PlacedError(where, "this number is too large.") from None


def _whole_number(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _PlacedError(where, f"expected a whole number, got {_kind(value)}.")
    return value


def _optional(
    read: Callable[[object, str], object],
) -> Callable[[object, str], object]:
    return lambda value, where: None if value is None else read(value, where)


def _kind(value: object) -> str:
    """What a JSON value is, in words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case dict():
            return "fields"
        case list():
            return "a list"
        case str():
            return "a text"
        case _:
            return "a number"
