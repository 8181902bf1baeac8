"""Compares two mixtures and describes each change in words."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeVar

from moa_core.mixture.config import AgentSpec, Method, MoAConfig
from moa_core.mixture.pace import Pace
from moa_core.mixture.prompts import Placement, Prompts

ChangeKind = Literal["added", "removed", "changed"]
Pair = tuple[int | None, int | None]
"""Places of the same thing before and after; ``None`` where it is not there."""

T = TypeVar("T")

_PROMPTS = {
    "for_proposers": "Prompt for proposers",
    "for_aggregator": "Prompt for the aggregator",
    "paper": "System message, as in the paper",
    "for_ranker": "Prompt for the ranker",
}
_PLACEMENTS: dict[Placement, str] = {
    "trailing": "after the conversation",
    "paper": "in the system message",
}
_METHODS: dict[Method, str] = {
    "synthesise": "writes a new one",
    "rank": "picks the best draft",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different.

    Attributes:
        place: What, e.g. ``Layer 1, model 2, temperature``, numbered as users see it.
        before: What it was, e.g. ``0.7``; ``""`` if it was not there.
        after: What it is; ``""`` if it is gone.
    """

    place: str
    before: str
    after: str

    @property
    def kind(self) -> ChangeKind:
        """Whether it is new, gone or another one."""
        if not self.before:
            return "added"
        return "changed" if self.after else "removed"

    def __str__(self) -> str:
        match self.kind:
            case "added":
                return f"{self.place}: added {self.after}"
            case "removed":
                return f"{self.place}: removed {self.before}"
            case "changed":
                return f"{self.place}: {self.before} → {self.after}"


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
                f"{place}, model", old.proposers, new.proposers
            ),
        ),
        *_agent("Aggregator", before.aggregator, after.aggregator),
        *_agents("Fallback", before.fallbacks, after.fallbacks),
        *_changed("Length", before.length, after.length),
        *_changed("Final answer", _METHODS[before.method], _METHODS[after.method]),
        *(
            change
            for mode in (each.name for each in fields(Pace))
            for change in _changed(
                mode.replace("_", " ").capitalize(),
                _mode(getattr(before.pace, mode)),
                _mode(getattr(after.pace, mode)),
            )
        ),
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
            yield Change(f"{place} {old + 1}", name(before[old]), "")
        elif old is None and new is not None:
            yield Change(f"{place} {new + 1}", "", name(after[new]))
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
        yield from _changed(f"{place}, {name}", old, new)
    if before.system_prompt != after.system_prompt:
        personas = (before.system_prompt or "none", after.system_prompt or "none")
        yield Change(f"{place}, persona", *personas)


def _value(value: float | str | None) -> str:
    if value is None:
        return "default"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _changed(
    place: str, before: float | str | None, after: float | str | None
) -> Iterator[Change]:
    if before != after:
        yield Change(place, _value(before), _value(after))


def _mode(mode: object) -> str:
    """A mode of a pace with its settings: ``share 0.67, floor 0.1``."""
    if not is_dataclass(mode):
        return "off"
    settings = [(each.name, getattr(mode, each.name)) for each in fields(mode)]
    return ", ".join(
        f"{name.replace('_', ' ')} {_setting(value)}"
        for name, value in settings
        if value is not None
    )


def _setting(value: object) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case float():
            return f"{value:.2g}"
        case AgentSpec():
            return value.ref
        case _:
            return str(value)


def _prompts(before: Prompts, after: Prompts) -> Iterator[Change]:
    placements = (_PLACEMENTS[each.placement] for each in (before, after))
    yield from _changed("Position of proposals", *placements)
    for name, place in _PROMPTS.items():
        old, new = getattr(before, name), getattr(after, name)
        yield from _changed(place, old, new)


def _paired(before: Sequence[T], after: Sequence[T]) -> Iterator[Pair]:
    """Which of ``before`` is which of ``after``; what is equal stays together."""
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for _, i, i_end, j, j_end in matcher.get_opcodes():
        both = min(i_end - i, j_end - j)
        yield from zip(range(i, i + both), range(j, j + both), strict=True)
        yield from ((old, None) for old in range(i + both, i_end))
        yield from ((None, new) for new in range(j + both, j_end))
