"""Lets the user choose who judges, and warns of a judge of the family."""

from collections.abc import Iterable
from typing import Final

import streamlit as st

from moa_core.errors import ConfigError
from moa_core.evaluation import JudgePrompt, may_judge, shipped_prompt
from moa_core.experiments import judge_of
from moa_core.mixture import AgentSpec
from moa_core.plan import may_think
from pages.widgets.markdown import plain_label

NOBODY: Final = "nobody"
_SYSTEM: Final = "experiment-judge-prompt"
_FITNESS: Final = ("yes", "unknown", "related")
"""In the order in which judges are offered."""


def pick_judge(refs: list[str], answering: Iterable[AgentSpec]) -> AgentSpec | None:
    """Draw the choice of a judge, unrelated models first; ``None``: votes alone."""
    models = [agent.model for agent in answering]

    def fitness(ref: str) -> str:
        return may_judge(AgentSpec.from_ref(ref).model, models)

    known = {ref: fitness(ref) for ref in refs}
    offered = sorted(refs, key=lambda ref: _FITNESS.index(known[ref]))

    def label(ref: str) -> str:
        if ref == NOBODY:
            return "No judge, only my votes"
        related = known[ref] == "related"
        return f"{ref} (related to the mixture)" if related else ref

    ref = st.selectbox(
        "Judge",
        [*offered, NOBODY],
        format_func=label,
        help="Reads every pair of answers twice, with the places exchanged.",
        key="experiment-judge",
    )
    if ref == NOBODY:
        return None
    _warn(known[ref], plain_label(AgentSpec.from_ref(ref).model))
    return judge_of(ref, thinks=may_think(AgentSpec.from_ref(ref)))


def _warn(fitness: str, name: str) -> None:
    place = st.container(key="judge-warning")
    if fitness == "related":
        place.warning(
            f"{name} is of the family of a model that answers, and may favour it. "
            "The result will say so. Choose another judge if you can."
        )
    elif fitness == "unknown":
        place.caption(
            f"Who made {name} is not known, so it may be related to a model that "
            "answers."
        )


def pick_prompt() -> JudgePrompt:
    """Draw what the judge is told, to be read and changed.

    Raises:
        ConfigError: There are no instructions.
    """
    shipped = shipped_prompt("pair")
    with st.expander("What the judge is told", key="experiment-prompt"):
        system = st.text_area(
            "Instructions", shipped.system, height=220, max_chars=8000, key=_SYSTEM
        )
        st.caption("The question, both answers and the form of the reply follow:")
        st.code(shipped.user, language=None, wrap_lines=True)
    if not system.strip():
        raise ConfigError("Tell the judge what to do.")
    return JudgePrompt(
        task="pair", system=system, user=shipped.user, again=shipped.again
    )
