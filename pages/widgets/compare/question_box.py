"""The question that the answers below it are to be judged by."""

from typing import Final

import streamlit as st

from pages.widgets.layout import READABLE_PX
from pages.widgets.markdown import LiveText

HEIGHT_PX: Final = 160
_LONG_CHARS: Final = 600


def question_box(question: str) -> None:
    """The whole of it; a long one scrolls in a box of its own."""
    box = st.container(
        height=HEIGHT_PX if len(question) > _LONG_CHARS else "content",
        border=True,
        width=READABLE_PX,
    )
    LiveText(box.container()).update([question], done=True)
