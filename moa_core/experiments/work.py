"""Names every piece of work of an experiment, and says which are missing.

A piece is done once its result is settled: an answer stands there, or a judgement that
was read, or could not be read twice. So a start and a resume are the same thing.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from moa_core.experiments.arm_names import MIXTURE, Arm
from moa_core.experiments.items import Item
from moa_core.experiments.protocol import Judged, Pair, Protocol
from moa_core.messages import Message
from moa_core.mixture import MoAConfig
from moa_core.run import FULL_RUN, Rework, RunState, SeatRole


@dataclass(frozen=True, slots=True, order=True)
class AnswerKey:
    """The answer of one arm to one question."""

    item: str
    arm: Arm


@dataclass(frozen=True, slots=True, order=True)
class JudgementKey:
    """One reading of a pair of answers, in one order.

    Attributes:
        ours_first: Whether the mixture's answer is shown first.
    """

    item: str
    pair: Pair
    ours_first: bool


@dataclass(frozen=True, slots=True, order=True)
class GradeKey:
    """The grading of one answer of a benchmark by itself."""

    item: str


WorkKey: TypeAlias = AnswerKey | JudgementKey | GradeKey


@dataclass(frozen=True, slots=True)
class UnreadReply:
    """A reply of a judge that could not be read, so that it is asked once more."""

    run: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A run that is to be made for a piece of work.

    Attributes:
        base: The run whose calls ``rework`` takes over; ``None`` if it takes none.
        unread: Of a judgement: the first reply, where this is the second try.
    """

    key: WorkKey
    config: MoAConfig
    messages: tuple[Message, ...]
    base: str | None = None
    rework: Rework = FULL_RUN
    unread: UnreadReply | None = None

    @property
    def writer(self) -> SeatRole:
        """The role of its last call."""
        return "aggregator" if isinstance(self.key, AnswerKey) else "judge"


@dataclass(frozen=True, slots=True)
class KnownRun:
    """The newest run that was made, or is under way, for a piece of work.

    Attributes:
        uid: What it is named by, as a base of others.
        unread: As its task had it.
    """

    uid: str
    state: RunState
    unread: UnreadReply | None = None

    @property
    def answered(self) -> bool:
        """Whether it wrote what it was asked for; its end may be unrecorded.

        A provisional answer is what was asked for only if its run ended with it.
        """
        answer = self.state.synthesis
        whole = answer.role != "provisional" or self.state.status == "succeeded"
        return whole and answer.status == "succeeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledAnswer:
    """An answer that is there, without its text.

    Attributes:
        characters: How long it is.
        cost_usd: Of all calls that went into it; ``None`` if one is unknown.
        seconds: From the question to its end, were it asked by itself.
    """

    characters: int
    cost_usd: Decimal | None
    seconds: float


def answer_keys(protocol: Protocol, items: Sequence[Item]) -> Iterator[AnswerKey]:
    """All answers of an experiment, in the order in which they are asked for."""
    arms = sorted(
        protocol.arms, key=lambda arm: arm != MIXTURE
    )  # its panel comes first
    return (AnswerKey(item.id, arm) for item in items for arm in arms)


def judgement_keys(protocol: Judged, items: Sequence[Item]) -> Iterator[JudgementKey]:
    """All judgements, in the order in which they are asked for."""
    if protocol.judge is None:
        return iter(())
    return (
        JudgementKey(item.id, pair, ours_first)
        for item in items
        for pair in protocol.pairs
        for ours_first in (True, False)
    )


def missing(
    protocol: Protocol, items: Sequence[Item], settled: Collection[WorkKey]
) -> list[AnswerKey | JudgementKey]:
    """What is not settled yet: answers, then judgements."""
    keys: list[AnswerKey | JudgementKey] = [*answer_keys(protocol, items)]
    keys += judgement_keys(protocol, items)
    return [key for key in keys if key not in settled]
