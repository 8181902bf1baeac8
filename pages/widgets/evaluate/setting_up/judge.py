"""Lets the user choose who judges, and warns of a judge of the family."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import streamlit as st

from moa_core.errors import ConfigError
from moa_core.evaluation import JudgePrompt, JudgeTask, may_judge, shipped_prompt
from moa_core.experiments import judge_of
from moa_core.mixture import AgentSpec, may_think
from pages.widgets.markdown import plain_label

NOBODY: Final = "nobody"
_FITNESS: Final = ("yes", "unknown", "related")
"""In the order in which judges are offered."""

_PAIRS: Final = "Reads every pair of answers twice, with the places exchanged."
_GRADES: Final = "Reads every answer by itself and grades it."
_FOLLOWS: Final = {
    "pair": "The question, both answers and the form of the reply follow:",
    "single": "The question, the answer and the form of the reply follow:",
    "skills": "The question, the answer, three skills and the form of the reply "
    "follow:",
}


def pick_judge(
    name: str, refs: list[str], answering: Iterable[AgentSpec], task: JudgeTask
) -> AgentSpec:
    """Draw the choice of a judge, unrelated models first.

    Args:
        name: What is judged, in keys.
        refs: Models that can judge.
        answering: Who writes the answers.
        task: What the judge does.

    Raises:
        ConfigError: There is no model.
    """
    if not refs:
        raise ConfigError("There is no model that can judge. Connect one in Settings.")
    judge = _pick(name, refs, (), answering, task)
    if judge is None:
        raise ConfigError("Choose a judge.")
    return judge


def pick_judge_or_nobody(
    name: str, refs: list[str], answering: Iterable[AgentSpec]
) -> AgentSpec | None:
    """Draw the choice of a judge of pairs; ``None``: votes alone."""
    return _pick(name, refs, (NOBODY,), answering, "pair")


def _pick(
    name: str,
    refs: list[str],
    others: tuple[str, ...],
    answering: Iterable[AgentSpec],
    task: JudgeTask,
) -> AgentSpec | None:
    models = [agent.model for agent in answering]
    known = {ref: may_judge(AgentSpec.from_ref(ref).model, models) for ref in refs}
    offered = sorted(refs, key=lambda ref: _FITNESS.index(known[ref]))

    def label(ref: str) -> str:
        if ref == NOBODY:
            return "No judge, only my votes"
        return f"{ref} (related)" if known[ref] == "related" else ref

    ref = st.selectbox(
        "Judge",
        [*offered, *others],
        format_func=label,
        help=_PAIRS if task == "pair" else _GRADES,
        key=f"{name}-judge",
    )
    if ref == NOBODY:
        return None
    agent = AgentSpec.from_ref(ref)
    _warn(known[ref], plain_label(agent.model))
    return judge_of(ref, thinks=may_think(agent))


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


def pick_prompt(name: str, task: JudgeTask) -> JudgePrompt:
    """Draw what the judge is told, to be read and changed.

    Args:
        name: What is judged, in keys.
        task: What the judge does.

    Raises:
        ConfigError: There are no instructions.
    """
    shipped = shipped_prompt(task)
    with st.expander("What the judge is told", key=f"{name}-prompt"):
        system = st.text_area(
            "Instructions",
            shipped.system,
            height=220,
            max_chars=8000,
            key=f"{name}-judge-prompt-{task}",
        )
        st.caption(_FOLLOWS[task])
        st.code(
            shipped.user.replace("{turns}", shipped.turn),
            language=None,
            wrap_lines=True,
        )
    if not system.strip():
        raise ConfigError("Tell the judge what to do.")
    return replace(shipped, system=system)
