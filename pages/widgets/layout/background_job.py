"""Runs what takes long beside the page, which shows how far it is."""

import concurrent.futures
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, TypeVar

import streamlit as st

from moa_core.errors import MoAError
from pages.widgets.formatting import failure, figures, redraw, said_once, say_once

T = TypeVar("T")

InBackground: TypeAlias = Callable[[Callable[[], Any]], concurrent.futures.Future[Any]]
"""Does what takes long in a thread, such as ``Services.in_background``."""

_JOB: Final = "what takes long"
_SHORT_S: Final = 1.0
"""Most of it has ended by then: the page says so at once."""


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is.

    Attributes:
        doing: In words, for example "Copying the database".
        share: How much of it is done, from 0 to 1; ``None`` if nobody can tell.
        closing: What becomes of it if Polyphony is closed meanwhile.
    """

    doing: str
    share: float | None = None
    closing: str = ""


@dataclass(slots=True)
class _Job:
    """What a visitor has begun.

    Attributes:
        ended: Whether the page knows that it has; never changes while a page is drawn,
            or its first half would wait for what its second half says has ended.
    """

    name: str
    result: concurrent.futures.Future[Any]
    progress: Callable[[], JobProgress]
    show_result: Callable[[Any], object]
    began: float = field(default_factory=time.monotonic)
    ended: bool = False


def start_job(
    in_background: InBackground,
    name: str,
    work: Callable[[], T],
    progress: Callable[[], JobProgress],
    show_result: Callable[[T], object],
) -> None:
    """Start a job, and wait a moment: it may be short.

    One at a time: while there is one (``job_running``), no other can be started.

    Args:
        in_background: Runs ``work`` in a thread.
        name: As for ``show_job``.
        work: Does it; may raise a ``MoAError``.
        progress: Looks how far it is; may raise a ``MoAError``.
        show_result: Draws what ``work`` returned, once.
    """
    job = _Job(name, in_background(work), progress, show_result)
    st.session_state[_JOB] = job
    concurrent.futures.wait([job.result], _SHORT_S)
    job.ended = job.result.done()


def job_running() -> bool:
    """Whether what this visitor has begun is still going."""
    job: _Job | None = st.session_state.get(_JOB)
    return job is not None and not job.ended


def show_job(name: str) -> None:
    """Show how far the job of this name is, or once its result."""
    job: _Job | None = st.session_state.get(_JOB)
    if job is not None and job.name == name:
        if not job.ended:
            _follow(job)
            return
        say_once(f"{name}, done", job)
        del st.session_state[_JOB]
    job = said_once(f"{name}, done")
    if not job:
        return
    try:
        result = job.result.result()
    except MoAError as error:
        failure(st.container(key=f"{name}-problem"), error)
    else:
        with st.container(key=f"{name}-result"):
            job.show_result(result)


@st.fragment(run_every=1.0)
def _follow(job: _Job) -> None:
    if job.result.done():
        job.ended = True
        redraw()
    try:
        progress = job.progress()
    except MoAError as error:  # a fragment is drawn without what guards the page
        failure(st.container(key=f"{job.name}-problem"), error)
        return
    took = figures.whole_seconds(time.monotonic() - job.began)
    text = f"{progress.doing} · {took}. You can leave this page{progress.closing}."
    place = st.container(key=f"{job.name}-progress")
    if progress.share is None:
        place.info(text, icon="spinner")
    else:
        place.progress(progress.share, text)
