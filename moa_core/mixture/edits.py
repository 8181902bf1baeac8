"""Changes one thing in a mixture, for forms and editors.

Every function gives a new mixture and leaves the old one alone. A seat names an agent
as in a run: the layer after the last one holds the aggregator and its fallbacks.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from moa_core.errors import ConfigError
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig, Seat


def agents_of(config: MoAConfig, layer_index: int) -> tuple[AgentSpec, ...]:
    """The agents of a layer, or the aggregators for the layer after the last."""
    if layer_index == len(config.layers):
        return config.aggregators
    return config.layers[layer_index].proposers


def with_agents(
    config: MoAConfig, layer_index: int, agents: Sequence[AgentSpec]
) -> MoAConfig:
    """A layer with other agents; among aggregators the first is the chosen one.

    Raises:
        ConfigError: There would be too few or too many.
    """
    if layer_index == len(config.layers):
        if not agents:
            raise ConfigError("A mixture needs an aggregator.")
        return replace(config, aggregator=agents[0], fallbacks=tuple(agents[1:]))
    layers = list(config.layers)
    layers[layer_index] = Layer(tuple(agents))
    return replace(config, layers=tuple(layers))


def with_agent(config: MoAConfig, seat: Seat, agent: AgentSpec) -> MoAConfig:
    """Another agent at a seat."""
    agents = list(agents_of(config, seat.layer_index))
    agents[seat.position] = agent
    return with_agents(config, seat.layer_index, agents)


def with_agent_added(
    config: MoAConfig, layer_index: int, agent: AgentSpec
) -> MoAConfig:
    """One agent more at the end of a layer."""
    agents = (*agents_of(config, layer_index), agent)
    return with_agents(config, layer_index, agents)


def with_agent_twice(config: MoAConfig, seat: Seat) -> MoAConfig:
    """The agent of a seat once more, right after it."""
    agents = list(agents_of(config, seat.layer_index))
    agents.insert(seat.position, agents[seat.position])
    return with_agents(config, seat.layer_index, agents)


def without_agent(config: MoAConfig, seat: Seat) -> MoAConfig:
    """Without the agent of a seat."""
    agents = list(agents_of(config, seat.layer_index))
    del agents[seat.position]
    return with_agents(config, seat.layer_index, agents)


def with_agent_moved(config: MoAConfig, seat: Seat, by: int) -> MoAConfig:
    """The agent of a seat ``by`` places further; it stops at the ends."""
    agents = list(agents_of(config, seat.layer_index))
    agent = agents.pop(seat.position)
    agents.insert(max(0, seat.position + by), agent)
    return with_agents(config, seat.layer_index, agents)


def with_layer_twice(config: MoAConfig, index: int) -> MoAConfig:
    """A layer once more, right after it."""
    layers = list(config.layers)
    layers.insert(index, layers[index])
    return replace(config, layers=tuple(layers))


def with_layer_added(config: MoAConfig) -> MoAConfig:
    """One layer more: the last one again, or the aggregator where there is none."""
    if config.layers:
        return with_layer_twice(config, len(config.layers) - 1)
    return replace(config, layers=(Layer((config.aggregator,)),))


def without_layer(config: MoAConfig, index: int) -> MoAConfig:
    """Without one layer of proposers."""
    layers = list(config.layers)
    del layers[index]
    return replace(config, layers=tuple(layers))


def with_layer_moved(config: MoAConfig, index: int, by: int) -> MoAConfig:
    """A layer ``by`` places further down; it stops at the ends."""
    layers = list(config.layers)
    layer = layers.pop(index)
    layers.insert(max(0, index + by), layer)
    return replace(config, layers=tuple(layers))


def with_layer_as_above(config: MoAConfig, index: int) -> MoAConfig:
    """A layer with the agents of the one above it."""
    return with_agents(config, index, config.layers[index - 1].proposers)


def with_every_agent(config: MoAConfig, **changes: Any) -> MoAConfig:  # noqa: ANN401 - AgentSpec's fields
    """The same change for every agent, aggregators included."""
    return config.with_each_agent(lambda agent: replace(agent, **changes))
