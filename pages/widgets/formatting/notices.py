"""Says what went wrong, why, and what to do next."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.errors import MoAError
from moa_core.run import Call, SeatState
from pages.widgets.formatting.said_once import said_once, say_once
from pages.widgets.markdown import plain_label
from services.server_settings import LONGEST_NOTICE

MESSAGE_CHARS = 400

_PROBLEM = "what could not be done"


def failure(place: DeltaGenerator, error: MoAError) -> None:
    """An error in plain words and what to do about it."""
    place.error(f"{_words(error)}\n\n{plain_label(error.advice, limit=200)}")


def attempt(action: Callable[..., object], *args: object) -> None:
    """``succeeds`` as a callback of a widget."""
    succeeds(action, *args)


def succeeds(action: Callable[..., object], *args: object) -> bool:
    """Call ``action``; keep a ``MoAError`` for ``last_problem``.

    Returns:
        Whether it succeeded; if not, nothing has changed.
    """
    try:
        action(*args)
    except MoAError as error:
        say_once(_PROBLEM, error)
        return False
    return True


def attempt_at(where: str, action: Callable[..., object], *args: object) -> None:
    """Call ``action`` as a callback; keep a ``MoAError`` for ``problem_at``."""
    try:
        action(*args)
    except MoAError as error:
        say_once(_problem_key(where), error)


def problem_at(where: str) -> None:
    """Say once, beside the control that was used, what could not be done."""
    place = st.empty()  # so that what follows never changes its place
    if error := said_once(_problem_key(where)):
        failure(place.container(key=f"{where}-problem"), error)


def _problem_key(where: str) -> str:
    return f"{_PROBLEM}, {where}"


def last_problem() -> None:
    """Say once, here, what could not be done."""
    place = st.empty()  # so that what follows never changes its place
    if error := said_once(_PROBLEM):
        failure(place.container(key="problem"), error)


def standing(text: str) -> None:
    """Say what every page of this installation says, if there is anything."""
    if text:
        said = plain_label(text, limit=LONGEST_NOTICE)
        st.container(key="notice").info(said, icon=":material/info:")


def cut(place: DeltaGenerator, call: Call | None) -> None:
    """Say so where a text ends at its length limit."""
    if call and call.finish_reason == "length":
        place.caption(":orange[Cut off at the length limit.]")
    elif call and call.finish_reason == "deadline":
        place.caption(":orange[Incomplete: timed out.]")


def notes(made: SeatState | Call) -> str:
    """What there is to know about how a call, or a seat's last one, is made."""
    return plain_label(" ".join(made.notes), limit=MESSAGE_CHARS)


def storage_trouble(place: DeltaGenerator, error: MoAError | None) -> None:
    """A banner while something cannot be saved, in a place that holds one element."""
    if error:
        advice = plain_label(error.advice, limit=200)
        place.warning(f"{_words(error)} {advice}", title="Not saved yet")
    else:
        place.empty()


def _words(error: MoAError) -> str:
    return plain_label(str(error), limit=MESSAGE_CHARS)
