"""Hides who wrote a text, and at what price, until the vote.

A page that hides something must not send it: names, costs, times and layers are left
out of what is drawn, not covered up. Nor does it show how a text came about. Texts
appear together when the last of them has ended, because a model that answers alone
writes long before a mixture does: who begins first would give it away.
(docs/adr/0014-blind-comparisons.md)
"""

import hashlib
from collections.abc import Sequence
from random import SystemRandom
from typing import TypeVar

from streamlit.delta_generator import DeltaGenerator

from moa_core.evaluation import strip_signature
from pages.component import Copy, draw_markdown
from pages.widgets.compare import badge
from pages.widgets.layout import card_head
from pages.widgets.run_feed import NO_ANSWER

T = TypeVar("T")


def in_random_order(sides: Sequence[T]) -> list[T]:
    """The sides in an order that nobody can foresee."""
    return SystemRandom().sample(sides, len(sides))


def synthesis_comes_first(run_uid: str) -> bool:
    """Whether the synthesis stands first; as good as random, and fixed for each run."""
    return hashlib.sha256(run_uid.encode()).digest()[0] % 2 == 1


def hidden_side(card: DeltaGenerator, letter: str, key: str, text: str | None) -> None:
    """Draw an answer and nothing else about it; ``None`` is no whole answer."""
    card_head(card, badge(letter))
    if text is None:
        card.container(key=f"no-answer-{letter}").caption(NO_ANSWER)
        return
    unsigned = strip_signature(text)
    draw_markdown(card, unsigned, f"{key}-text-{letter}", Copy(f"answer {letter}"))
