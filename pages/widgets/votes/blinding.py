"""What a blind comparison keeps to itself until the vote: who wrote, at what price.

A page that hides something must not send it: names, costs, times and layers are left
out of what is drawn, not covered up. Nor does it show how a text came about. Texts
appear together when the last of them has ended, because a model that answers alone
writes long before a mixture does: who begins first would give it away.
(docs/adr/0014-blind-comparisons.md)
"""

import hashlib
import re
from collections.abc import Sequence
from random import SystemRandom
from typing import Final, TypeVar

from streamlit.delta_generator import DeltaGenerator

from pages.widgets.compare import badge
from pages.widgets.layout import copy_button, head_row
from pages.widgets.markdown import LiveText

T = TypeVar("T")

NO_ANSWER: Final = (
    "There is no answer from this side. Why not is said after the vote: the reason "
    "tells who it was."
)
_SAYS_WHO = re.compile(r"(\*Simulated answer) by “[^”\n]*(?:”[^.\n]*)?")


def shuffled(sides: Sequence[T]) -> list[T]:
    """The sides in an order that nobody can foresee."""
    return SystemRandom().sample(sides, len(sides))


def synthesis_comes_first(uid: str) -> bool:
    """Heads or tails, the same for the same uid: these are random themselves."""
    return hashlib.sha256(uid.encode()).digest()[0] % 2 == 1


def strip_signature(text: str) -> str:
    """``text`` without the line in which our simulated models say who they are.

    What other models say of themselves is theirs to say, and stays.
    """
    return _SAYS_WHO.sub(r"\1", text)


def hidden_side(card: DeltaGenerator, letter: str, key: str, text: str | None) -> None:
    """Draw an answer and nothing else about it.

    Args:
        card: A container of its own.
        letter: What it is called until the vote.
        key: Names its widgets.
        text: What it says; ``None`` if there is no whole answer.
    """
    head = head_row(card)
    head.markdown(badge(letter))
    if text is None:
        card.caption(NO_ANSWER)
        return
    copy_button(head, f"{key}-copy-{letter}", strip_signature(text))
    LiveText(card.container()).update([strip_signature(text)], done=True)


def awaited_side(card: DeltaGenerator, letter: str) -> None:
    """Draw a side that is at work, or may have ended: nobody can tell."""
    card.markdown(badge(letter))
    card.caption(":shimmer[at work]")
