"""Lets the user choose what the mixture is compared with, and says what each tells."""

from collections.abc import Collection
from typing import Final

import streamlit as st

from moa_core.experiments import (
    ALONE,
    MIXTURE,
    ONE_MODEL,
    OTHER,
    PLACEBO,
    PROPOSAL,
    WITHOUT,
    WRITER,
    Arm,
    arms_of_models,
    arms_without,
    arms_without_earlier,
)
from moa_core.mixture import AgentSpec, MoAConfig
from pages.widgets.formatting import model_name

_BOX: Final = "experiment-arm-"
_EARLIER: Final = "earlier"
"""Stands for every arm that leaves a seat of an earlier layer out."""

_USUAL: Final = (ALONE, PLACEBO)
_TELLS: Final = {
    ALONE: "Is the mixture better than its aggregator alone?",
    ONE_MODEL: "Do different models help, or just more calls? "
    "As many calls as the mixture, all to one model.",
    PLACEBO: "Does it matter what the drafts say? "
    "Also shows whether the judge can tell.",
    OTHER: "Which of two mixtures is better?",
    PROPOSAL: "Is the mixture better than each of its models? "
    "Drafts of layer 1 count as answers: only the judge is asked.",
    WRITER: "Who writes best from the same drafts? One more answer for each model.",
    WITHOUT: "Which model is not missed? One more answer for each model.",
    _EARLIER: "Which model of an earlier layer is not missed? "
    "The layers after it answer again, once for each model.",
}


def pick_arms(mixture: MoAConfig, questions: int | None) -> tuple[Arm, ...]:
    """Draw a box for each comparison that this mixture allows; B is always in it.

    Args:
        mixture: Which is compared.
        questions: On how many; ``None`` if that is not known yet.
    """
    names = {
        ALONE: f"{model_name(mixture.aggregator)} alone",
        ONE_MODEL: "One model in every seat",
        PLACEBO: "The mixture, with drafts of another question",
        OTHER: "Another mixture",
        PROPOSAL: "Each of its models alone",
        WRITER: "The mixture, with each of its models as aggregator",
        WITHOUT: "The mixture, without one of its models",
        _EARLIER: "The mixture, without one model of an earlier layer",
    }
    arms = {
        ALONE: (ALONE,),
        ONE_MODEL: (ONE_MODEL,),
        PLACEBO: () if mixture.method == "rank" else (PLACEBO,),
        OTHER: (OTHER,),
        PROPOSAL: arms_of_models(mixture, PROPOSAL),
        WRITER: arms_of_models(mixture, WRITER),
        WITHOUT: arms_without(mixture),
        _EARLIER: arms_without_earlier(mixture),
    }
    chosen: set[Arm] = {MIXTURE}
    with st.container(gap="xsmall", key="experiment-arms"):
        st.markdown("Compare the mixture with")
        for box in (box for box in names if arms[box]):
            if box == PROPOSAL:
                st.markdown("To choose models, compare it with")
            if box == PLACEBO and questions == 1:
                st.checkbox(names[box], key=f"{_BOX}D-not", disabled=True)
                st.caption("Needs another question: choose at least 2.")
                continue
            key = f"{_BOX}{box}"
            st.session_state.setdefault(key, box in _USUAL)
            ticked = st.checkbox(names[box], key=key, persist_state="session")
            st.caption(_TELLS[box])
            if ticked:
                chosen |= set(arms[box])
    return tuple(sorted(chosen))


def tick_boxes(boxes: Collection[str]) -> None:
    """Let the form begin with these comparisons and no others."""
    for box in _TELLS:
        st.session_state[f"{_BOX}{box}"] = box in boxes


def pick_one_model(mixture: MoAConfig) -> AgentSpec:
    """Draw the choice of who sits in every seat of arm C: a model of the mixture."""
    agents = list(dict.fromkeys([mixture.aggregator, *mixture.agents]))
    number = st.selectbox(
        "Model in every seat",
        range(len(agents)),
        format_func=lambda index: model_name(agents[index]),
        help="The best of them by itself makes the fairest comparison.",
        key="experiment-one-model",
    )
    return agents[number]
