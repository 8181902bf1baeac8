"""Says what will not work in a mixture before anything is asked or paid."""

from collections.abc import Iterator

import streamlit as st

from moa_core.messages import Question
from moa_core.mixture import MoAConfig, needs, with_replacements
from moa_core.plan import longest_prompts
from moa_core.providers import Endpoints
from pages.widgets.markdown import plain_label
from pages.widgets.mixture.state import change_mixture, current_mixture


def mixture_problems(endpoints: Endpoints) -> None:
    """Say what the mixture lacks, and offer what can be done at once."""
    config = current_mixture()
    for problem in (*needs(config, endpoints.infos()), *_too_long(config, endpoints)):
        mixture_caveat(problem)
    if with_replacements(config) != config:
        st.button(
            "Replace retired models",
            key="replace-retired",
            icon=":material/auto_fix_high:",
            help="Puts a current model in the place of each that was retired.",
            on_click=change_mixture,
            args=(with_replacements,),
        )


def mixture_caveat(problem: str) -> None:
    """Say one thing that a mixture lacks, or a whole sentence about it."""
    lacks = problem.startswith(("the ", "an "))
    sentence = f"It needs {problem}" if lacks else problem
    st.caption(f":orange[:material/warning:] {plain_label(sentence, limit=200)}")


def _too_long(config: MoAConfig, endpoints: Endpoints) -> Iterator[str]:
    """Models whose context is smaller than what they may have to read and write."""
    for agent, tokens in longest_prompts(config, (Question("").message,)).items():
        holds = endpoints.models_of(agent.endpoint).context_tokens(agent.model)
        if holds is not None and tokens > holds:
            yield (
                f"{agent.model} holds {holds:,} tokens, and may have to read and write "
                f"{tokens:,}: fewer proposals or a shorter answer would fit"
            )
