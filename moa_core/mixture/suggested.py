"""Presets made for what is connected: one server's models, or one of every endpoint."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from moa_core.mixture.config import (
    LONGEST_NAME,
    MAX_AGENTS_PER_LAYER,
    AgentSpec,
    Layer,
    MoAConfig,
    Preset,
    own_name,
)
from moa_core.mixture.pace import Auto, Pace, Quorum
from moa_core.mixture.readiness import KnownEndpoint, is_served
from moa_core.mixture.shipped import PRESETS, mixture_from_refs
from moa_core.settings import LOCAL_SERVERS, SIMULATED
from moa_core.text import one_line

QUORUM_FROM: Final = 4
"""So many models in a layer can do without one that is slow."""

_MOST_LOCAL = 4
_SAMPLES = 3
_MOST_TO_CHOOSE_FROM = 40
_SIZE = re.compile(r"(?<![\w.])(?:(\d+)x)?(\d+(?:\.\d+)?)([bt])(?![a-z0-9])", re.I)
_NO_CHAT = re.compile(
    r"(?i)embed|rerank|whisper|transcri|tts|speech|audio|image|vision-?only|moderation"
    r"|guard|dall-e|flux|stable-diffusion|clip|realtime|davinci|babbage|search|-base\b"
)


def suggested_presets(endpoints: Iterable[KnownEndpoint]) -> list[Preset]:
    """Presets of what is connected: of each endpoint that none fits, and of all.

    Where several models are connected the last one is of kind Auto.
    """
    endpoints = tuple(endpoints)
    served = {
        endpoint.name: (endpoint, endpoint.models.ids)
        for endpoint in endpoints
        if endpoint.connected and endpoint.name != SIMULATED
    }
    fitting = [preset for preset in PRESETS if is_served(preset.config, endpoints)]
    provided = {preset.config.aggregator.endpoint for preset in fitting}
    presets = [
        endpoint_preset(endpoint, models)
        for endpoint, models in served.values()
        if endpoint.name not in provided
    ]
    of_all = everything_preset({name: models for name, (_, models) in served.items()})
    made = [preset for preset in (of_all, *presets) if preset]
    several = [each for each in made if len(set(each.config.layers[0].proposers)) > 1]
    return [
        *(preset for preset in (*presets, of_all) if preset),
        *map(auto_preset, several[:1]),
    ]


def auto_preset(whole: Preset) -> Preset:
    """The same models, of which one answers first and may be enough."""
    return Preset(
        name=one_line(f"auto-{whole.name}", LONGEST_NAME),
        title=one_line(f"Auto, {whole.title}", LONGEST_NAME),
        description=f"{own_name(whole.config.aggregator.model)} answers at once; the "
        "others are asked only where a second opinion differs.",
        group=whole.group,
        config=replace(whole.config, pace=replace(whole.config.pace, auto=Auto())),
    )


def endpoint_preset(endpoint: KnownEndpoint, models: Sequence[str]) -> Preset | None:
    """A preset for one endpoint, or ``None`` if it has no model for chats.

    Up to four models of a local server propose, three of any other, and the largest
    answers. A single model proposes three times: samples of one model help as well.
    Of a catalogue of very many models none is better than another by its name.

    Args:
        endpoint: Whose models they are.
        models: What it serves.
    """
    local = endpoint.is_local
    chats = sorted(_for_chats(models), key=_billions, reverse=True)
    if not chats or (not local and len(chats) > _MOST_TO_CHOOSE_FROM):
        return None
    best = chats[: _MOST_LOCAL if local else _SAMPLES]
    proposers = best if len(best) > 1 else best * _SAMPLES
    refs = tuple(f"{endpoint.name}/{model}" for model in proposers)
    count = f"{len(best)} models" if len(best) > 1 else "One model, three times,"
    kind = "local" if local else "connected"
    title = f"Local, {endpoint.name}" if local else endpoint.label
    return Preset(
        name=one_line(f"{kind}-{endpoint.name}", LONGEST_NAME),
        title=one_line(title, LONGEST_NAME),
        description=f"{count} {_where(endpoint)}",
        group=kind,
        config=_paced(mixture_from_refs(refs, aggregator=refs[0])),
    )


def _where(endpoint: KnownEndpoint) -> str:
    if endpoint.name in LOCAL_SERVERS:
        return "on this machine: free of cost, and nothing leaves it."
    if endpoint.is_local:
        return f"of {endpoint.label}, in your own network: nothing leaves it."
    return f"of {endpoint.label}."


def everything_preset(models: Mapping[str, Sequence[str]]) -> Preset | None:
    """One good model of every endpoint, or ``None`` with fewer than two endpoints.

    The first endpoint's model answers, so the order is the caller's preference.

    Args:
        models: What each connected endpoint serves, by the endpoint's name.
    """
    candidates = [good_agent(name, served) for name, served in models.items()]
    agents = [agent for agent in candidates if agent][:MAX_AGENTS_PER_LAYER]
    if len(agents) < 2:
        return None
    return Preset(
        name="everything",
        title="Everything that is connected",
        description=f"One good model of each of {len(agents)} endpoints; the first "
        "of them answers.",
        group="connected",
        config=_paced(MoAConfig(layers=(Layer(tuple(agents)),), aggregator=agents[0])),
    )


def _paced(config: MoAConfig) -> MoAConfig:
    """Does not wait for a slow model among many."""
    many = any(len(layer.proposers) >= QUORUM_FROM for layer in config.layers)
    return replace(config, pace=Pace(quorum=Quorum() if many else None))


def good_agent(endpoint: str, models: Sequence[str]) -> AgentSpec | None:
    """An agent to begin with: one that a shipped preset trusts, else the largest."""
    trusted = [preset for preset in PRESETS if preset.name == endpoint]
    for preset in (*trusted, *PRESETS):
        agent = preset.config.aggregator
        if agent.endpoint == endpoint and agent.model in models:
            return agent
    largest = max(_for_chats(models), key=_billions, default=None)
    return AgentSpec(endpoint=endpoint, model=largest) if largest else None


def model_to_try(models: Sequence[str]) -> str | None:
    """A small model for chats, for one cheap call; ``None`` if there is none."""
    return min(
        _for_chats(models), key=lambda model: _billions(model) or 50, default=None
    )


def _for_chats(models: Sequence[str]) -> list[str]:
    return [model for model in dict.fromkeys(models) if not _NO_CHAT.search(model)]


def _billions(model: str) -> float:
    """Parameters as the name tells them: 176 for ``Mixtral-8x22B``, else 0."""
    sizes = [
        int(experts or 1) * float(size) * (1000 if unit in "tT" else 1)
        for experts, size, unit in _SIZE.findall(model)
    ]
    return max(sizes, default=0.0)
