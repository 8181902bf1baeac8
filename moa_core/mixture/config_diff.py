"""What sets two mixtures apart, in words, change by change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeVar

from moa_core.mixture.config import AgentSpec, Layer, Method, MoAConfig
from moa_core.mixture.prompts import Prompts

ChangeKind = Literal["added", "removed", "changed"]
Pair = tuple[int | None, int | None]
"""Places of the same thing before and after; ``None`` where it is not there."""

T = TypeVar("T")

_PROMPTS = {
    "for_proposers": "Prompt for proposers",
    "for_aggregator": "Prompt for the aggregator",
    "paper": "Prompt of the paper placement",
    "for_ranker": "Prompt for the ranker",
}
_METHODS: dict[Method, str] = {
    "synthesise": "writes an answer",
    "rank": "chooses a proposal",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different.

    Attributes:
        place: Where, e.g. ``Layer 1, seat 2``, numbered as users see it.
        text: What, e.g. ``temperature 0.7 → 0.2``.
    """

    kind: ChangeKind
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


def config_changes(before: MoAConfig, after: MoAConfig) -> tuple[Change, ...]:
    """Every difference, from the first layer to the prompts; none if they are equal.

    What is still there carries its number of after, what is gone that of before.
    """
    return (
        *_layers(before.layers, after.layers),
        *_agent("Aggregator", before.aggregator, after.aggregator),
        *_agents("Fallback", before.fallbacks, after.fallbacks),
        *_changed("Length", before.length, after.length),
        *_changed("Aggregator", _METHODS[before.method], _METHODS[after.method]),
        *_prompts(before.prompts, after.prompts),
    )


def _layers(before: Sequence[Layer], after: Sequence[Layer]) -> Iterator[Change]:
    for old, new in _paired(before, after):
        if new is None and old is not None:
            yield Change("removed", f"Layer {old + 1}", _removed(before[old]))
        elif old is None and new is not None:
            yield Change("added", f"Layer {new + 1}", f"added: {_names(after[new])}")
        elif old is not None and new is not None:
            place = f"Layer {new + 1}, seat"
            yield from _agents(place, before[old].proposers, after[new].proposers)


def _removed(layer: Layer) -> str:
    return f"removed: {_names(layer)}"


def _names(layer: Layer) -> str:
    return ", ".join(agent.ref for agent in layer.proposers)


def _agents(
    place: str, before: Sequence[AgentSpec], after: Sequence[AgentSpec]
) -> Iterator[Change]:
    for old, new in _paired(before, after):
        if new is None and old is not None:
            yield Change("removed", f"{place} {old + 1}", f"removed: {before[old].ref}")
        elif old is None and new is not None:
            yield Change("added", f"{place} {new + 1}", f"added: {after[new].ref}")
        elif old is not None and new is not None:
            yield from _agent(f"{place} {new + 1}", before[old], after[new])


def _agent(place: str, before: AgentSpec, after: AgentSpec) -> Iterator[Change]:
    yield from _changed(place, before.ref, after.ref)
    for name, old, new in (
        ("temperature", before.temperature, after.temperature),
        ("max tokens", before.max_tokens, after.max_tokens),
        ("effort", before.effort, after.effort),
    ):
        yield from _changed(place, old, new, f"{name} ")
    if before.system_prompt != after.system_prompt:
        yield Change("changed", place, f"system prompt {_how(before, after)}")


def _how(before: AgentSpec, after: AgentSpec) -> str:
    if not before.system_prompt:
        return "added"
    return "changed" if after.system_prompt else "removed"


def _value(value: float | str | None) -> str:
    match value:
        case None:
            return "left to the endpoint"
        case str():
            return value
        case int():
            return f"{value:,}"
        case float():
            return f"{value}"


def _changed(
    place: str, before: float | str | None, after: float | str | None, name: str = ""
) -> Iterator[Change]:
    if before != after:
        told = f"{name}{_value(before)} → {_value(after)}"
        yield Change("changed", place, told)


def _prompts(before: Prompts, after: Prompts) -> Iterator[Change]:
    yield from _changed("Placement", before.placement, after.placement)
    for name, place in _PROMPTS.items():
        if getattr(before, name) != getattr(after, name):
            yield Change("changed", place, "changed")


def _paired(before: Sequence[T], after: Sequence[T]) -> Iterator[Pair]:
    """Which of ``before`` is which of ``after``; what is equal stays together."""
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for _, i, i_end, j, j_end in matcher.get_opcodes():
        both = min(i_end - i, j_end - j)
        yield from zip(range(i, i + both), range(j, j + both), strict=True)
        yield from ((old, None) for old in range(i + both, i_end))
        yield from ((None, new) for new in range(j + both, j_end))
