"""Mixtures as JSON: written whole, read back strictly.

A stored run keeps its exact mixture in this form, and an exported preset is the same.
What cannot be understood is refused with its place in words, never guessed at.
"""

import hashlib
import json
from dataclasses import asdict
from typing import Any, Final

from moa_core.mixture.config import AgentSpec, MoAConfig
from moa_core.mixture.pace import THOROUGH, Pace
from moa_core.mixture.prompts import FOR_RANKER

CONFIG_VERSION: Final = 2
"""Version of the JSON form; grows when an older program could no longer read it.

Form 2 has ``pace``; a mixture without one is written in form 1.
"""


def config_to_dict(config: MoAConfig) -> dict[str, Any]:
    """``config`` as JSON values.

    What form 1 began with is always written. A field that came later is left out where
    it changes nothing, so that an older mixture keeps its name (``config_sha256``).
    """
    prompts = asdict(config.prompts)
    if config.method != "rank" and config.prompts.for_ranker == FOR_RANKER:
        del prompts["for_ranker"]
    return {
        "version": 1 if config.pace == THOROUGH else CONFIG_VERSION,
        "layers": [
            {"proposers": [agent_to_dict(agent) for agent in layer.proposers]}
            for layer in config.layers
        ],
        "aggregator": agent_to_dict(config.aggregator),
        "fallbacks": [agent_to_dict(agent) for agent in config.fallbacks],
        "prompts": prompts,
        **({} if config.length == "balanced" else {"length": config.length}),
        **({} if config.method == "synthesise" else {"method": config.method}),
        **({} if config.pace == THOROUGH else {"pace": pace_to_dict(config.pace)}),
    }


def pace_to_dict(pace: Pace) -> dict[str, Any]:
    """``pace`` as JSON values: only what is on, each whole."""
    return {name: value for name, value in asdict(pace).items() if value is not None}


def agent_to_dict(agent: AgentSpec) -> dict[str, Any]:
    """``agent`` as JSON values; an effort only where one is set."""
    values = asdict(agent)
    if agent.temperature is not None:
        values["temperature"] = float(agent.temperature)
    if agent.effort is None:
        del values["effort"]
    return values


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
    from moa_core.mixture.forms import ConfigForm, read_form  # imports pydantic

    config: MoAConfig = read_form(ConfigForm, data, whole="mixture")
    return config


def agent_from_dict(data: object, where: str = "agent") -> AgentSpec:
    """Read what ``agent_to_dict`` wrote; ``where`` begins the message of an error.

    Raises:
        ConfigError: As ``config_from_dict``.
    """
    from moa_core.mixture.forms import AgentForm, read_form

    agent: AgentSpec = read_form(AgentForm, data, where)
    return agent
