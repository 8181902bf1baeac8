"""Says which pair is voted on next, and which of its answers is shown first.

Both follow from the protocol alone, so that a reload changes nothing and nobody picks
what to vote on. Only the primary pair is offered: a second pair of the same question
would show the mixture's answer once more, and so give it away.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from moa_core.experiments.arm_names import MIXTURE, Arm
from moa_core.experiments.items import Item
from moa_core.experiments.protocol import Pair, Protocol
from moa_core.experiments.store import Progress
from moa_core.experiments.work import AnswerKey


@dataclass(frozen=True, slots=True)
class BlindPair:
    """Two answers to a question that are to be compared blindly.

    Attributes:
        ours_first: Whether the mixture's answer is shown first.
        place: Of the question among those that can be voted on, from 1.
        of: How many can be voted on.
    """

    item: Item
    pair: Pair
    ours_first: bool
    place: int
    of: int

    @property
    def arms(self) -> tuple[Arm, Arm]:
        """Whose answers they are, in the order in which they are shown."""
        other = self.pair.removeprefix(MIXTURE)
        return (MIXTURE, other) if self.ours_first else (other, MIXTURE)


def next_pair(
    protocol: Protocol,
    items: Sequence[Item],
    progress: Progress,
    decided: Collection[tuple[str, Pair]],
) -> BlindPair | None:
    """The first pair of the order that is answered and not decided.

    Args:
        protocol: Of the experiment.
        items: The questions that are there, in their order.
        progress: What is settled.
        decided: Questions and pairs that were voted on, or skipped.
    """
    pair = protocol.primary
    arms = (MIXTURE, pair.removeprefix(MIXTURE))
    answered = [
        item
        for item in items
        if all(AnswerKey(item.id, arm) in progress.answers for arm in arms)
    ]
    for place, item in enumerate(answered, 1):
        if (item.id, pair) not in decided:
            ours_first = _ours_first(protocol.seed, item.id, pair)
            return BlindPair(item, pair, ours_first, place, len(answered))
    return None


def _ours_first(seed: int, item: str, pair: Pair) -> bool:
    """As good as a coin, and the same at any time."""
    drawn = hashlib.sha256(f"{seed}\n{item}\n{pair}".encode()).digest()
    return drawn[0] % 2 == 1
