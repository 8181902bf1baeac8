"""Compares two mixtures and describes each change in words."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeVar

from moa_core.mixture.config import AgentSpec, Method, MoAConfig
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
        *_members(
            "Layer",
            before.layers,
            after.layers,
            lambda layer: ", ".join(agent.ref for agent in layer.proposers),
            lambda place, old, new: _agents(
                f"{place}, seat", old.proposers, new.proposers
            ),
        ),
        *_agent("Aggregator", before.aggregator, after.aggregator),
        *_agents("Fallback", before.fallbacks, after.fallbacks),
        *_changed("Length", before.length, after.length),
        *_changed("Aggregator", _METHODS[before.method], _METHODS[after.method]),
        *_prompts(before.prompts, after.prompts),
    )


def _members(
    place: str,
    before: Sequence[T],
    after: Sequence[T],
    name: Callable[[T], str],
    compare: Callable[[str, T, T], Iterable[Change]],
) -> Iterator[Change]:
    """Members that are gone or new by their name, and the changes of the others."""
    for old, new in _paired(before, after):
        if new is None and old is not None:
            text = f"removed: {name(before[old])}"
            yield Change("removed", f"{place} {old + 1}", text)
        elif old is None and new is not None:
            yield Change("added", f"{place} {new + 1}", f"added: {name(after[new])}")
        elif old is not None and new is not None:
            yield from compare(f"{place} {new + 1}", before[old], after[new])


def _agents(
    place: str, before: Sequence[AgentSpec], after: Sequence[AgentSpec]
) -> Iterator[Change]:
    return _members(place, before, after, lambda agent: agent.ref, _agent)


def _agent(place: str, before: AgentSpec, after: AgentSpec) -> Iterator[Change]:
    yield from _changed(place, before.ref, after.ref)
    for name, old, new in (
        ("temperature", before.temperature, after.temperature),
        ("max tokens", before.max_tokens, after.max_tokens),
        ("effort", before.effort, after.effort),
    ):
        yield from _changed(place, old, new, f"{name} ")
    if before.system_prompt != after.system_prompt:
        how = "changed" if after.system_prompt else "removed"
        how = how if before.system_prompt else "added"
        yield Change("changed", place, f"system prompt {how}")


def _value(value: float | str | None) -> str:
    if value is None:
        return "left to the endpoint"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _changed(
    place: str, before: float | str | None, after: float | str | None, name: str = ""
) -> Iterator[Change]:
    if before != after:
        text = f"{name}{_value(before)} → {_value(after)}"
        yield Change("changed", place, text)


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
