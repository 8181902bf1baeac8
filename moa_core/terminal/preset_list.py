"""Formats presets as lines for a terminal or for other programs."""

import json
from collections.abc import Iterable

from moa_core.mixture import KnownEndpoint, Preset, needs
from moa_core.text import counted


def usable_first(
    presets: Iterable[Preset], endpoints: Iterable[KnownEndpoint]
) -> list[Preset]:
    """Those that can run now, then those that lack something."""
    known = tuple(endpoints)
    return sorted(presets, key=lambda preset: bool(needs(preset, known)))


def preset_line(preset: Preset, endpoints: Iterable[KnownEndpoint]) -> str:
    """``preset`` as one JSON object on one line; ``layers`` counts as the paper does.

    ``models`` has the refs of every layer, the aggregator's alone in the last one.
    """
    missing = needs(preset, endpoints)
    proposers = [
        [agent.ref for agent in layer.proposers] for layer in preset.config.layers
    ]
    return json.dumps(
        {
            "name": preset.name,
            "title": preset.title,
            "description": preset.description,
            "layers": preset.config.depth,
            "models": [*proposers, [preset.config.aggregator.ref]],
            "method": preset.config.method,
            "group": preset.group,
            "version": preset.version,
            "source": preset.source,
            "results": preset.results,
            "ready": not missing,
            "needs": [need.sentence for need in missing],
        }
    )


def preset_paragraph(preset: Preset, endpoints: Iterable[KnownEndpoint]) -> str:
    """``preset`` in a few lines for people."""
    missing = needs(preset, endpoints)
    calls = sum(len(layer.proposers) for layer in preset.config.layers) + 1
    layers = len(preset.config.layers)
    shape = f"{counted(layers, 'layer')} + aggregator"
    facts = f"{shape if layers else 'single model'}, {calls} calls"
    lines = [
        f"{preset.name}: {preset.title} ({facts})",
        f"  {preset.description}",
        *([f"  {preset.results} ({preset.source})."] if preset.results else []),
        *(f"  {need.sentence}" for need in missing),
    ]
    return "\n".join(lines)
