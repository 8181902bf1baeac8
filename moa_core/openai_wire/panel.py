"""Decides whom a request asks: the panel is asked once for each message of a user.

Messages that end with what tools returned continue an answer. The proposals of the run
that began it are then read again by the writer, and nobody else is asked.
"""

from dataclasses import replace
from typing import Literal

from moa_core.mixture import MoAConfig, Pace
from moa_core.openai_wire.request import ApiRequest

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


def writer_alone(config: MoAConfig) -> MoAConfig:
    """The mixture without its panel: the aggregator, and its fallbacks, alone."""
    return replace(config, layers=(), method="synthesise", pace=Pace())
