"""One text in a column: who wrote it, what it took, how like the chosen one it is."""

from collections.abc import Callable
from dataclasses import dataclass

from streamlit.delta_generator import DeltaGenerator

from pages.widgets import notices
from pages.widgets.agreement_view import EXPLAINED
from pages.widgets.compared import Compared, badge
from pages.widgets.copying import copy_button
from pages.widgets.figures import percent
from pages.widgets.figures_table import cost_line, length_line
from pages.widgets.findings import Findings
from pages.widgets.rows import head_row, maximise_button


@dataclass(frozen=True, slots=True)
class Maximising:
    """The button that makes a column the only one, or one of many again.

    Attributes:
        key: Names it, together with the text.
        alone: Whether the text is the only one that is shown.
        toggle: What the button does.
    """

    key: str
    alone: bool
    toggle: Callable[[], None]


def text_column(
    card: DeltaGenerator,
    text: Compared,
    found: Findings,
    maximising: Maximising,
    draw: Callable[[DeltaGenerator], None],
) -> None:
    """Draw a column; ``draw`` fills the place of its text."""
    head = head_row(card)
    head.markdown(f"{badge(text.mark)} **{text.name}**")
    _buttons(head, text, maximising)
    card.caption(
        f"{_where(text)} · {cost_line(text)}  \n"
        f"{length_line(text)}  \n"
        f"{_alike(text, found)}",
        help=EXPLAINED,
    )
    draw(card.container())
    notices.cut(card, text.call)
    if text.seat.status == "failed" and text.seat.error:
        notices.failure(card, text.seat.error)


def _buttons(head: DeltaGenerator, text: Compared, maximising: Maximising) -> None:
    key, alone = f"{maximising.key}-{text.mark}", maximising.alone
    buttons = head.container(horizontal=True, gap="xxsmall", width="content")
    copy_button(buttons, f"{key}-copy", text.text)
    maximise_button(buttons, f"{key}-maximise", maximising.toggle, maximised=alone)


def _where(text: Compared) -> str:
    return "Answer" if text.layer_index is None else f"Layer {text.layer_index + 1}"


def _alike(text: Compared, found: Findings) -> str:
    if text.mark == found.against.mark:
        said = "the others are compared with this one"
    else:
        said = f"{percent(found.alike[text.mark])} like {found.against.mark}"
    share = found.shares.get(text.mark)
    if share is None or found.answer is None:
        return said
    return f"{said} · {percent(share)} of {found.answer.mark}"
