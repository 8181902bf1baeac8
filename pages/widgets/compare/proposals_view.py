"""Proposals and answers side by side: their texts, their figures, where they agree."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.widgets.compare.agreement_view import EXPLAINED as AGREEMENT_EXPLAINED
from pages.widgets.compare.agreement_view import agreement_view
from pages.widgets.compare.comparison import Comparison, compare
from pages.widgets.compare.controls import (
    CompareOptions,
    compare_options,
    show_all,
    show_alone,
)
from pages.widgets.compare.question_box import question_box
from pages.widgets.compare.run_picker import LONGEST_LABEL, Picked, pick_run
from pages.widgets.compare.similarity import EXPLAINED
from pages.widgets.compare.sources import sources
from pages.widgets.compare.table import cost_line, figures_table, length_line
from pages.widgets.compare.texts import (
    ComparedText,
    answers,
    badge,
    proposals,
    without_text,
)
from pages.widgets.formatting import notices, percent, wording
from pages.widgets.layout import (
    COLUMN_MIN_PX,
    READABLE_PX,
    copy_button,
    empty_state,
    head_row,
    maximise_button,
)
from pages.widgets.markdown import (
    LiveText,
    difference_legend,
    draw_differences,
    horizontal_scroll,
)
from services import Services

_NOTHING_YET: Final = (
    "Nothing to compare yet. Ask a question in the chat; what each model answered, "
    "and what was made of it, then stands here side by side."
)


def proposals_view(app: Services) -> None:
    """Draw the texts of one run, and every answer of its turn."""
    picked = pick_run(app)
    if picked is None:
        empty_state(_NOTHING_YET)
        return
    question = picked.turn.question
    if len(question) > LONGEST_LABEL or "\n" in question:
        question_box(question)  # the picker shows its beginning
    texts = [*proposals(picked.run.state), *answers(picked.turn, picked.run)]
    _say_what_is_missing(picked)
    if not texts:
        st.info("No model has written anything in this run.")
        return
    chosen = compare_options(picked.run.uid, texts)
    found = compare(texts, chosen.against)
    _columns(picked.run.uid, chosen, found)
    st.subheader("Figures", help=EXPLAINED)
    horizontal_scroll(st.container()).markdown(figures_table(texts, found))
    agreement_view(texts)


def _say_what_is_missing(picked: Picked) -> None:
    if picked.run.state.live:
        st.info("This run is under way. What has arrived so far is shown.")
    if names := [
        wording.model_name(seat.agent) for seat in without_text(picked.run.state)
    ]:
        st.caption(f":orange[Without a text: {', '.join(names)}.]")


def _columns(uid: str, chosen: CompareOptions, found: Comparison) -> None:
    if not chosen.shown:
        st.caption("Tick a text above to see it here.")
        return
    if chosen.marking == "sources" and not any(text.read for text in chosen.shown):
        st.caption("Tick an answer above to see where its sentences come from.")
    place = (
        st.container(width=READABLE_PX)
        if chosen.alone
        else st.grid("auto", min_column_width=COLUMN_MIN_PX)
    )
    for text in chosen.shown:
        # Not in a cell of its own: that would not let it be as tall as its neighbours.
        card = place.container(border=True, height="stretch", gap="xsmall")
        toggle = show_all if chosen.alone else partial(show_alone, uid, text.mark)
        draw = partial(_draw_text, text, chosen)
        text_column(card, text, found, Maximising(uid, chosen.alone, toggle), draw)


def _draw_text(
    text: ComparedText, chosen: CompareOptions, place: DeltaGenerator
) -> None:
    if chosen.marking == "words" and text is not chosen.against:
        place.caption(difference_legend(chosen.against.mark))
        draw_differences(place, chosen.against.text, text.text)
    elif chosen.marking == "sources" and text.read:
        sources(place, text.text, text.read)
    else:
        LiveText(place).update([text.text], done=True)


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
    text: ComparedText,
    found: Comparison,
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
        help=AGREEMENT_EXPLAINED,
    )
    draw(card.container())
    notices.cut(card, text.call)
    if text.seat.status == "failed" and text.seat.error:
        notices.failure(card, text.seat.error)


def _buttons(head: DeltaGenerator, text: ComparedText, maximising: Maximising) -> None:
    key, alone = f"{maximising.key}-{text.mark}", maximising.alone
    buttons = head.container(horizontal=True, gap="xxsmall", width="content")
    copy_button(buttons, f"{key}-copy", text.text)
    maximise_button(buttons, f"{key}-maximise", maximising.toggle, maximised=alone)


def _where(text: ComparedText) -> str:
    return "Answer" if text.layer_index is None else f"Layer {text.layer_index + 1}"


def _alike(text: ComparedText, found: Comparison) -> str:
    if text.mark == found.against.mark:
        said = "the others are compared with this one"
    else:
        said = f"{percent(found.alike[text.mark])} like {found.against.mark}"
    share = found.shares.get(text.mark)
    if share is None or found.answer is None:
        return said
    return f"{said} · {percent(share)} of {found.answer.mark}"
