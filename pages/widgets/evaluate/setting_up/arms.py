"""Lets the user choose what the mixture is compared with, and says what each tells."""

from typing import Final

import streamlit as st

from moa_core.experiments import ALONE, MIXTURE, ONE_MODEL, PLACEBO, Protocol
from moa_core.mixture import AgentSpec, MoAConfig
from pages.widgets.formatting import model_name

WITHOUT: Final = "E"
"""Stands for every arm that leaves one seat out."""

_USUAL: Final = (ALONE, PLACEBO)
_TELLS: Final = {
    ALONE: "Is the mixture better than its aggregator alone?",
    ONE_MODEL: "Do different models help, or just more calls? "
    "As many calls as the mixture, all to one model.",
    PLACEBO: "Does it matter what the drafts say? "
    "Also shows whether the judge can tell.",
    WITHOUT: "Which model is not missed? One more answer for each model.",
}


def pick_arms(mixture: MoAConfig) -> tuple[str, ...]:
    """Draw a box for each comparison that this mixture allows; B is always in it."""
    without = Protocol.possible_without(mixture)
    names = {
        ALONE: f"{model_name(mixture.aggregator)} alone",
        ONE_MODEL: "One model in every seat",
        PLACEBO: "The mixture, with drafts of another question",
        WITHOUT: "The mixture, without one of its models",
    }
    possible = {ALONE: True, ONE_MODEL: True}
    possible[PLACEBO] = mixture.method != "rank"
    possible[WITHOUT] = bool(without)
    chosen: set[str] = {MIXTURE}
    with st.container(gap="xsmall", key="experiment-arms"):
        st.markdown("Compare the mixture with")
        for arm in filter(possible.get, names):
            ticked = st.checkbox(
                names[arm],
                value=arm in _USUAL,
                key=f"experiment-arm-{arm}",
                persist_state="session",
            )
            st.caption(_TELLS[arm])
            if ticked:
                chosen |= set(without) if arm == WITHOUT else {arm}
    return tuple(sorted(chosen))


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
