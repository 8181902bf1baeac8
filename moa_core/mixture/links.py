"""Encodes mixtures in addresses: short enough to send, and checked like any file."""

import base64
import binascii
import json
import re
import zlib
from itertools import chain
from typing import Any

from moa_core.errors import ConfigError
from moa_core.mixture.config import AgentSpec, MoAConfig
from moa_core.mixture.files import MAX_FILE_BYTES, config_from_json
from moa_core.mixture.json_form import config_to_dict
from moa_core.mixture.prompts import DEFAULT_PROMPTS
from moa_core.mixture.shipped import preset_named

LONGEST_LINK = 8000
"""Most characters of an encoded mixture: browsers and servers take an address of it."""

_FORM = 1
_ENCODED = re.compile(r"m(\d{1,9})\.([A-Za-z0-9_-]*)")
_AGENT_DEFAULTS: dict[str, Any] = {
    "temperature": AgentSpec(endpoint="-", model="-").temperature,
    "max_tokens": AgentSpec(endpoint="-", model="-").max_tokens,
    "system_prompt": None,
}


def encode_mixture(config: MoAConfig) -> str:
    """``config`` in letters, digits, ``-``, ``_`` and one dot, as short as can be.

    Raises:
        ConfigError: Its prompts are too long for a link.
    """
    text = json.dumps(_without_defaults(config), separators=(",", ":"))
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9))
    link = f"m{_FORM}.{packed.decode().rstrip('=')}"
    if len(link) > LONGEST_LINK:
        raise ConfigError("This mixture is too long for a link. Export it as a file.")
    return link


def decode_mixture(text: str) -> MoAConfig:
    """Read what ``encode_mixture`` wrote.

    Raises:
        ConfigError: It is broken, too long, from a newer version, or no mixture.
    """
    if len(text) > LONGEST_LINK:
        raise ConfigError("The link can't be used: it is too long.")
    match = _ENCODED.fullmatch(text)
    if match is None:
        raise ConfigError("The link can't be used: it is incomplete or changed.")
    if int(match[1]) != _FORM:
        raise ConfigError(
            "The link can't be used: it is from a newer Polyphony; update to use it."
        )
    try:
        return config_from_json(_unpacked(match[2]))
    except ConfigError as error:
        raise ConfigError(f"The link can't be used: {error}") from None


def linked_mixture(text: str) -> MoAConfig:
    """The mixture of ``?preset=``: a shipped preset's name, or a whole mixture.

    Raises:
        ConfigError: There is no such preset, or as ``decode_mixture``.
    """
    if preset := preset_named(text):
        return preset.config
    if is_encoded(text):
        return decode_mixture(text)
    raise ConfigError("The link can't be used: there is no preset of that name here.")


def is_encoded(text: str) -> bool:
    """Whether ``text`` is meant as a whole mixture, and not as a name."""
    return re.match(r"m\d{1,9}\.", text) is not None


def _without_defaults(config: MoAConfig) -> dict[str, Any]:
    """What cannot be left out, since whoever reads it has the same defaults."""
    data = config_to_dict(config)
    groups = (layer["proposers"] for layer in data["layers"])
    for agent in chain([data["aggregator"]], data["fallbacks"], *groups):
        for name, default in _AGENT_DEFAULTS.items():
            if agent[name] == default:
                del agent[name]
    prompts = data["prompts"]
    data["prompts"] = {
        name: text
        for name, text in prompts.items()
        if text != getattr(DEFAULT_PROMPTS, name)
    }
    return {
        name: value
        for name, value in data.items()
        if name == "layers" or value not in ([], {})
    }


def _unpacked(packed: str) -> bytes:
    """The text in a link; it never grows beyond the largest file."""
    padded = packed + "=" * (-len(packed) % 4)
    unpacker = zlib.decompressobj()
    try:
        compressed = base64.urlsafe_b64decode(padded)
        text = unpacker.decompress(compressed, MAX_FILE_BYTES)
    except (binascii.Error, zlib.error):
        raise ConfigError("it is incomplete or changed.") from None
    if unpacker.unconsumed_tail:
        raise ConfigError("it holds more than a mixture.")
    if not unpacker.eof or unpacker.unused_data:
        raise ConfigError("it is incomplete or changed.")
    return text
