"""Draws what is different where a program asked: its key, and what it sent before."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.messages import Message
from pages.widgets.formatting import counted, dates
from pages.widgets.layout import READABLE_PX
from pages.widgets.markdown import plain_label
from storage.conversations import Conversation, Turn
from storage.spending import OTHER_KEY

_ROLES = {"system": "System", "user": "User", "assistant": "Assistant"}


def asked_by(names: Mapping[str, str], conversation: Conversation) -> None:
    """Say which key a program asked with, and that nothing can be asked here.

    Args:
        names: What the keys of this machine are called, by their uids.
        conversation: One of the kind ``api``.
    """
    name = names.get(conversation.key_uid or "")
    key = f"the key “{plain_label(name, limit=60)}”" if name else OTHER_KEY
    began = dates.day_and_clock(conversation.created_at)
    with st.container(key="asked-by", horizontal_alignment="center"):
        st.container(width=READABLE_PX).caption(
            f":material/api: Asked through the API with {key}, {began}. What you rerun "
            "here stays here: the program does not see it."
        )


def draw_given(place: DeltaGenerator, turn: Turn) -> None:
    """Draw the messages that a program sent before a question, folded."""
    if not turn.given:
        return
    messages = counted(len(turn.given), "message")
    with place.container(key=f"given-{turn.uid}", horizontal_alignment="center"):
        box = st.container(width=READABLE_PX).expander(
            f"Sent before this question: {messages}", icon=":material/history:"
        )
        for message in turn.given:
            _message(box, message)


def _message(box: DeltaGenerator, message: Message) -> None:
    """One message, letter by letter: it may be anything."""
    box.caption(f"**{_ROLES[message.role]}**")
    box.text(message.text or " ")
