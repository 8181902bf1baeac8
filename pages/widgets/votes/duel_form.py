"""Where a duel begins: a question, two or three sides, and what it will cost."""

from collections.abc import Sequence
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.errors import ConfigError, MoAError
from moa_core.mixture import MoAConfig, needs
from moa_core.plan import Estimate
from moa_core.votes import FEWEST_SIDES
from pages.widgets.compare import letter
from pages.widgets.formatting import failure, figures, wording
from pages.widgets.layout import DUEL, LONGEST_QUESTION_CHARS
from pages.widgets.markdown import plain_label
from pages.widgets.models import session_keys
from pages.widgets.votes.blinding import shuffled
from pages.widgets.votes.duel_sides import (
    SideChoice,
    default_sides,
    price,
    side_choices,
    sum_estimates,
)
from services import Services

SIDES_AT_MOST: Final = 3
_SIDE_MIN_PX: Final = 300
_QUESTION_HEIGHT_PX: Final = 130
_QUESTION, _BLIND = "duel-question", "duel-blind"
_PROBLEM: Final = "problem with the last duel"
_ON_BLIND: Final = (
    "Names, costs and times stay hidden and the sides are shuffled until you have "
    "voted. Both answers appear together."
)


def duel_form(app: Services) -> None:
    """Draw the form.

    Args:
        app: What answers, at which price.
    """
    st.markdown(
        "One question, two or three answers side by side. Read them, and say which is "
        "better."
    )
    question = st.text_area(
        "Question",
        key=_QUESTION,
        height=_QUESTION_HEIGHT_PX,
        max_chars=LONGEST_QUESTION_CHARS,
        placeholder="Ask something whose answer you can judge",
        persist_state="session",
    )
    estimates = _sides(app, question)
    if problem := st.session_state.pop(_PROBLEM, None):
        failure(st.container(), problem)
    row = st.container(horizontal=True, vertical_alignment="center", gap="medium")
    row.button(
        "Start the duel",
        key="start-duel",
        icon=":material/swords:",
        type="primary",
        on_click=_try_to_start,
        args=(app,),
    )
    row.toggle("Blind", value=True, key=_BLIND, help=_ON_BLIND, persist_state="session")
    row.caption(f"Together {figures.estimate_line(sum_estimates(estimates))}")


def start_duel(
    app: Services,
    question: str,
    sides: Sequence[tuple[MoAConfig, str | None]],
    *,
    blind: bool,
) -> None:
    """Let mixtures answer, and open the duel; where a cap refuses, nothing changes.

    Args:
        app: What answers.
        question: What is asked.
        sides: The mixtures and what they are called; shuffled if it is ``blind``.
        blind: Whether names and costs stay hidden until the vote.

    Raises:
        MoAError: It could not begin; nothing was stored.
    """
    order = shuffled(sides) if blind else list(sides)
    asking = app.asking(session_keys())
    st.query_params[DUEL] = asking.duel(question, order, blind=blind)


def _try_to_start(app: Services) -> None:
    """Begin, or say beside the button why not; the draft stays."""
    try:
        _start(app)
    except MoAError as error:
        st.session_state[_PROBLEM] = error


def _start(app: Services) -> None:
    """Begin with what the widgets say now, be it newer than what was drawn."""
    question = st.session_state[_QUESTION].strip()
    if not question:
        raise ConfigError("A duel needs a question. Write one first.")
    found = side_choices(app)
    picked = [st.session_state[_side_key(place)] for place in range(SIDES_AT_MOST)]
    sides = [found[each] for each in picked if each in found]
    if len(sides) < FEWEST_SIDES:
        raise ConfigError("A duel needs two sides. Choose another one.")
    configs = [side.config for side in sides]
    if any(config in configs[:place] for place, config in enumerate(configs)):
        raise ConfigError("Two sides are the same. Choose another one for one of them.")
    blind = st.session_state[_BLIND]
    start_duel(app, question, [(side.config, side.name) for side in sides], blind=blind)


def _sides(app: Services, question: str) -> list[Estimate]:
    """Draw the choice of each side, and give what each that is chosen will take."""
    found = side_choices(app)
    usual = default_sides(list(found))
    estimates = []
    grid = st.grid("auto", min_column_width=_SIDE_MIN_PX)
    for place in range(SIDES_AT_MOST):
        cell = grid.container(gap="xsmall")
        default = usual[place] if place < len(usual) else None
        if chosen := _side(cell, place, found, default):
            estimates.append(price(app, chosen.config, question))
            _describe(cell, app, chosen.config, estimates[-1])
    return estimates


def _side(
    cell: DeltaGenerator, place: int, found: dict[str, SideChoice], default: str | None
) -> SideChoice | None:
    ids = list(found)
    chosen = cell.selectbox(
        f"Side {letter(place)}",
        ids,
        index=None if default is None else ids.index(default),
        format_func=lambda each: found[each].label,
        placeholder="Nobody; choose a third side if you like",
        key=_side_key(place),
        persist_state="session",
    )
    return found.get(chosen) if chosen else None


def _side_key(place: int) -> str:
    return f"duel-side-{place}"


def _describe(
    cell: DeltaGenerator, app: Services, config: MoAConfig, estimate: Estimate
) -> None:
    """Who answers there, for how much, and what is missing."""
    cell.caption(f"{wording.mixture_line(config)}  \n{figures.estimate_line(estimate)}")
    for need in needs(config, app.endpoints_for(session_keys()).infos()):
        lacks = need.startswith(("the ", "an "))
        sentence = plain_label(f"It needs {need}" if lacks else need, limit=200)
        cell.caption(f":orange[:material/warning:] {sentence}")
