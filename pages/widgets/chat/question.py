"""Draws a question of a conversation, the others in its place, and its editor."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.messages import as_asked
from pages.component import Copy, draw_typed
from pages.widgets.layout import (
    LONGEST_QUESTION_CHARS,
    READABLE_PX,
    go_through,
    icon_only,
)
from storage.conversations import Turn

EDIT_HEIGHT_PX = 160


def draw_question(
    turn: Turn, number: int, ask_instead: Callable[[str], None] | None
) -> None:
    """Draw what was asked, the ``number``-th of its chat.

    ``ask_instead`` is ``None`` while another must wait.
    """
    middle = st.container(horizontal_alignment="center")
    box = middle.chat_message("user", avatar=":material/person:", width=READABLE_PX)
    row = box.container(horizontal=True, wrap=False, gap="small")
    copy = Copy("the question")
    draw_typed(row.container(), turn.question.text, f"{turn.uid}-asked", copy)
    tools = row.container(
        horizontal=True, wrap=False, gap="xxsmall", width="content"
    ).empty()
    if ask_instead:
        tools = tools.container(horizontal=True, wrap=False, gap="xxsmall")
        _sibling_buttons(tools, turn, number)
        _editor(icon_only(tools, f"{turn.uid}-editor"), turn, number, ask_instead)


def _sibling_buttons(place: DeltaGenerator, turn: Turn, number: int) -> None:
    """``< 2 of 3 >`` where other questions were asked in this turn's place."""
    if len(turn.siblings) == 1:
        return
    at, last = turn.siblings.index(turn.uid), len(turn.siblings) - 1
    row = place.container(
        horizontal=True,
        gap="xxsmall",
        vertical_alignment="center",
        width="content",
        key=f"icons-{turn.uid}-siblings",
    )
    before, count, after = row.empty(), row.empty(), row.empty()
    count.caption(f"{at + 1} of {len(turn.siblings)}", width="content")
    for slot, to, side in ((before, at - 1, "left"), (after, at + 1, "right")):
        other = "Earlier" if side == "left" else "Later"
        slot.button(
            f"{other} version of question {number}",
            icon=f":material/chevron_{side}:",
            key=f"{turn.uid}-sibling-{to}",
            type="tertiary",
            disabled=not 0 <= to <= last,
            on_click=go_through,
            args=(turn.siblings[min(max(to, 0), last)],),
        )


def _editor(
    place: DeltaGenerator, turn: Turn, number: int, ask_instead: Callable[[str], None]
) -> None:
    form = place.popover(
        f"Edit question {number}",
        icon=":material/edit:",
        key=f"{turn.uid}-edit",
        type="tertiary",
        on_change="rerun",
        help="The old version stays as a branch.",
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
        "Send edited question",
        key=f"{turn.uid}-ask-instead",
        type="primary",
        on_click=submit,
    )
