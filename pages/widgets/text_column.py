"""One text in a column: who wrote it, what it took, how like the chosen one it is."""

from collections.abc import Callable
from dataclasses import dataclass

from streamlit.delta_generator import DeltaGenerator

from pages.widgets import notices
from pages.widgets.agreement_view import EXPLAINED
from pages.widgets.compared import Compared
from pages.widgets.copying import copy_button
from pages.widgets.figures_table import cost_line, length_line
from pages.widgets.likeness import percent


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """What stands above a text.

    Attributes:
        key: Names its widgets.
        against: Mark of the text that it is compared with; its own if it is that one.
        alike: How like that one it is, 0 to 1.
        share: Its share of the answer, 0 to 1; ``None`` if it is none of its sources.
        alone: Whether it is the only one that is shown.
        toggle: What the button that maximises it does; ``None`` for no button.
    """

    key: str
    against: str
    alike: float
    share: float | None
    alone: bool
    toggle: Callable[[], None] | None


def text_column(
    card: DeltaGenerator,
    text: Compared,
    facts: ColumnFacts,
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
    _buttons(head, text, facts)
    card.caption(
        f"{_where(text)} · {cost_line(text)}  \n"
        f"{length_line(text)}  \n"
        f"{_alike(text, facts)}",
        help=EXPLAINED,
    )
    draw(card.container())
    if text.call and text.call.finish_reason == "length":
        card.caption(":orange[Cut at its length limit.]")
    if text.seat.status == "failed" and text.seat.error:
        notices.failure(card, text.seat.error)


def _buttons(head: DeltaGenerator, text: Compared, facts: ColumnFacts) -> None:
    buttons = head.container(horizontal=True, gap="xxsmall", width="content")
    copy_button(buttons, f"{facts.key}-copy", text.text)
    if facts.toggle:
        buttons.button(
            ":material/close_fullscreen:" if facts.alone else ":material/open_in_full:",
            key=f"{facts.key}-maximise",
            help="Show all columns" if facts.alone else "Maximise this column",
            type="tertiary",
            on_click=facts.toggle,
        )


def _where(text: Compared) -> str:
    return "Answer" if text.layer_index is None else f"Layer {text.layer_index + 1}"


def _alike(text: Compared, facts: ColumnFacts) -> str:
    if text.mark == facts.against:
        said = "the others are compared with this one"
    else:
        said = f"{percent(facts.alike)} like {facts.against}"
    return (
        said
        if facts.share is None
        else f"{said} · {percent(facts.share)} of the answer"
    )
