"""Work that takes long goes on while the page is used, which says how far it is."""

import concurrent.futures
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import streamlit as st

from moa_core.errors import MoAError
from pages.widgets.formatting import failure, figures
from services import Services

T = TypeVar("T")

_UNDER_WAY: Final = "what takes long"
_SOON_S: Final = 1.0
"""Most of it has ended by then: the page says so at once."""


@dataclass(frozen=True, slots=True)
class JobProgress:
    """What is to be said of work under way.

    Attributes:
        doing: In words, for example "Copying the database".
        share: How much of it is done, from 0 to 1; ``None`` if nobody can tell.
        closing: What becomes of it if Polyphony is closed meanwhile.
    """

    doing: str
    share: float | None = None
    closing: str = ""


@dataclass(slots=True)
class _LongWork:
    """What a visitor has begun.

    Attributes:
        name: Says on which part of the page it is spoken of.
        result: What ``say_end`` is told, or why it could not be done.
        how_far: Looks how far it is; may raise what the work may.
        say_end: Draws what came of it.
        began: By the monotonic clock.
        ended: Whether the page knows that it has; never changes while a page is drawn,
            or its first half would wait for what its second half says has ended.
    """

    name: str
    result: concurrent.futures.Future[Any]
    how_far: Callable[[], JobProgress]
    say_end: Callable[[Any], None]
    began: float = field(default_factory=time.monotonic)
    ended: bool = False


def start_job(
    app: Services,
    name: str,
    work: Callable[[], T],
    how_far: Callable[[], JobProgress],
    say_end: Callable[[T], None],
) -> None:
    """Begin work in the background, and wait a moment: it may be short.

    One thing at a time: while something ``job_running``, nothing else can be begun.

    Args:
        app: What does it.
        name: As for ``show_job``.
        work: Does it, and returns what is to be told of it.
        how_far: Looks how far it is.
        say_end: Draws what came of it, once.
    """
    long = _LongWork(name, app.in_background(work), how_far, say_end)
    st.session_state[_UNDER_WAY] = long
    concurrent.futures.wait([long.result], _SOON_S)
    long.ended = long.result.done()


def job_running() -> bool:
    """Whether what this visitor has begun is still going."""
    long: _LongWork | None = st.session_state.get(_UNDER_WAY)
    return long is not None and not long.ended


def show_job(name: str) -> None:
    """Say how far the work of this name is, or once what came of it."""
    long: _LongWork | None = st.session_state.get(_UNDER_WAY)
    if long is None or long.name != name:
        return
    if long.ended:
        del st.session_state[_UNDER_WAY]
        _say_end(long)
    else:
        _follow(long)


@st.fragment(run_every=1.0)
def _follow(long: _LongWork) -> None:
    if long.result.done():
        long.ended = True
        st.rerun()
    try:
        far = long.how_far()
    except MoAError as error:  # a fragment is drawn without what guards the page
        failure(st.container(), error)
        return
    took = figures.whole_seconds(time.monotonic() - long.began)
    words = f"{far.doing} · {took}. You can leave this page{far.closing}."
    if far.share is None:
        st.info(words, icon="spinner")
    else:
        st.progress(far.share, words)


def _say_end(long: _LongWork) -> None:
    try:
        result = long.result.result()
    except MoAError as error:
        failure(st.container(), error)
    else:
        long.say_end(result)
