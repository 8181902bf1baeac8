"""Describes mixtures and their models in words."""

from collections.abc import Mapping
from typing import Final

from moa_core.mixture import AgentSpec, Length, MoAConfig, Placement, own_name
from moa_core.run import SeatState
from pages.widgets.markdown import plain_label

LENGTHS: Final[Mapping[Length, str]] = {
    "short": "Short",
    "balanced": "Medium",
    "thorough": "Long",
}
"""What the lengths of an answer are called."""

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


SILENT_S = 3.0
"""How long nothing new may come before it is said for how long."""


def waited_s(seat: SeatState, now_s: float) -> float | None:
    """How long nothing new has come from a seat at work; ``None`` from any other."""
    since_s = {
        "queued": seat.queued_s,
        "loading": seat.loading_s,
        "waiting": seat.since_s,
        "writing": seat.last_content_s,
    }.get(seat.status)
    return None if since_s is None else max(0.0, now_s - since_s)
