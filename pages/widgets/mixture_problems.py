"""What will not work in a mixture, said before anything is asked or paid."""

from difflib import get_close_matches

from moa_core.config import AgentSpec, MoAConfig
from moa_core.providers.endpoints import Endpoints
from pages.widgets.untrusted import plain_label


def mixture_problems(config: MoAConfig, endpoints: Endpoints) -> list[str]:
    """One sentence, in Markdown, for every model that will not answer.

    A model is doubted only when its endpoint has listed what it serves.
    """
    agents = [agent for layer in config.layers for agent in layer.proposers]
    every = {agent.ref: agent for agent in (*agents, *config.aggregators)}
    infos = {info.name: info for info in endpoints.infos()}
    found: dict[str, None] = {}
    for agent in every.values():
        info = infos.get(agent.endpoint)
        if info is None:
            found[_no_endpoint(agent)] = None
        elif not info.connected:
            label = plain_label(info.label)
            found[f"{label} needs a key: see **Models** below."] = None
        elif endpoints.knows(agent.ref) is False:
            known = [model.id for model in info.models.models]
            found[_no_model(agent, info.label, known)] = None
    return list(found)


def _no_endpoint(agent: AgentSpec) -> str:
    return f"No endpoint is called {plain_label(agent.endpoint)}."


def _no_model(agent: AgentSpec, label: str, known: list[str]) -> str:
    said = f"{plain_label(label)} does not offer {plain_label(agent.model)}."
    nearest = get_close_matches(agent.model, known, n=2, cutoff=0.5)
    if not nearest:
        return said
    return f"{said} Nearest: {', '.join(plain_label(model) for model in nearest)}."
