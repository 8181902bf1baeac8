"""Describes mixtures and presets; an impossible one cannot be built."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Self

from moa_core.errors import ConfigError
from moa_core.mixture.pace import THOROUGH, Pace
from moa_core.mixture.prompts import DEFAULT_PROMPTS, LENGTHS, Length, Prompts
from moa_core.settings import SIMULATED
from moa_core.text import one_line

Effort = Literal["low", "medium", "high"]
Method = Literal["synthesise", "rank"]

EFFORTS: tuple[Effort, ...] = ("low", "medium", "high")
METHODS: tuple[Method, ...] = ("synthesise", "rank")
MAX_LAYERS = 8
MAX_AGENTS_PER_LAYER = 12
MAX_TEMPERATURE = 2.0
MAX_TOKENS = 10_000_000
MAX_VERSION = 9999
LONGEST_NAME = 80
LONGEST_TEXT = 500
TEXT_LIMITS = {
    "name": LONGEST_NAME,
    "title": LONGEST_NAME,
    "description": LONGEST_TEXT,
    "source": LONGEST_TEXT,
    "results": LONGEST_TEXT,
    "group": LONGEST_NAME,
}
"""Most characters of each text of a preset."""


def own_name(model: str) -> str:
    """A model's own name, without its maker: ``Qwen2.5-72B``."""
    return model.rsplit("/", 1)[-1]


_MAY_THINK = re.compile(
    r"(^|[/:.])(o[1-9]\b|gpt-[5-9]|gpt-oss|grok-[3-9]|gemini-(2\.5|[3-9])|glm-[4-9]\.\d"
    r"|deepseek-(r|v3\.|v[4-9])|qwen[3-9]|qwq|kimi-k[2-9]|minimax-m|magistral)"
    r"|think|reason",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec:
    """One model in one role.

    Attributes:
        endpoint: Name of the endpoint that serves it, e.g. ``"together"``.
        model: Model identifier as the endpoint spells it.
        temperature: Sampling temperature, 0 to 2; ``None`` leaves it to the endpoint.
        max_tokens: Longest answer, in tokens.
        system_prompt: Instruction that only this agent gets, before the conversation.
        effort: How long a reasoning model thinks; ``None`` leaves it to the endpoint.
    """

    endpoint: str
    model: str
    temperature: float | None = 0.7
    max_tokens: int = 2048
    system_prompt: str | None = None
    effort: Effort | None = None

    def __post_init__(self) -> None:
        if not self.endpoint or not self.model:
            raise ConfigError("An agent needs an endpoint and a model.")
        if (
            self.temperature is not None
            and not 0 <= self.temperature <= MAX_TEMPERATURE
        ):
            raise ConfigError(f"Temperature must be 0 to 2, not {self.temperature}.")
        if self.max_tokens < 1:
            raise ConfigError(f"Max tokens must be at least 1, not {self.max_tokens}.")
        if self.max_tokens > MAX_TOKENS:
            raise ConfigError(f"Max tokens must be at most {MAX_TOKENS:,}.")
        if self.effort is not None and self.effort not in EFFORTS:
            raise ConfigError(f"Effort must be low, medium or high, not {self.effort}.")

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

    def with_model(self, ref: str) -> Self:
        """Another model, ``endpoint/model``, with the same settings.

        Raises:
            ConfigError: ``ref`` has no endpoint or no model.
        """
        other = type(self).from_ref(ref)
        return replace(self, endpoint=other.endpoint, model=other.model)

    @property
    def ref(self) -> str:
        """``endpoint/model``."""
        return f"{self.endpoint}/{self.model}"


def may_think(agent: AgentSpec) -> bool:
    """Whether the model of an agent may reason before it answers."""
    return agent.effort is not None or bool(_MAY_THINK.search(agent.model))


@dataclass(frozen=True, slots=True)
class Layer:
    """Proposers that answer side by side, blind to one another."""

    proposers: tuple[AgentSpec, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.proposers) <= MAX_AGENTS_PER_LAYER:
            raise ConfigError(
                f"A layer needs 1 to {MAX_AGENTS_PER_LAYER} models, "
                f"not {len(self.proposers)}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoAConfig:
    """Layers of proposers under one aggregator.

    Source: Wang et al. 2024, arXiv:2406.04692, section 2.2.

    Attributes:
        layers: Proposer layers, first to last; each has its own agents. With none the
            aggregator answers alone, as if it were asked without a mixture.
        aggregator: Writes the synthesis from the last layer's proposals.
        fallbacks: Asked in this order when the aggregator fails.
        prompts: How references are put to proposers and aggregator.
        length: How long the synthesis should be, as an aggregator with proposals is
            told.
        method: ``synthesise`` writes a new answer from the last layer's proposals;
            ``rank`` has the aggregator choose one of them, which is the answer
            unchanged: the paper's baseline (section 3.3).
        pace: Whom it waits for and whom it asks, to save time and money.
    """

    layers: tuple[Layer, ...]
    aggregator: AgentSpec
    fallbacks: tuple[AgentSpec, ...] = ()
    prompts: Prompts = DEFAULT_PROMPTS
    length: Length = "balanced"
    method: Method = "synthesise"
    pace: Pace = THOROUGH

    def __post_init__(self) -> None:
        if len(self.layers) > MAX_LAYERS:
            raise ConfigError(
                f"A mixture can have up to {MAX_LAYERS} layers of proposers, "
                f"not {len(self.layers)}."
            )
        if self.length not in LENGTHS:
            raise ConfigError(
                f"Length must be short, balanced or thorough, not {self.length}."
            )
        if self.method not in METHODS:
            raise ConfigError(f"Method must be synthesise or rank, not {self.method}.")
        if self.method == "rank" and not self.layers:
            raise ConfigError("Picking the best draft needs proposers to choose from.")

    @property
    def depth(self) -> int:
        """Number of layers as the paper counts them: the aggregator is the last."""
        return len(self.layers) + 1

    @property
    def aggregators(self) -> tuple[AgentSpec, ...]:
        """The aggregator and its fallbacks, in the order they are asked."""
        return (self.aggregator, *self.fallbacks)

    @property
    def agents(self) -> tuple[AgentSpec, ...]:
        """All proposers, first layer first, then the aggregators."""
        proposers = (agent for layer in self.layers for agent in layer.proposers)
        return (*proposers, *self.aggregators)

    @property
    def endpoints(self) -> frozenset[str]:
        """Every endpoint that a run of this mixture may call."""
        return frozenset(agent.endpoint for agent in self.agents)

    @property
    def is_demo(self) -> bool:
        """Whether simulated models write some of it."""
        return SIMULATED in self.endpoints

    def with_each_agent(self, change: Callable[[AgentSpec], AgentSpec]) -> Self:
        """The mixture with ``change`` made to every agent, aggregators included."""
        return replace(
            self,
            layers=tuple(
                Layer(tuple(map(change, layer.proposers))) for layer in self.layers
            ),
            aggregator=change(self.aggregator),
            fallbacks=tuple(map(change, self.fallbacks)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A mixture worth a name.

    All texts are single lines without control characters; ``one_line`` makes any text
    such a line.

    Attributes:
        name: What it is called by; of a shipped one lower case, without spaces.
        title: What users see.
        description: One sentence: what it is good for.
        source: Where it comes from, as one cites it, or ``""``.
        results: What it is known to reach, e.g. ``65.1 % on AlpacaEval 2.0 (LC)``.
        group: What it is listed under, e.g. ``paper`` or ``openai``.
        version: Grows when a shipped preset changes.
    """

    name: str
    title: str
    description: str
    config: MoAConfig
    source: str = ""
    results: str = ""
    group: str = ""
    version: int = 1

    def __post_init__(self) -> None:
        for what, limit in TEXT_LIMITS.items():
            text = getattr(self, what)
            if text != one_line(text, limit):
                raise ConfigError(
                    f"A preset's {what} is one line of at most {limit} characters."
                )
        if not (self.name and self.title):
            raise ConfigError("A preset needs a name and a title.")
        if not 1 <= self.version <= MAX_VERSION:
            raise ConfigError(f"A preset's version is 1 to {MAX_VERSION}.")


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """A place in the mixture.

    Attributes:
        layer_index: Layer, from 0; the aggregator's is the number of proposer layers.
        position: Place in the layer, from 0; for aggregators 0 is the chosen one and
            the fallbacks follow.
    """

    layer_index: int
    position: int
