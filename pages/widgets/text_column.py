"""One text in a column: who wrote it, what it took, how like the chosen one it is."""

from collections.abc import Callable
from dataclasses import dataclass

from streamlit.delta_generator import DeltaGenerator

from pages.widgets import notices
from pages.widgets.agreement_view import EXPLAINED
from pages.widgets.compared import Compared
from pages.widgets.copying import copy_button
from pages.widgets.figures_table import cost_line, length_line
from pages.widgets.findings import Findings
from pages.widgets.likeness import percent


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
    head = card.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        wrap=False,
    )
    head.markdown(f":primary-badge[**{text.mark}**] **{text.name}**")
    _buttons(head, text, maximising)
    card.caption(
        f"{_where(text)} · {cost_line(text)}  \n"
        f"{length_line(text)}  \n"
        f"{_alike(text, found)}",
        help=EXPLAINED,
    )
    draw(card.container())
    if text.call and text.call.finish_reason == "length":
        card.caption(":orange[Cut at its length limit.]")
    if text.seat.status == "failed" and text.seat.error:
        notices.failure(card, text.seat.error)


def _buttons(head: DeltaGenerator, text: Compared, maximising: Maximising) -> None:
    key, alone = f"{maximising.key}-{text.mark}", maximising.alone
    buttons = head.container(horizontal=True, gap="xxsmall", width="content")
    copy_button(buttons, f"{key}-copy", text.text)
    buttons.button(
        ":material/close_fullscreen:" if alone else ":material/open_in_full:",
        key=f"{key}-maximise",
        help="Show all columns" if alone else "Maximise this column",
        type="tertiary",
        on_click=maximising.toggle,
    )


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
