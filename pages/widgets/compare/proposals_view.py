"""Draws proposals and answers side by side: their texts, figures and agreement."""

from functools import partial
from typing import Final

import streamlit as st

from pages.component import Copy, draw_markdown
from pages.widgets.compare.agreement_view import EXPLAINED as AGREEMENT_EXPLAINED
from pages.widgets.compare.agreement_view import agreement_view
from pages.widgets.compare.comparison import (
    EXPLAINED,
    Comparison,
    compare,
    cost_line,
    figures_table,
    length_line,
)
from pages.widgets.compare.controls import (
    CompareOptions,
    compare_options,
    show_all,
    show_alone,
)
from pages.widgets.compare.differences import difference_legend, draw_differences
from pages.widgets.compare.run_picker import LONGEST_LABEL, pick_run, question_box
from pages.widgets.compare.sources import sources
from pages.widgets.compare.texts import ComparedText, answers, badge, proposals
from pages.widgets.formatting import notices, percent, wording
from pages.widgets.layout import (
    COLUMN_MIN_PX,
    Maximise,
    card_head,
    empty_state,
    readable,
)
from pages.widgets.markdown import horizontal_scroll
from storage.conversations import Conversations
from storage.history import ConversationList

_NOTHING_YET: Final = (
    "Nothing to compare yet. Ask a question in Chat to see every model's proposal and "
    "the answer side by side here."
)


def proposals_view(history: ConversationList, conversations: Conversations) -> None:
    """Draw the texts of one run, and every answer of its turn."""
    with readable("choices"):
        chosen = _choices(history, conversations)
    if chosen is None:
        return
    uid, texts, options = chosen
    comparison = compare(texts, options.against)
    _cards(uid, options, comparison)
    st.header("Figures", anchor=False, help=EXPLAINED)
    horizontal_scroll(st.container(key="figures")).markdown(
        figures_table(texts, comparison)
    )
    with readable("agreement"):
        agreement_view(texts)


def _choices(
    history: ConversationList, conversations: Conversations
) -> tuple[str, list[ComparedText], CompareOptions] | None:
    """Draw what is compared and how; ``None`` where there is nothing to compare.

    Returns:
        The uid of the run, its texts, and what the user wants to see of them.
    """
    picked = pick_run(history, conversations)
    if picked is None:
        empty_state(_NOTHING_YET)
        return None
    turn, run = picked
    question, state = turn.question.text, run.state
    if len(question) > LONGEST_LABEL or "\n" in question:
        question_box(question)  # the picker shows its beginning
    texts = [*proposals(state), *answers(turn, run)]
    if state.live:
        st.info("Still running. Showing what has arrived so far.")
    without_text = [
        wording.model_name(seat.agent)
        for layer in state.layers
        for seat in layer.seats
        if seat.ended and not seat.text.strip()
    ]
    if without_text:
        place = st.container(key="without-text")
        place.caption(f":orange[No text from: {', '.join(without_text)}.]")
    if not texts:
        st.info("No model wrote anything in this run.")
        return None
    return run.uid, texts, compare_options(run.uid, texts)


def _cards(uid: str, options: CompareOptions, comparison: Comparison) -> None:
    if not options.shown:
        st.caption("Select a text above to show it here.")
        return
    if options.marking == "sources" and not any(text.read for text in options.shown):
        st.caption("Select an answer above to see where its sentences come from.")
    place = (
        readable("alone")
        if options.alone
        else st.grid("auto", min_column_width=COLUMN_MIN_PX)
    )
    for text in options.shown:
        # Not in a cell of its own: that would not let it be as tall as its neighbours.
        key = f"{uid}-{text.mark}"
        card = place.container(border=True, height="stretch", gap="xsmall", key=key)
        toggle = show_all if options.alone else partial(show_alone, uid, text.mark)
        card_head(
            card,
            f"{badge(text.mark)} **{text.name}**",
            maximise=Maximise(f"{key}-maximise", text.label, options.alone, toggle),
        )
        card.caption(_about(text, comparison), help=AGREEMENT_EXPLAINED)
        place_of_text = card.container()
        writer = wording.model_name(text.seat.agent)
        copy = Copy(f"text {text.mark}, {writer}", writer)
        if options.marking == "words" and text is not options.against:
            place_of_text.caption(difference_legend(options.against.mark))
            against = options.against.text
            draw_differences(place_of_text, against, text.text, f"{key}-text", copy)
        elif options.marking == "sources" and text.read:
            sources(place_of_text, text.text, text.read, f"{key}-text", copy)
        else:
            draw_markdown(place_of_text, text.text, f"{key}-text", copy)
        notices.cut(card, text.seat.call)
        if text.seat.status == "failed" and text.seat.error:
            notices.failure(card, text.seat.error)


def _about(text: ComparedText, comparison: Comparison) -> str:
    """Three lines: where it stands and its cost, its length, and how alike it is."""
    index = text.layer_index
    where = "Answer" if index is None else f"Layer {index + 1}"
    if text.mark == comparison.against.mark:
        alike = "others are compared with this text"
    else:
        alike = (
            f"{percent(comparison.alike[text.mark])} similar to "
            f"{comparison.against.mark}"
        )
    share = comparison.shares.get(text.mark)
    if share is not None and comparison.answer:
        alike = f"{alike} · source of {percent(share)} of {comparison.answer.mark}"
    return f"{where} · {cost_line(text)}  \n{length_line(text)}  \n{alike}"
