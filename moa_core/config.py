"""How a mixture is composed: agents, layers, aggregator, preset."""

from dataclasses import dataclass, field
from typing import Self

from moa_core.errors import ConfigError
from moa_core.prompts import DEFAULT_PROMPTS, Prompts

MAX_LAYERS = 8
MAX_AGENTS_PER_LAYER = 12
MAX_TEMPERATURE = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec:
    """One model in one role.

    Attributes:
        endpoint: Name of the endpoint that serves it, e.g. ``"together"``.
        model: Model identifier as the endpoint spells it.
        temperature: Sampling temperature, 0 to 2; ``None`` leaves it to the endpoint.
        max_tokens: Longest answer, in tokens.
        system_prompt: Instruction that only this agent gets, before the conversation.
    """

    endpoint: str
    model: str
    temperature: float | None = 0.7
    max_tokens: int = 2048
    system_prompt: str | None = None

    def __post_init__(self) -> None:
        if not self.endpoint or not self.model:
            raise ConfigError("An agent needs an endpoint and a model.")
        if (
            self.temperature is not None
            and not 0 <= self.temperature <= MAX_TEMPERATURE
        ):
            raise ConfigError(f"A temperature is 0 to 2, not {self.temperature}.")
        if self.max_tokens < 1:
            raise ConfigError(f"Max tokens is at least 1, not {self.max_tokens}.")

    @classmethod
    def from_ref(cls, ref: str) -> Self:
        """Build an agent from ``endpoint/model``, e.g. ``openai/gpt-4o-mini``.

        Raises:
            ConfigError: ``ref`` has no endpoint or no model.
        """
        endpoint, slash, model = ref.partition("/")
        if not (endpoint and slash and model):
            raise ConfigError(
                f"{ref!r} is not a model: write endpoint/model, "
                "for example openai/gpt-4o-mini."
            )
        return cls(endpoint=endpoint, model=model)

    @property
    def ref(self) -> str:
        """``endpoint/model``."""
        return f"{self.endpoint}/{self.model}"


@dataclass(frozen=True, slots=True)
class Layer:
    """Proposers that answer side by side, blind to one another."""

    proposers: tuple[AgentSpec, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.proposers) <= MAX_AGENTS_PER_LAYER:
            raise ConfigError(
                f"A layer has 1 to {MAX_AGENTS_PER_LAYER} models, "
                f"not {len(self.proposers)}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoAConfig:
    """Layers of proposers under one aggregator.

    Source: Wang et al. 2024, arXiv:2406.04692, section 2.2.

    Attributes:
        layers: Proposer layers, first to last; each has its own agents.
        aggregator: Writes the synthesis from the last layer's proposals.
        fallbacks: Asked in this order when the aggregator fails.
        prompts: How references are put to proposers and aggregator.
    """

    layers: tuple[Layer, ...]
    aggregator: AgentSpec
    fallbacks: tuple[AgentSpec, ...] = ()
    prompts: Prompts = field(default=DEFAULT_PROMPTS)

    def __post_init__(self) -> None:
        if not 1 <= len(self.layers) <= MAX_LAYERS:
            raise ConfigError(
                f"A mixture has 1 to {MAX_LAYERS} layers of proposers, "
                f"not {len(self.layers)}."
            )

    @property
    def depth(self) -> int:
        """Number of layers as the paper counts them: the aggregator is the last."""
        return len(self.layers) + 1

    @property
    def aggregators(self) -> tuple[AgentSpec, ...]:
        """The aggregator and its fallbacks, in the order they are asked."""
        return (self.aggregator, *self.fallbacks)

    @property
    def endpoints(self) -> frozenset[str]:
        """Every endpoint that a run of this mixture may call."""
        agents = [agent for layer in self.layers for agent in layer.proposers]
        return frozenset(agent.endpoint for agent in (*agents, *self.aggregators))


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A mixture worth a name.

    Attributes:
        name: What is written on the command line: lower case, no spaces.
        title: What users see.
        description: One sentence: what it is good for.
    """

    name: str
    title: str
    description: str
    config: MoAConfig
