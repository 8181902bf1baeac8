"""Deletes for good while the page goes on, and says how much is left."""

import concurrent.futures
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from moa_core.errors import MoAError
from pages.widgets.figures import counted
from pages.widgets.notices import failure
from services import Services

_UNDER_WAY: Final = "what is being deleted"
_SOON_S: Final = 1.0
"""Most deletions have ended by then: the page says so at once."""


@dataclass(frozen=True, slots=True)
class _Deleting:
    """Conversations that are being deleted.

    Attributes:
        work: Gives how many have gone, or why no more could.
        left: Counts those that are left.
        whole: How many there were.
    """

    work: concurrent.futures.Future[int]
    left: Callable[[], int]
    whole: int


def delete_for_good(
    app: Services, delete: Callable[[], int], left: Callable[[], int]
) -> None:
    """Begin to delete conversations; the page need not stay open.

    Args:
        app: What does it, in the background.
        delete: Deletes them, and returns how many have gone.
        left: Counts those that are left.
    """
    whole = left()
    work = app.in_background(delete)
    st.session_state[_UNDER_WAY] = _Deleting(work, left, whole)
    concurrent.futures.wait([work], _SOON_S)


def is_deleting() -> bool:
    """Whether what this visitor had deleted is still going."""
    deleting: _Deleting | None = st.session_state.get(_UNDER_WAY)
    return deleting is not None and not deleting.work.done()


def deletion() -> None:
    """Say how far it is, or once how it has ended."""
    deleting: _Deleting | None = st.session_state.get(_UNDER_WAY)
    if deleting and not deleting.work.done():
        _follow(deleting)
    elif deleting:
        del st.session_state[_UNDER_WAY]
        _say_end(deleting)


@st.fragment(run_every=1.0)
def _follow(deleting: _Deleting) -> None:
    if deleting.work.done():
        st.rerun()
    try:
        left = min(deleting.left(), deleting.whole)
    except MoAError as error:  # a fragment is drawn without what guards the page
        failure(st.container(), error)
        return
    st.progress(
        1 - left / deleting.whole if deleting.whole else 1.0,
        f"Deleting for good: {counted(left, 'conversation')} left. You can leave this "
        "page; if Polyphony is closed, the rest stays for now.",
    )


def _say_end(deleting: _Deleting) -> None:
    try:
        gone = counted(deleting.work.result(), "conversation")
    except MoAError as error:
        failure(st.container(), error)
    else:
        st.success(f"{gone} deleted for good.")
