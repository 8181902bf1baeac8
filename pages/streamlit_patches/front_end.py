"""Corrects Streamlit's front end: scrolling, cut titles, links to the first page.

- A page with a chat's input glides to its end whenever it grows, also away from what
  was just clicked. No upstream issue known (searched 2026-11); of inputs in
  ``st.bottom``: https://github.com/streamlit/streamlit/issues/16977
- The label of a page link that is too long ends without an ellipsis:
  https://github.com/streamlit/streamlit/issues/12583
- ``st.page_link`` writes the address of the first page, with a query, without that
  page: opened in a new tab it stays on the page on which it stands. No upstream issue
  known (searched 2026-11); https://github.com/streamlit/streamlit/pull/13093 added
  queries.
"""

from pathlib import Path
from typing import Final

import streamlit as st

IN_SIGHT: Final = Path(__file__).with_name("in_sight.js")
_STYLE: Final = (
    "<style>.stPageLink p { overflow: hidden; text-overflow: ellipsis } "
    "div:has(> .st-key-in-sight) { display: none }</style>"
)
_SCRIPT: Final = f'<script src="./{IN_SIGHT.name}"></script>'


def correct_front_end() -> None:
    """Add a style and a script of ours to the page; they take no room on it.

    The server must answer ``/in_sight.js``. Behind a ``server.baseUrlPath`` it does
    not, and pages glide as Streamlit has it.
    """
    st.html(_STYLE)
    with st.container(key="in-sight"):
        st.html(_SCRIPT, unsafe_allow_javascript=True)


def redirect_misdirected_link(parameter: str) -> None:
    """Go to the chat if the address has a query parameter that only the chat knows."""
    if parameter in st.query_params:
        st.switch_page("chat.py", query_params=st.query_params.to_dict())
