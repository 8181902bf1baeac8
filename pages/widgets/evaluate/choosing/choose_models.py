"""Shows what experiments and votes tell of models, and a set of them to try."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from moa_core.evaluation import FEWEST_QUESTIONS, Known, comparable, may_judge
from moa_core.experiments import PROPOSAL, WITHOUT, WRITER
from moa_core.mixture import AgentSpec, MoAConfig
from pages.widgets.evaluate.choosing.model_table import (
    MODELS_COMPARED,
    VOTES_COUNTED,
    model_table,
)
from pages.widgets.evaluate.choosing.shelf import Shelf
from pages.widgets.evaluate.choosing.suggested_set import suggested_set
from pages.widgets.evaluate.setting_up import begin_experiment
from pages.widgets.formatting import counted, mixture_line, model_name
from pages.widgets.markdown import horizontal_scroll, plain_label
from pages.widgets.mixture import Choice, matching_preset
from services.choosing import Candidates, Choosing, Source

_ABILITIES: Final = (PROPOSAL, WRITER, WITHOUT)
_NOTHING_KNOWN: Final = (
    "Nothing is known of single models yet. Put the models to choose from into one "
    f"mixture, and start an experiment with {FEWEST_QUESTIONS} questions or more that "
    "compares it with each of them alone, as aggregator and left out. Blind duels of "
    "single models count as well."
)


def choose_models(choosing: Choosing, shelf: Shelf) -> None:
    """Draw what is known of models, what is not, and what to try next."""
    sources, choices = choosing.sources(), shelf.choices()
    if not sources:
        st.container(key="nothing-known-of-models").info(_NOTHING_KNOWN)
        _measure_button(choices, None, primary=True)
        return
    source = _pick_source(sources, choices)
    found = choosing.candidates(source)
    _judge_warning(source)
    table = horizontal_scroll(st.container(key="models-compared"))
    names = _names(found)
    table.markdown(model_table(found, names, source.opponent))
    st.caption(VOTES_COUNTED if source.opponent is None else MODELS_COMPARED)
    suggested_set(found, names, source.opponent, shelf)
    _missing(found.known, names)
    _measure_button(choices, source.opponent, primary=False)


def _pick_source(sources: Sequence[Source], choices: Sequence[Choice]) -> Source:
    if len(sources) == 1:
        st.markdown(_source_label(sources[0], choices))
        return sources[0]
    number = st.selectbox(
        "Known from",
        range(len(sources)),
        format_func=lambda index: _source_label(sources[index], choices),
        help="Figures of different mixtures and judges are never mixed.",
        key="models-source",
    )
    return sources[number]


def _source_label(source: Source, choices: Sequence[Choice]) -> str:
    count = counted(source.comparisons, "comparison")
    if source.opponent is None:
        return f"Scoreboard: {counted(source.comparisons, 'vote')} on single models"
    match = matching_preset(choices, source.opponent)
    name = match.preset.title if match else mixture_line(source.opponent)
    told_by = f"judged by {source.judge}" if source.judge else "your blind votes"
    return plain_label(f"Against {name}: {count}, {told_by}", 200)


def _names(found: Candidates) -> dict[str, str]:
    """What the models are called on the page; those of one name tell their endpoint."""
    own = {ref: model_name(agent) for ref, agent in found.agents.items()}
    names = [*own.values()]
    return {
        ref: name if names.count(name) == 1 else plain_label(ref)
        for ref, name in own.items()
    }


def _judge_warning(source: Source) -> None:
    if not (source.judge and source.opponent):
        return
    models = [agent.model for agent in source.opponent.agents]
    if may_judge(AgentSpec.from_ref(source.judge).model, models) == "related":
        st.container(key="models-judge-warning").warning(
            "The judge is of the family of a model that is compared. Judges favour "
            "their own."
        )


def _missing(known: Known, names: Mapping[str, str]) -> None:
    """Say of which models too little is known, and how much more is needed."""
    _, in_common = comparable(known)
    lacking: dict[str, list[str]] = {}
    for model, more in sorted(known.missing.items()):
        needed = f"{counted(more, 'more comparison')} alone"
        lacking.setdefault(needed, []).append(names[model])
    for model, more in sorted(in_common.items()):
        needed = f"{counted(more, 'more question')} that the others answer, too"
        lacking.setdefault(needed, []).append(names[model])
    if lacking:
        lines = [f"- **{', '.join(each)}**: {more}" for more, each in lacking.items()]
        place = st.container(key="models-missing", gap="xsmall")
        place.markdown("Not known well enough to be suggested:")
        place.markdown("\n".join(lines))


def _measure_button(
    choices: list[Choice], mixture: MoAConfig | None, *, primary: bool
) -> None:
    st.button(
        "Measure models",
        key="measure-models",
        icon=":material/add:",
        type="primary" if primary else "secondary",
        help="Sets up an experiment that compares a mixture with each of its models "
        "alone, as aggregator and left out. Nothing is asked before its start.",
        on_click=begin_experiment,
        args=(choices, mixture, _ABILITIES),
    )
