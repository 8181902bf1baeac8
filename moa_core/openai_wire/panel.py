"""Decides whom a request asks: the panel is asked once for each message of a user.

Messages that end with what tools returned continue an answer. The proposals of the run
that began it are then read again by the writer, and nobody else is asked.
"""

from dataclasses import replace
from typing import Literal

from moa_core.errors import ConfigError
from moa_core.mixture import MoAConfig, Pace
from moa_core.openai_wire.request import ApiRequest
from moa_core.plan import Plan, rework_plan
from moa_core.run import RunState

PanelState = Literal["asked", "kept", "unknown"]
"""``asked``: it is asked now. ``kept``: its proposals of the run that answered the same
beginning are read again. ``unknown``: no such run is known, so the writer is alone."""


def panel_state(request: ApiRequest, *, known: bool) -> PanelState:
    """What becomes of the panel.

    Args:
        request: What is asked.
        known: Whether a run is stored under the same ``conversation_sha256``, whose
            proposals can be read again.
    """
    if not request.follows_tools:
        return "asked"
    return "kept" if known else "unknown"


def kept_panel(state: RunState, config: MoAConfig) -> Plan | None:
    """How the writer goes on from a run whose panel is kept.

    Args:
        state: The run that answered the same beginning, which has ended.
        config: The mixture that is asked now, for its writer.

    Returns:
        ``None`` where that run has no proposal: then the writer is alone.
    """
    try:
        return rework_plan.resynthesise(
            state, aggregator=config.aggregator, fallbacks=config.fallbacks
        )
    except ConfigError:
        return None


def writer_alone(config: MoAConfig) -> MoAConfig:
    """The mixture without its panel: the aggregator, and its fallbacks, alone."""
    return replace(config, layers=(), method="synthesise", pace=Pace())
