"""Corrects Streamlit's front end: widths, texts, long titles, links to the chat.

- The label of a page link that is too long ends without an ellipsis:
  https://github.com/streamlit/streamlit/issues/12583
- A list stays scrolled to its end when its page is turned: there is no way to scroll
  from a script. https://github.com/streamlit/streamlit/issues/7699
- Labels and fields run from left to right in every script: the rules stand in
  ``text.css``. https://github.com/streamlit/streamlit/issues/552
- A chat input keeps its draft to itself, and loses it with the page; it takes no focus
  by itself; its foot takes a quarter of a laptop's window. No upstream issue known
  (searched 2026-11).
- What scrolls cannot be focused, code in a caption and what is chosen in a row of
  buttons are too faint, a button with an icon alone is called after the icon, and the
  buttons of all fields have the same names. No upstream issue known (searched 2026-11).
- What has the focus loses it to the page when a script takes it away, and a keyboard
  begins at the top again: ``focus.js``. No upstream issue known (searched 2026-11).
- What is pressed within one round trip is taken together, and the same button twice
  counts once; what is pressed ahead falls on what comes unseen: ``ballot.js``. No
  upstream issue known (searched 2026-11).
- The padding beside a page cannot be set: ``width.css``. The foot is as wide as a text.
- ``st.page_link`` writes the address of the first page, with a query, without that
  page: opened in a new tab it stays on the page on which it stands. No upstream issue
  known (searched 2026-11); https://github.com/streamlit/streamlit/pull/13093 added
  queries.
"""

from pathlib import Path
from typing import Final

import streamlit as st

_HERE: Final = Path(__file__).parent
_NAMES: Final = (
    "page_turn", "composer", "sidebar", "accessibility", "focus", "ballot",
)  # fmt: skip
SCRIPTS: Final = tuple(_HERE / f"{name}.js" for name in _NAMES)
"""What the server must answer at ``/page_turn.js`` and so on."""

_SCRIPT: Final = "".join(f'<script src="./{file.name}"></script>' for file in SCRIPTS)


def correct_front_end() -> None:
    """Add ``SCRIPTS`` to the page; they take no room on it."""
    with st.container(key="scripts"):
        st.html(_SCRIPT, unsafe_allow_javascript=True)


def redirect_misdirected_link(parameter: str) -> None:
    """Go to the chat if the address has a query parameter that only the chat knows."""
    if parameter in st.query_params:
        st.switch_page("chat.py", query_params=st.query_params.to_dict())
