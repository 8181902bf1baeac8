"""Makes places in which one of several things is shown, and the others go at once.

Streamlit takes what a script no longer draws off the page when the script has ended;
one that follows a run goes on for minutes, and meanwhile the old things only fade. A
blind duel must not keep the names of what stood there before.
"""

from collections.abc import Iterable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_ROWS = "what stands in places that are made anew"


def slot(chosen: str, names: Iterable[str]) -> DeltaGenerator:
    """Make a place for each of ``names``, and give that of the ``chosen`` one.

    Args:
        chosen: What is drawn now.
        names: Everything that may be drawn here, always the same in the same order.
    """
    places = {name: st.empty() for name in names}
    return places[chosen].container()


def fresh_places(what: str, shown: Sequence[str]) -> list[DeltaGenerator]:
    """Make a place for each of ``shown``, with nothing left of what stood there.

    A container keeps what stood in the one before it, in the same place, until the
    script has ended. So each place is one of two, and the other one is taken when what
    it shows is another than before.

    Args:
        what: Names the row of places.
        shown: What they show, in order.
    """
    row: list[tuple[str, int]] = st.session_state.setdefault(_ROWS, {}).get(what, [])
    row = row + [("", 0)] * (len(shown) - len(row))
    places = []
    for index, (before, used) in enumerate(row):
        now = shown[index] if index < len(shown) else ""
        use = used if now == before else 1 - used
        row[index] = (now, use)
        pair = [st.empty(), st.empty()]
        if now:
            places.append(pair[use].container())
    st.session_state[_ROWS][what] = row
    return places
