"""Names models in lists, and gives new agents the settings that a mixture has."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

from moa_core.mixture import AgentSpec, MoAConfig, own_name


def pick_labels(refs: Iterable[str]) -> Callable[[str], str]:
    """Gives labels that differ, ``model · endpoint``; by the maker where it must be.

    The endpoint is last, since the end is cut off where there is little room.
    """
    labels = {ref: _label(ref) for ref in refs}
    shared = Counter(labels.values())

    def label(ref: str) -> str:
        short = labels.get(ref) or _label(ref)
        if shared[short] < 2:
            return short
        model = ref.partition("/")[2]
        return short.replace(own_name(model), model, 1)

    return label


def with_aggregator(config: MoAConfig, ref: str) -> MoAConfig:
    """Another aggregator, with the settings of the present one."""
    return replace(config, aggregator=config.aggregator.with_model(ref))


def agent_like_others(config: MoAConfig, ref: str) -> AgentSpec:
    """A new agent with the temperature and length that the mixture has now."""
    pattern = config.aggregator
    return replace(
        AgentSpec.from_ref(ref),
        temperature=pattern.temperature,
        max_tokens=pattern.max_tokens,
    )


def _label(ref: str) -> str:
    endpoint, _, model = ref.partition("/")
    return f"{own_name(model)} · {endpoint}"
