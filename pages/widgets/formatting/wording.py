"""Describes mixtures and their models in words."""

from collections.abc import Mapping
from typing import Final

from moa_core.mixture import AgentSpec, Length, MoAConfig, Placement, own_name
from pages.widgets.markdown import plain_label

LENGTHS: Final[Mapping[Length, str]] = {
    "short": "Short",
    "balanced": "Medium",
    "thorough": "Long",
}
"""What the lengths of an answer are called."""

ACCENT: Final = "#6d66f0"
"""Of bars and dots; it can be told from a light and from a dark ground."""

_PLACEMENTS: Final[Mapping[Placement, str]] = {
    "trailing": "drafts after the chat",
    "paper": "drafts in the system message",
}


def model_name(agent: AgentSpec) -> str:
    """The model's own name, without its maker: ``Qwen2.5-72B``."""
    return plain_label(own_name(agent.model), limit=48)


def mixture_line(config: MoAConfig) -> str:
    """``explainer, sceptic → analyst → synthesist · medium length · ...``."""
    rows = [layer.proposers for layer in config.layers] + [config.aggregators]
    names = " → ".join(", ".join(map(model_name, agents)) for agents in rows)
    if not config.layers:
        return f"{names} · single model"
    picks = config.method == "rank"
    task = "picks the best draft" if picks else f"{LENGTHS[config.length]} length"
    return f"{names} · {task.lower()} · {_PLACEMENTS[config.prompts.placement]}"
