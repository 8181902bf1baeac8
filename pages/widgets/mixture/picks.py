"""Converts between a mixture's agents and the options of a multiselect.

A layer's models are picked from a list in which every model stands once, and once more
for every time it has been picked: that is how one model gets several seats.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from moa_core.mixture import AgentSpec, MoAConfig, own_name, with_agents

_COPY = "\N{MULTIPLICATION SIGN}"


def picks(agents: Iterable[AgentSpec]) -> list[str]:
    """The picks that stand for ``agents``: ``ref``, ``ref×2`` for its second seat."""
    counts: dict[str, int] = {}
    named = []
    for agent in agents:
        counts[agent.ref] = counts.get(agent.ref, 0) + 1
        named.append(_pick(agent.ref, counts[agent.ref]))
    return named


def options(refs: Sequence[str], picked: Sequence[str]) -> list[str]:
    """What can be picked: every model, what is picked, and one more seat for each."""
    taken: dict[str, int] = {}
    for pick in picked:
        ref, number = _parts(pick)
        taken[ref] = max(taken.get(ref, 0), number)
    known = list(dict.fromkeys([*refs, *taken]))
    seats = [
        (ref, number) for ref in known for number in range(1, taken.get(ref, 0) + 2)
    ]
    return [_pick(ref, number) for ref, number in seats]


def pick_label(pick: str) -> str:
    """``model · endpoint``, and which seat when it is not the first.

    The endpoint is last, since the end is cut off where there is little room.
    """
    ref, number = _parts(pick)
    endpoint, _, model = ref.partition("/")
    again = f" (seat {number})" if number > 1 else ""
    return f"{own_name(model)}{again} · {endpoint}"


def pick_labels(picks: Iterable[str]) -> Callable[[str], str]:
    """Gives labels that differ: with the maker where models share a name."""
    labels = {pick: pick_label(pick) for pick in picks}
    shared = Counter(labels.values())

    def label(pick: str) -> str:
        short = labels.get(pick) or pick_label(pick)
        if shared[short] < 2:
            return short
        ref, _ = _parts(pick)
        model = ref.partition("/")[2]
        return short.replace(own_name(model), model, 1)

    return label


def with_layer(config: MoAConfig, index: int, picked: Sequence[str]) -> MoAConfig:
    """Layer ``index`` with the picked models; those that stay keep their settings."""
    present = config.layers[index].proposers
    kept = dict(zip(picks(present), present, strict=True))
    agents = [kept.get(pick) or agent_like_others(config, pick) for pick in picked]
    return with_agents(config, index, agents)


def with_aggregator(config: MoAConfig, ref: str) -> MoAConfig:
    """Another aggregator, with the settings of the present one."""
    return replace(config, aggregator=config.aggregator.with_model(ref))


def with_fallbacks(config: MoAConfig, refs: Sequence[str]) -> MoAConfig:
    """Other fallback aggregators, asked in this order."""
    agents = tuple(agent_like_others(config, ref) for ref in refs)
    return replace(config, fallbacks=agents)


def agent_like_others(config: MoAConfig, pick: str) -> AgentSpec:
    """A new agent with the temperature and length that the mixture has now."""
    chosen = AgentSpec.from_ref(_parts(pick)[0])
    pattern = config.aggregator
    return replace(
        chosen, temperature=pattern.temperature, max_tokens=pattern.max_tokens
    )


def _pick(ref: str, number: int) -> str:
    return ref if number == 1 else f"{ref}{_COPY}{number}"


def _parts(pick: str) -> tuple[str, int]:
    ref, copy, number = pick.rpartition(_COPY)
    return (ref, int(number)) if copy and number.isdecimal() else (pick, 1)
