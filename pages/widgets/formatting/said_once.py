"""Keeps what a page says once until it was drawn wholly, and the user acts again.

Streamlit ends a script wherever it draws, when something is clicked, and anew when a
page draws itself again: what was forgotten when it was drawn would not be seen.
"""

from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

_SAID: Final = "what is said once"
_REDRAWN: Final = "the page draws itself again"


@dataclass(slots=True)
class _Once:
    what: object
    drawn: bool = False
    seen: bool = False


def say_once(name: str, what: object) -> None:
    """Keep something to be said under a name, in place of what was kept there."""
    _kept()[name] = _Once(what)


def said_once(name: str) -> Any:  # noqa: ANN401 - what was kept
    """What is to be drawn now under a name; ``None`` if nothing is."""
    once = _kept().get(name)
    if once is None:
        return None
    once.drawn = True
    return once.what


def page_begins() -> None:
    """Forget what was seen, unless the page draws itself again: nobody acted."""
    if st.session_state.get(_REDRAWN):
        st.session_state[_REDRAWN] = False
        return
    kept = _kept()
    for name in [name for name, once in kept.items() if once.seen]:
        del kept[name]


def page_is_drawn() -> None:
    """Note that what this script drew of it is seen: nothing has ended it before."""
    for once in _kept().values():
        once.seen = once.drawn


def redraw() -> None:
    """Draw the page anew because something came, and say again what it says."""
    st.session_state[_REDRAWN] = True
    st.rerun()


def _kept() -> dict[str, _Once]:
    kept: dict[str, _Once] = st.session_state.setdefault(_SAID, {})
    return kept
