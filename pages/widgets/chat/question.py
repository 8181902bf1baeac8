"""Draws a question of a conversation, the others in its place, and its editor."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.messages import as_asked
from pages.component import draw_typed
from pages.widgets.layout import LONGEST_QUESTION_CHARS, READABLE_PX, go_through
from storage.conversations import Turn

EDIT_HEIGHT_PX = 160


def draw_question(turn: Turn, ask_instead: Callable[[str], None] | None) -> None:
    """Draw what was asked; ``ask_instead`` is ``None`` while another must wait."""
    middle = st.container(horizontal_alignment="center")
    box = middle.chat_message("user", avatar=":material/person:", width=READABLE_PX)
    row = box.container(horizontal=True, wrap=False, gap="small")
    draw_typed(row.container(), turn.question.text, f"{turn.uid}-asked")
    tools = row.container(
        horizontal=True, wrap=False, gap="xxsmall", width="content"
    ).empty()
    if ask_instead:
        tools = tools.container(horizontal=True, wrap=False, gap="xxsmall")
        _sibling_buttons(tools, turn)
        _editor(tools, turn, ask_instead)


def _sibling_buttons(place: DeltaGenerator, turn: Turn) -> None:
    """``< 2 of 3 >`` where other questions were asked in this turn's place."""
    if len(turn.siblings) == 1:
        return
    at, last = turn.siblings.index(turn.uid), len(turn.siblings) - 1
    row = place.container(
        horizontal=True, gap="xxsmall", vertical_alignment="center", width="content"
    )
    before, count, after = row.empty(), row.empty(), row.empty()
    count.caption(f"{at + 1} of {len(turn.siblings)}", width="content")
    for slot, to, side in ((before, at - 1, "left"), (after, at + 1, "right")):
        slot.button(
            f":material/chevron_{side}:",
            key=f"{turn.uid}-sibling-{to}",
            type="tertiary",
            disabled=not 0 <= to <= last,
            help=f"The question {'before' if side == 'left' else 'after'}",
            on_click=go_through,
            args=(turn.siblings[min(max(to, 0), last)],),
        )


def _editor(
    place: DeltaGenerator, turn: Turn, ask_instead: Callable[[str], None]
) -> None:
    form = place.popover(
        ":material/edit:",
        key=f"{turn.uid}-edit",
        type="tertiary",
        on_change="rerun",
        help="Ask it differently. What followed stays, on a path of its own.",
    )
    if not form.open:
        return
    key = f"{turn.uid}-question"

    def submit() -> None:
        if question := as_asked(st.session_state[key]):
            ask_instead(question)

    form.text_area(
        "Your question",
        turn.question.text,
        key=key,
        height=EDIT_HEIGHT_PX,
        max_chars=LONGEST_QUESTION_CHARS,
    )
    form.button(
        "Ask this instead",
        key=f"{turn.uid}-ask-instead",
        type="primary",
        on_click=submit,
    )
