"""Draws the form that begins a duel: its question, its sides, and their price."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from moa_core.errors import ConfigError, MoAError
from moa_core.messages import Question, as_asked
from moa_core.mixture import MoAConfig, needs
from moa_core.plan import Estimate, estimate
from moa_core.providers import Endpoints
from moa_core.text import one_line
from moa_core.usage import FREE
from moa_core.votes import FEWEST_SIDES
from pages.widgets.compare import letter
from pages.widgets.formatting import (
    distinct_labels,
    failure,
    figures,
    said_once,
    say_once,
    wording,
)
from pages.widgets.layout import DUEL, LONGEST_QUESTION_CHARS
from pages.widgets.mixture import (
    agent_like_others,
    available_presets,
    current_mixture,
    matching_preset,
    mixture_caveat,
    pick_labels,
    preset_labels,
)
from pages.widgets.models import model_refs
from pages.widgets.votes.attached import attached_to_duel, files_of_duel
from pages.widgets.votes.blinding import in_random_order
from services.asking import Asking
from storage.presets import Presets

SIDES_AT_MOST: Final = 3
CURRENT_MIXTURE: Final = "hand"
_LONGEST_LABEL: Final = 60
_SIDE_MIN_PX: Final = 260
_QUESTION_HEIGHT_PX: Final = 130
_QUESTION, _BLIND = "duel-question", "duel-blind"
_PROBLEM: Final = "problem with the last duel"
_ON_BLIND: Final = (
    "Sides are shuffled, and names, costs and times stay hidden until you vote. All "
    "answers appear at once."
)


@dataclass(frozen=True, slots=True)
class SideChoice:
    """Something that answers a question.

    Attributes:
        label: What the user reads; plain text.
        name: What its run will be called; ``None`` for what has no name.
    """

    label: str
    config: MoAConfig
    name: str | None


def duel_form(asking: Asking, presets: Presets) -> None:
    """Draw the form."""
    st.markdown(
        "Ask one question, read two or three answers side by side, and vote for the "
        "best."
    )
    question = st.text_area(
        "Question",
        key=_QUESTION,
        height=_QUESTION_HEIGHT_PX,
        max_chars=LONGEST_QUESTION_CHARS,
        placeholder="Ask something whose answer you can judge",
        persist_state="session",
    )
    files = attached_to_duel()
    estimates = _draw_sides(asking, presets, Question(question, files))
    place = st.empty()  # so that what follows never changes its place
    if problem := said_once(_PROBLEM):
        failure(place.container(key="duel-problem"), problem)
    row = st.container(horizontal=True, vertical_alignment="center", gap="medium")
    row.button(
        "Start duel",
        key="start-duel",
        icon=":material/swords:",
        type="primary",
        on_click=_submit,
        args=(asking, presets),
    )
    row.toggle("Blind", value=True, key=_BLIND, help=_ON_BLIND, persist_state="session")
    price = row.container(key="duel-price")
    price.caption(f"Total: {figures.estimate_line(sum_estimates(estimates))}")


def start_duel(
    asking: Asking,
    question: Question,
    sides: Sequence[tuple[MoAConfig, str | None]],
    *,
    blind: bool,
) -> None:
    """Let mixtures, each with its name, answer one question, and open the duel.

    Of a ``blind`` one the sides are shuffled, and hidden until the vote.

    Raises:
        MoAError: It could not begin; nothing was stored.
    """
    order = in_random_order(sides) if blind else list(sides)
    st.query_params[DUEL] = asking.start_duel(question, order, blind=blind)


def _submit(asking: Asking, presets: Presets) -> None:
    """Begin with what the widgets say now, be it newer than what was drawn.

    What cannot be is said beside the button, and the draft stays.
    """
    question = as_asked(st.session_state[_QUESTION])
    choices = side_choices(presets, asking.endpoints)
    picked = [st.session_state[_side_key(place)] for place in range(SIDES_AT_MOST)]
    sides = [choices[id] for id in picked if id in choices]
    configs = [side.config for side in sides]
    try:
        files = files_of_duel()
        if not question and not files:
            raise ConfigError("Enter a question for the duel.")
        if len(sides) < FEWEST_SIDES:
            raise ConfigError("Choose at least two sides.")
        if any(config in configs[:place] for place, config in enumerate(configs)):
            raise ConfigError("Two sides are the same. Change one of them.")
        named = [(side.config, side.name) for side in sides]
        asked, blind = Question(question, files), st.session_state[_BLIND]
        start_duel(asking, asked, named, blind=blind)
    except MoAError as error:
        say_once(_PROBLEM, error)


def side_choices(presets: Presets, endpoints: Endpoints) -> dict[str, SideChoice]:
    """Everything that can stand on a side: mixtures first, then models.

    By what names it in the session: ``hand``, a preset's id, or ``model:REF``. A model
    answers alone with the settings of the current mixture.
    """
    mixture, available = current_mixture(), available_presets(presets, endpoints)
    same = matching_preset(available, mixture)
    title = same.preset.title if same else None
    label = f"Current mixture: {title or 'custom'}"
    sides = {CURRENT_MIXTURE: SideChoice(label, mixture, title)}
    labels = preset_labels(available)
    for choice in available:
        title, label = choice.preset.title, labels[choice.id]
        sides[choice.id] = SideChoice(label, choice.preset.config, title)
    refs = model_refs(endpoints)
    model_label = pick_labels(refs)
    for ref in refs:
        label = one_line(f"Single model: {model_label(ref)}", _LONGEST_LABEL)
        alone = MoAConfig(layers=(), aggregator=agent_like_others(mixture, ref))
        sides[_model_id(ref)] = SideChoice(label, alone, None)
    return sides


def sum_estimates(estimates: Sequence[Estimate]) -> Estimate:
    """What several runs will probably take together."""
    inputs = [each.input_tokens for each in estimates]
    outputs = [each.output_tokens for each in estimates]
    return Estimate(
        calls=sum(each.calls for each in estimates),
        low=sum((each.low for each in estimates), FREE),
        high=sum((each.high for each in estimates), FREE),
        input_tokens=(sum(low for low, _ in inputs), sum(high for _, high in inputs)),
        output_tokens=(
            sum(low for low, _ in outputs),
            sum(high for _, high in outputs),
        ),
        fewest_calls=sum(
            each.calls if each.fewest_calls is None else each.fewest_calls
            for each in estimates
        ),
    )


def _draw_sides(asking: Asking, presets: Presets, question: Question) -> list[Estimate]:
    """Draw each side: its choice, its price, and what it lacks; give the prices."""
    choices = side_choices(presets, asking.endpoints)
    infos, sees = asking.endpoints.infos(), asking.sees_images()
    # The current mixture against its own aggregator alone.
    ids, alone = list(choices), _model_id(current_mixture().aggregator.ref)
    defaults = (CURRENT_MIXTURE, alone if alone in ids else ids[-1])
    estimates = []
    labels = distinct_labels({id: each.label for id, each in choices.items()})
    grid = st.grid("auto", min_column_width=_SIDE_MIN_PX)
    for place in range(SIDES_AT_MOST):
        cell = grid.container(gap="xsmall", key=f"duel-cell-{place}")
        chosen = cell.selectbox(
            f"Side {letter(place)}",
            ids,
            index=ids.index(defaults[place]) if place < len(defaults) else None,
            format_func=labels.__getitem__,
            placeholder="None (optional)",
            key=_side_key(place),
            persist_state="session",
        )
        if chosen in choices:
            config = choices[chosen].config
            asked = (question.message,)
            estimates.append(estimate(config, asked, asking.prices, sees=sees))
            price = figures.estimate_line(estimates[-1])
            cell.caption(f"{wording.mixture_line(config)}  \n{price}")
            with cell:
                for need in needs(config, infos):
                    mixture_caveat(need.sentence)
    return estimates


def _side_key(place: int) -> str:
    return f"duel-side-{place}"


def _model_id(ref: str) -> str:
    return f"model:{ref}"
