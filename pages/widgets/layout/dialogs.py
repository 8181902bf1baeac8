"""Keeps which dialog is open until it is closed, or the user goes elsewhere.

What is forgotten when a dialog is drawn is lost with the script that a click ends; what
is drawn while another dialog is open is an error of Streamlit's. So there is one place
for the one dialog that there can be.
"""

from typing import Any, Final, NamedTuple

import streamlit as st

_OPEN: Final = "dialog that is open"
_ADDRESS: Final = "address at which dialogs are open"


class _Dialog(NamedTuple):
    name: str
    about: object
    is_new: bool = True  # opened since the page was drawn last


def open_dialog(name: str, about: object = True) -> None:
    """Open a dialog when the page is drawn next, in the place of another.

    Args:
        name: Of the dialog.
        about: What it needs to be drawn.
    """
    st.session_state[_OPEN] = _Dialog(name, about)


def opened_dialog(name: str) -> Any:  # noqa: ANN401 - what it was opened with
    """What a dialog is about; ``None`` while it is closed."""
    dialog: _Dialog | None = st.session_state.get(_OPEN)
    return dialog.about if dialog and dialog.name == name else None


def close_dialog() -> None:
    """Close the dialog that is open, if one is."""
    st.session_state.pop(_OPEN, None)


def close_dialog_elsewhere(file: str) -> None:
    """Close what was opened at another address than that of the page being drawn.

    What was opened just now stays: the user went here first, and is seen only now.

    Args:
        file: The page, such as ``chat.py``.
    """
    address = (file, st.query_params.to_dict())
    dialog: _Dialog | None = st.session_state.get(_OPEN)
    if dialog and dialog.is_new:
        st.session_state[_OPEN] = dialog._replace(is_new=False)
    elif st.session_state.get(_ADDRESS, address) != address:
        close_dialog()
    st.session_state[_ADDRESS] = address
