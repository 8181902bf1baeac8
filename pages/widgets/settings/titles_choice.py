"""Chooses what chats are called after."""

from typing import Final

import streamlit as st

from moa_core.settings import Titling
from pages.widgets.formatting import attempt_at, problem_at
from services.titling import ChatTitles

_CHOICES: Final[dict[Titling, str]] = {
    "question": "From the question",
    "model": "Written by the chat's cheapest model",
}
_KEY: Final = "chat-titles"


def titles_choice(titles: ChatTitles) -> None:
    """Draw the choice, and what the second one costs."""
    choices = list(_CHOICES)
    st.radio(
        "Chat titles",
        choices,
        choices.index(titles.chosen),
        format_func=_CHOICES.__getitem__,
        captions=[
            "The first words of the first question. Costs nothing.",
            "One short call after the first answer, to the cheapest model that "
            "answered: a small fraction of a cent, nothing for local models. It counts "
            "towards caps, and Spend shows it under Titles.",
        ],
        key=_KEY,
        on_change=lambda: attempt_at(
            "titles", titles.app_settings.set_titles, st.session_state[_KEY]
        ),
    )
    problem_at("titles")
