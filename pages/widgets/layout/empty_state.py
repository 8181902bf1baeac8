"""What a page says that has nothing to show, and the way to where something begins."""

import streamlit as st


def empty_state(said: str) -> None:
    """Say what will stand here, and lead to the chat."""
    st.info(said)
    st.page_link("chat.py", label="Ask something", icon=":material/forum:")
