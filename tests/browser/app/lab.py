"""The models of the tests' own server, and mixtures of them."""

from typing import Any

from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from tests.model_server import Play

ENDPOINT = "lab"
NAMES = ("ada", "ben", "cleo", "chief", "deputy", "solo")
PRICES = ";".join(f"{ENDPOINT}/{name}=1000/2000" for name in ("ada", "ben"))
PRICES += f";{ENDPOINT}/chief=3000/5000;{ENDPOINT}/solo=2000/4000"


def agent(name: str) -> AgentSpec:
    """One of the server's models."""
    return AgentSpec(endpoint=ENDPOINT, model=name)


def mixture(*proposers: str, aggregator: str = "chief") -> MoAConfig:
    """One layer of the server's models, and an aggregator."""
    return MoAConfig(
        layers=(Layer(tuple(map(agent, proposers))),), aggregator=agent(aggregator)
    )


MIXTURE = mixture("ada", "ben", "cleo")


def says(name: str, **how: Any) -> Play:
    """The play of a model that says whose answer it is."""
    return Play(pieces=[f"This is what {name} ", "says."], **how)
