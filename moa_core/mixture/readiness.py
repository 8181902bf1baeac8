"""Finds what is missing to run a mixture, from what is known of the endpoints."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, assert_never

from moa_core.mixture.config import AgentSpec, MoAConfig, Preset, own_name
from moa_core.mixture.shipped import MODEL_REPLACEMENTS
from moa_core.settings import LOCAL_SERVERS, TINY

NeedKind = Literal["key", "server", "tiny", "endpoint", "retired", "model"]


class KnownModels(Protocol):
    """The models of an endpoint, as far as they are known."""

    @property
    def ids(self) -> Sequence[str]:
        """What calls name them."""

    def has(self, model: str) -> bool | None:
        """Whether it serves ``model``; ``None`` while nobody knows."""

    def nearest(self, model: str) -> Sequence[str]:
        """Models of nearly that name, which may be the one that was meant."""


class KnownEndpoint(Protocol):
    """What must be known of an endpoint; ``providers.EndpointInfo`` is one."""

    @property
    def name(self) -> str:
        """First part of a ref."""

    @property
    def label(self) -> str:
        """What users call it."""

    @property
    def key_variable(self) -> str:
        """Environment variable that its key is read from, if any."""

    @property
    def connected(self) -> bool:
        """Whether a call can be tried: it has a key or needs none."""

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine or in a private network."""

    @property
    def models(self) -> KnownModels:
        """What it serves."""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that an agent lacks.

    Attributes:
        kind: A key, a local server, the tiny models, an endpoint, or another model
            for one that is retired or not offered.
        agent: The first agent that lacks it.
        endpoint: Where that agent would be asked; ``None`` where it is not set up.
    """

    kind: NeedKind
    agent: AgentSpec
    endpoint: KnownEndpoint | None

    @property
    def summary(self) -> str:
        """A few words for lists: ``needs a Together key``."""
        name, label = self.agent.endpoint, self._label
        match self.kind:
            case "key":
                return f"needs a key for {label}"
            case "server":
                return f"needs {name}"
            case "tiny":
                return "needs the tiny models"
            case "endpoint":
                return f'needs endpoint "{name}"'
            case "retired":
                return "has retired models"
            case "model":
                return f"has models that {label} doesn't offer"
            case _:
                assert_never(self.kind)

    @property
    def sentence(self) -> str:
        """What is missing, and what to do about it."""
        name, model = self.agent.endpoint, self.agent.model
        match self.kind:
            case "key":
                variable = self.endpoint.key_variable if self.endpoint else ""
                said = f", or set {variable}" if variable else ""
                return f"{self._label} needs a key. Enter it in Settings{said}."
            case "server":
                return f"{name} isn't running on this machine. Start it."
            case "tiny":
                return (
                    "The tiny models aren't running. Start them in a new chat, or by "
                    "polyphony demo-models."
                )
            case "endpoint":
                return f'Endpoint "{name}" isn\'t set up. Add it in Settings.'
            case "retired":
                return f"{own_name(model)} is retired{self._instead}."
            case "model":
                return f'{self._label} doesn\'t offer "{model}"{self._instead}.'
            case _:
                assert_never(self.kind)

    @property
    def replacement(self) -> str | None:
        """The ref of a model to use instead; ``None`` where none is known."""
        if self.kind == "retired":
            return MODEL_REPLACEMENTS[self.agent.ref]
        if self.kind == "model" and self.endpoint:
            nearest = self.endpoint.models.nearest(self.agent.model)
            return f"{self.agent.endpoint}/{nearest[0]}" if nearest else None
        return None

    @property
    def _label(self) -> str:
        return self.endpoint.label if self.endpoint else self.agent.endpoint

    @property
    def _instead(self) -> str:
        """``; use GLM-5.3 instead``, as far as a model to use is known."""
        ref = self.replacement
        return f"; use {own_name(ref.partition('/')[2])} instead" if ref else ""


def needs(
    preset: Preset | MoAConfig, endpoints: Iterable[KnownEndpoint]
) -> tuple[Need, ...]:
    """What is missing, each thing once; nothing when the preset is ready.

    A model that its provider has retired is told with a current one to use instead,
    unless the endpoint is known to serve it all the same.
    """
    config = preset.config if isinstance(preset, Preset) else preset
    known = {endpoint.name: endpoint for endpoint in endpoints}
    found: dict[tuple[NeedKind, str], Need] = {}
    for agent in config.agents:
        endpoint = known.get(agent.endpoint)
        if kind := _connection(agent, endpoint):
            found.setdefault((kind, agent.endpoint), Need(kind, agent, endpoint))
    for agent in config.agents:
        endpoint = known.get(agent.endpoint)
        if kind := _model(agent, endpoint):
            found.setdefault((kind, agent.ref), Need(kind, agent, endpoint))
    return tuple(found.values())


def is_served(config: MoAConfig, endpoints: Iterable[KnownEndpoint]) -> bool:
    """Whether every model is known to be served now, by an endpoint with its key."""
    known = {endpoint.name: endpoint for endpoint in endpoints if endpoint.connected}
    return all(
        agent.endpoint in known and known[agent.endpoint].models.has(agent.model)
        for agent in config.agents
    )


def with_replacements(config: MoAConfig, found: Iterable[Need]) -> MoAConfig:
    """``config`` with another model in the place of each that cannot be asked.

    Args:
        config: The mixture.
        found: What it needs; where no other model is known, it stays as it is.
    """
    instead = {need.agent.ref: need.replacement for need in found}

    def current(agent: AgentSpec) -> AgentSpec:
        replacement = instead.get(agent.ref)
        return agent.with_model(replacement) if replacement else agent

    return config.with_each_agent(current)


def _connection(agent: AgentSpec, endpoint: KnownEndpoint | None) -> NeedKind | None:
    name = agent.endpoint
    if endpoint:
        return None if endpoint.connected else "key"
    if name == TINY:
        return "tiny"
    return "server" if name in LOCAL_SERVERS else "endpoint"


def _model(agent: AgentSpec, endpoint: KnownEndpoint | None) -> NeedKind | None:
    served = endpoint.models.has(agent.model) if endpoint else None
    if served:
        return None
    if agent.ref in MODEL_REPLACEMENTS:
        return "retired"
    return "model" if served is False else None
