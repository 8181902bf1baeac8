"""Draws the questions of an experiment: none twice, in one order that a seed fixes."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Self

from moa_core.errors import ConfigError
from moa_core.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What the file of a benchmark gives with a question.

    Attributes:
        answer: A right answer, for the judge; ``""`` where there is none.
        baseline: An answer that ours is compared with, or ``""``.
        category: Of MT-Bench, or ``""``.
        skills: Of FLASK, by their short names: those that are graded.
        domains: Of FLASK; ``difficulty`` likewise, or ``""``.
    """

    answer: str = ""
    baseline: str = ""
    category: str = ""
    skills: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    difficulty: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON values, without what is empty."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what ``to_dict`` wrote, or the same from JSON.

        Raises:
            ConfigError: It is none.
        """
        known = {field.name: type(field.default) for field in fields(cls)}
        read: dict[str, Any] = {}
        for name, value in values.items():
            kind = known.get(name)
            texts = value if kind is tuple else [value]
            if kind is None or not isinstance(texts, list | tuple):
                raise ConfigError(f"reference: {name[:60]} is unknown, or no list.")
            if not all(isinstance(text, str) for text in texts):
                raise ConfigError(f"reference: {name} is no text.")
            read[name] = tuple(texts) if kind is tuple else value
        return cls(**read)


NO_REFERENCE: Final = Reference()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of an experiment or a benchmark.

    Attributes:
        id: What it is known by, unique in its experiment.
        messages: The conversation as layer 1 sees it, ending with the question.
        kind: ``facts``, ``maths`` ...; ``""`` until somebody has said.
        follows: The question before it, whose answer it is asked with; ``""`` for none.
        reference: What a benchmark gives with it.
    """

    id: str
    messages: tuple[Message, ...]
    kind: str = ""
    follows: str = ""
    reference: Reference = NO_REFERENCE

    @property
    def question(self) -> str:
        """Its last message."""
        return self.messages[-1].text

    @property
    def asked(self) -> str:
        """What a judge reads as the question: with the conversation before it."""
        *before, question = self.messages
        if not before:
            return question.text
        said = [f"[{message.role}]\n{message.text}" for message in before]
        return "\n\n".join([*said, f"[user, to be answered now]\n{question.text}"])


def without_duplicates(items: Iterable[Item]) -> list[Item]:
    """Of questions in the same words, the last one; case and spaces do not count."""
    newest = {
        tuple(" ".join(each.text.lower().split()) for each in item.messages): item
        for item in items
    }
    kept = set(map(id, newest.values()))
    return [item for item in newest.values() if id(item) in kept]


def drawn(items: Iterable[Item], questions: int | None, seed: int) -> list[Item]:
    """The questions of an experiment, in the order in which they are answered.

    Args:
        items: All there are, oldest first.
        questions: How many; ``None`` for all.
        seed: Gives the same order at any time, whatever the order of ``items``.

    Raises:
        ConfigError: There are fewer.
    """
    different = {item.id: item for item in without_duplicates(items)}
    wanted = len(different) if questions is None else questions
    if wanted > len(different):
        raise ConfigError(
            f"There are only {len(different):,} different questions, not {wanted:,}."
        )
    return [different[name] for name in shuffled(list(different), seed)[:wanted]]


def shuffled(ids: Sequence[str], seed: int) -> list[str]:
    """The one order of these ids under a seed, so that every beginning is a sample."""
    order = sorted(ids)
    random.Random(seed).shuffle(order)  # noqa: S311 - a draw, no secret
    return order
