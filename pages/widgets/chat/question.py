"""One question of a conversation, and what can be done to it."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.widgets.chat.branches import sibling_buttons
from pages.widgets.layout import LONGEST_QUESTION_CHARS, READABLE_PX
from pages.widgets.markdown import LiveText
from storage.conversations import Turn

EDIT_HEIGHT_PX = 160


def draw_question(turn: Turn, ask_instead: Callable[[str], None] | None) -> None:
    """Draw what was asked.

    Args:
        turn: The question's turn.
        ask_instead: Asks another question in its place; ``None`` while that must wait.
    """
    box = st.chat_message("user", avatar=":material/person:").container(
        width=READABLE_PX
    )
    row = box.container(horizontal=True, wrap=False, gap="small")
    LiveText(row.container()).update([turn.question], done=True)
    tools = row.container(
        horizontal=True, wrap=False, gap="xxsmall", width="content"
    ).empty()
    if ask_instead:
        tools = tools.container(horizontal=True, wrap=False, gap="xxsmall")
        sibling_buttons(tools, turn)
        _edit(tools, turn, ask_instead)


def _edit(
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
    form.text_area(
        "Your question",
        turn.question,
        key=key,
        height=EDIT_HEIGHT_PX,
        max_chars=LONGEST_QUESTION_CHARS,
    )
    form.button(
        "Ask this instead",
        key=f"{turn.uid}-ask-instead",
        type="primary",
        on_click=_submit,
        args=(key, ask_instead),
    )


def _submit(key: str, ask_instead: Callable[[str], None]) -> None:
    question = st.session_state[key].strip()
    if question:
        ask_instead(question)
