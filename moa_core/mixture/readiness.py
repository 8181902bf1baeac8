"""Finds what is missing to run a preset, from what is known of the endpoints."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Protocol

from moa_core.mixture.config import AgentSpec, MoAConfig, Preset
from moa_core.mixture.shipped import MODEL_REPLACEMENTS
from moa_core.settings import LOCAL_SERVERS, TINY


class KnownModels(Protocol):
    """The models of an endpoint, as far as they are known."""

    def has(self, model: str) -> bool | None:
        """Whether it serves ``model``; ``None`` while nobody knows."""

    def nearest(self, model: str) -> Sequence[str]:
        """Models of nearly that name, which may be the one that was meant."""


class KnownEndpoint(Protocol):
    """What must be known of an endpoint; ``providers.models.EndpointInfo`` is one."""

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
    def models(self) -> KnownModels:
        """What it serves."""


def needs(
    preset: Preset | MoAConfig, endpoints: Iterable[KnownEndpoint]
) -> tuple[str, ...]:
    """What is missing, a phrase each; nothing when the preset is ready.

    A model that its provider has retired is told with a current one to use instead,
    unless the endpoint is known to serve it all the same.
    """
    config = preset.config if isinstance(preset, Preset) else preset
    known = {endpoint.name: endpoint for endpoint in endpoints}
    missing = chain.from_iterable(
        phrases(agent, known)
        for phrases in (_connection, _model)
        for agent in config.agents
    )
    return tuple(dict.fromkeys(missing))


def _connection(agent: AgentSpec, known: Mapping[str, KnownEndpoint]) -> Iterator[str]:
    name = agent.endpoint
    endpoint = known.get(name)
    if endpoint is not None and not endpoint.connected:
        variable = f": {endpoint.key_variable}" if endpoint.key_variable else ""
        yield f"the key of {endpoint.label}{variable}"
    elif endpoint is None and name == TINY:
        yield "the tiny models, started on the first page or by polyphony demo-models"
    elif endpoint is None and name in LOCAL_SERVERS:
        yield f"the local server {name}, running on this machine"
    elif endpoint is None:
        yield f"an endpoint that is called {name}: POLYPHONY_ENDPOINTS"


def _model(agent: AgentSpec, known: Mapping[str, KnownEndpoint]) -> Iterator[str]:
    endpoint = known.get(agent.endpoint)
    served = endpoint.models.has(agent.model) if endpoint else None
    if served:
        return
    if agent.ref in MODEL_REPLACEMENTS:
        yield f"{agent.ref} is retired; stand-in: {MODEL_REPLACEMENTS[agent.ref]}"
    elif served is False and endpoint is not None:
        nearest = ", ".join(endpoint.models.nearest(agent.model))
        hint = f"; nearest: {nearest}" if nearest else ""
        yield f"{endpoint.label} does not offer {agent.model}{hint}"
