"""The presets that ship with Polyphony: data, each with a version."""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Final

from moa_core.mixture.config import AgentSpec, Layer, MoAConfig, Preset
from moa_core.mixture.files import presets_from_json


def mixture_from_refs(*layers: tuple[str, ...], aggregator: str) -> MoAConfig:
    """A mixture of models by reference, with the settings of the paper.

    Args:
        layers: The proposers of each layer, ``endpoint/model``.
        aggregator: Who writes the synthesis.

    Raises:
        ConfigError: A reference or the number of layers or models is impossible.
    """
    return MoAConfig(
        layers=tuple(
            Layer(tuple(AgentSpec.from_ref(ref) for ref in refs)) for refs in layers
        ),
        aggregator=AgentSpec.from_ref(aggregator),
    )


def _text(name: str) -> str:
    return (resources.files("moa_core.mixture") / name).read_text(encoding="utf-8")


PRESETS: Final[tuple[Preset, ...]] = presets_from_json(_text("shipped.json")).presets

DEFAULT_PRESET: Final = PRESETS[0]
"""Needs no key."""

MODEL_REPLACEMENTS: Final[Mapping[str, str]] = json.loads(_text("retired.json"))
"""Models that their provider has retired, each with a current one to use instead.

They are the proposers of Wang et al. 2024, section 3.1, in the paper's order.
"""


def preset_named(name: str) -> Preset | None:
    """The shipped preset that is called ``name`` on the command line."""
    return next((preset for preset in PRESETS if preset.name == name), None)
