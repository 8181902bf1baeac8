"""Presets made for what is connected: one server's models, or one of every endpoint."""

import re
from collections.abc import Mapping, Sequence

from moa_core.mixture.config import (
    LONGEST_NAME,
    MAX_AGENTS_PER_LAYER,
    AgentSpec,
    Layer,
    MoAConfig,
    Preset,
)
from moa_core.mixture.shipped import PRESETS, mixture_from_refs
from moa_core.text import one_line

_MOST_LOCAL = 4
_SAMPLES = 3
_SIZE = re.compile(r"(?<![\w.])(?:(\d+)x)?(\d+(?:\.\d+)?)([bt])(?![a-z0-9])", re.I)
_NO_CHAT = re.compile(
    r"(?i)embed|rerank|whisper|transcri|tts|speech|audio|image|vision-?only|moderation"
    r"|guard|dall-e|flux|stable-diffusion|clip|realtime|davinci|babbage|search|-base\b"
)


def local_preset(server: str, models: Sequence[str]) -> Preset | None:
    """A preset for a local server, or ``None`` if it has no model for chats.

    Up to four models propose and the largest answers. A single model proposes three
    times: samples of one model help as well.

    Args:
        server: Name of its endpoint, e.g. ``ollama``.
        models: What it serves.
    """
    best = sorted(_for_chats(models), key=_billions, reverse=True)[:_MOST_LOCAL]
    if not best:
        return None
    proposers = best if len(best) > 1 else best * _SAMPLES
    refs = tuple(f"{server}/{model}" for model in proposers)
    count = f"{len(best)} models" if len(best) > 1 else "One model, three times,"
    return Preset(
        name=one_line(f"local-{server}", LONGEST_NAME),
        title=one_line(f"Local, {server}", LONGEST_NAME),
        description=f"{count} on this machine: free of cost, and nothing leaves it.",
        group="local",
        config=mixture_from_refs(refs, aggregator=refs[0]),
    )


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
        config=MoAConfig(layers=(Layer(tuple(agents)),), aggregator=agents[0]),
    )


def good_agent(endpoint: str, models: Sequence[str]) -> AgentSpec | None:
    """An agent to begin with: one that a shipped preset trusts, else the largest."""
    trusted = [preset for preset in PRESETS if preset.name == endpoint]
    for preset in (*trusted, *PRESETS):
        agent = preset.config.aggregator
        if agent.endpoint == endpoint and agent.model in models:
            return agent
    largest = max(_for_chats(models), key=_billions, default=None)
    return AgentSpec(endpoint=endpoint, model=largest) if largest else None


def _for_chats(models: Sequence[str]) -> list[str]:
    return [model for model in dict.fromkeys(models) if not _NO_CHAT.search(model)]


def _billions(model: str) -> float:
    """Parameters as the name tells them: 176 for ``Mixtral-8x22B``, else 0."""
    sizes = [
        int(experts or 1) * float(size) * (1000 if unit in "tT" else 1)
        for experts, size, unit in _SIZE.findall(model)
    ]
    return max(sizes, default=0.0)
