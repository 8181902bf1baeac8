"""Describes votes: the answers that were judged, and exactly what wrote them."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, Self

from moa_core.errors import ConfigError
from moa_core.mixture import (
    AgentSpec,
    MoAConfig,
    agent_to_dict,
    config_sha256,
    own_name,
)
from moa_core.usage import Cost

VoteKind = Literal["duel", "mix"]
"""``duel``: mixtures against one another; ``mix``: a synthesis against a proposal."""

Verdict = Literal["won", "tie", "both_bad"]

FEWEST_SIDES: Final = 2


@dataclass(frozen=True, slots=True)
class Contestant:
    """Exactly what wrote an answer: a mixture, or one model that answered alone.

    Two are equal when they are the same configuration, whatever it was called.

    Attributes:
        key: 64 hexadecimal digits that name the configuration.
        name: What it was called when it was judged; never cleaned, so untrusted.
        config: What it is made of; of a single proposal only who wrote it.
    """

    key: str
    name: str = field(compare=False)
    config: MoAConfig = field(compare=False, repr=False)

    @classmethod
    def mixture(cls, config: MoAConfig, preset_name: str | None = None) -> Self:
        """What a run of ``config`` answers as.

        A configuration without layers or fallbacks is a model that answers alone: it
        is sent what a proposer of the first layer is sent, so both are the same one.
        """
        if not (config.layers or config.fallbacks or config.method == "rank"):
            return cls.alone(config.aggregator)
        return cls(config_sha256(config), preset_name or _described(config), config)

    @classmethod
    def alone(cls, agent: AgentSpec, layer_index: int = 0) -> Self:
        """The model behind one proposal, with its settings.

        Args:
            agent: The proposer.
            layer_index: Where it sat, from 0. Behind the first layer it has read other
                proposals, so that it is not the same as the model alone.
        """
        exactly = {"agent": agent_to_dict(agent), "layer": layer_index}
        text = json.dumps(exactly, sort_keys=True, separators=(",", ":"))
        key = hashlib.sha256(text.encode()).hexdigest()
        read = f" in layer {layer_index + 1}" if layer_index else ""
        config = MoAConfig(layers=(), aggregator=agent)
        return cls(key, f"{agent.ref}{read}", config)

    @property
    def sign(self) -> str:
        """A few characters that tell contestants of one name apart: ``3fa9c1``."""
        return self.key[:6]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the answers that a vote was about.

    Attributes:
        cost: What the answer had cost, all proposals behind it included.
    """

    contestant: Contestant
    cost: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One verdict on two or more answers to the same question.

    Attributes:
        sides: As they stood on the page.
        winner: Index of the side that won; ``None`` unless ``verdict`` is ``won``.
        blind: Whether names and costs were hidden until the vote.
    """

    kind: VoteKind
    sides: tuple[Side, ...]
    verdict: Verdict
    winner: int | None = None
    blind: bool = False
    at: datetime

    def __post_init__(self) -> None:
        check_verdict(len(self.sides), self.verdict, self.winner)


def check_verdict(sides: int, verdict: Verdict, winner: int | None) -> None:
    """Refuse what cannot be a vote.

    Raises:
        ConfigError: There are not two sides, or the winner is none of them, or nobody
            won and yet there is a winner.
    """
    if sides < FEWEST_SIDES:
        raise ConfigError(f"A vote needs {FEWEST_SIDES} answers, not {sides}.")
    if (verdict == "won") != (winner is not None):
        raise ConfigError("A vote has a winner when one has won, and only then.")
    if winner is not None and not 0 <= winner < sides:
        raise ConfigError(f"There is no side {winner} of {sides}.")


def _described(config: MoAConfig) -> str:
    """``mixture of 6 under large``: a name for what has none."""
    proposers = sum(len(layer.proposers) for layer in config.layers)
    return f"mixture of {proposers} under {own_name(config.aggregator.model)}"
