"""Shows the set of models that looks best, with its reasons and what to do with it."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from moa_core.evaluation import (
    BAND,
    FEWEST_QUESTIONS,
    Suggestion,
    candidates,
    comparable,
    suggestion,
)
from moa_core.experiments import OTHER, mixture_of
from moa_core.mixture import LONGEST_NAME, MoAConfig, Preset, own_name
from moa_core.text import one_line
from pages.widgets.evaluate.choosing.shelf import Shelf
from pages.widgets.evaluate.setting_up import begin_experiment
from pages.widgets.formatting import attempt, percent
from pages.widgets.markdown import plain_label
from pages.widgets.mixture import current_mixture, matching_preset
from services.choosing import Candidates

FEWEST: Final = 2
MOST: Final = 6
USUAL: Final = 3


def suggested_set(
    found: Candidates,
    names: Mapping[str, str],
    opponent: MoAConfig | None,
    shelf: Shelf,
) -> None:
    """Draw the suggestion, or that there is none yet.

    Args:
        found: The models, with what is known of them.
        names: What they are called on the page.
        opponent: The mixture that they were compared with; ``None``: the chat's own is
            what the suggestion is like.
        shelf: Where it is kept as a preset.
    """
    st.header("Suggestion", anchor=False)
    base = opponent or current_mixture()
    models = _possible(found, names)
    if len(models) < FEWEST:
        return
    most = min(MOST, len(models))
    size = st.number_input(
        "Number of proposers",
        FEWEST,
        most,
        min(USUAL, most),
        key=f"suggested-size-{most}",
        width=200,
    )
    suggested = suggestion(found.known, size, base.aggregator.ref)
    if suggested is None:
        return
    with st.container(border=True, key="suggestion"):
        _reasons(names, suggested)
        _buttons(shelf, _mixture(found, suggested, base))


def _possible(found: Candidates, names: Mapping[str, str]) -> list[str]:
    """The models that can be in a set; says so if they are too few."""
    known, _ = comparable(found.known)
    models = candidates({model: found.known.quality[model] for model in known})
    place = st.container(key="no-suggestion")
    if len(known) < FEWEST:
        place.info(
            "Too little is known for a suggestion: it takes two models, each compared "
            f"alone on {FEWEST_QUESTIONS} questions, that answered as many of the same "
            "questions."
        )
    elif len(models) < FEWEST:
        place.info(
            f"{names[models[0]]} wins far more often than each of the others: by more "
            f"than {100 * BAND:.0f} points. No set with weaker models is suggested."
        )
    return models


def _reasons(names: Mapping[str, str], suggested: Suggestion) -> None:
    best = suggested.best
    st.subheader(" + ".join(names[each] for each in best.members), anchor=False)
    lines = [
        f"**{names[model]}**: {'; '.join(reasons)}"
        for model, reasons in suggested.reasons.items()
    ]
    writer = names.get(suggested.aggregator, plain_label(suggested.aggregator))
    lines.append(f"Aggregator **{writer}**: {suggested.why}")
    st.markdown("\n".join(f"- {line}" for line in lines))
    about = (
        f"Together: {percent(best.quality)} won alone on average, "
        f"{percent(best.difference)} different."
    )
    if next_best := suggested.next_best:
        others = " + ".join(names[each] for each in next_best.members)
        about += f" Next best: {others}."
    st.caption(
        f"{about} Good models first, then different ones: a suggestion to test, not a "
        "verdict. Whether they mix well, only an experiment can tell."
    )


def _mixture(found: Candidates, suggested: Suggestion, base: MoAConfig) -> MoAConfig:
    agents = {base.aggregator.ref: base.aggregator} | dict(found.agents)
    proposers = [agents[member] for member in suggested.best.members]
    return mixture_of(proposers, agents[suggested.aggregator], base)


def _buttons(shelf: Shelf, mixture: MoAConfig) -> None:
    """Two clicks: keep it as a preset, and compare it with the present mixture."""
    present, saved = current_mixture(), matching_preset(shelf.choices(), mixture)
    with st.container(horizontal=True, vertical_alignment="center"):
        if saved:
            name = plain_label(saved.preset.title)
            st.caption(f"Saved as the preset “{name}”.", width="content")
        else:
            st.button(
                "Save as preset",
                key="save-suggestion",
                icon=":material/bookmark_add:",
                on_click=attempt,
                args=(_save, shelf, mixture),
            )
        if present == mixture:
            st.caption("This is the present mixture.", width="content")
        elif present.layers:
            st.button(
                "Test against the present mixture",
                key="test-suggestion",
                icon=":material/science:",
                type="primary",
                help="Keeps it as a preset and sets up an experiment. Nothing is asked "
                "before its start.",
                on_click=attempt,
                args=(_test, shelf, mixture, present),
            )


def _save(shelf: Shelf, mixture: MoAConfig) -> None:
    models = " + ".join(own_name(each.model) for each in mixture.layers[0].proposers)
    name = one_line(f"Suggested: {models}", LONGEST_NAME)
    preset = Preset(
        name=name,
        title=name,
        description="Suggested on the page Evaluate, from comparisons of its models.",
        config=mixture,
    )
    shelf.presets.add_all([preset])
    st.toast("Preset saved.", icon=":material/check:")


def _test(shelf: Shelf, mixture: MoAConfig, present: MoAConfig) -> None:
    if matching_preset(shelf.choices(), mixture) is None:
        _save(shelf, mixture)
    begin_experiment(shelf.choices(), mixture, (OTHER,), against=present)
