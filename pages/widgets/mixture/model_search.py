"""Searches all models, with price, context, endpoint, and whether they were used."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from moa_core.mixture import AgentSpec, own_name
from pages.widgets.formatting import SEPARATOR, distinct_labels
from pages.widgets.models import ModelFacts

PickModel = Callable[[str], object]
"""Takes over a model that was picked, ``endpoint/model``."""


@dataclass(frozen=True, slots=True)
class ModelSearch:
    """All models that can be chosen, each with what one chooses by.

    Attributes:
        facts: Looks them up.
        labels: What stands in the list, by ``endpoint/model``.
    """

    facts: ModelFacts
    labels: dict[str, str]

    @classmethod
    def of(cls, facts: ModelFacts, used: frozenset[str]) -> "ModelSearch":
        """Those of ``facts``; models whose name is in ``used`` have answered before."""
        refs = sorted(facts.refs, key=lambda ref: ref.partition("/")[2] not in used)
        return cls(
            facts, distinct_labels({ref: _label(facts, ref, used) for ref in refs})
        )

    def draw(self, key: str, label: str, pick: PickModel) -> None:
        """Draw a field in which one types; Enter takes the best match.

        Args:
            key: Of the widget; it stays, so that the next model can be typed at once.
            label: What is picked, for example "Add a model to layer 1".
            pick: Called with the model.
        """

        def take() -> None:
            ref, st.session_state[key] = st.session_state[key], None
            if ref is not None:
                pick(ref)

        st.selectbox(
            label,
            list(self.labels),
            index=None,
            format_func=lambda ref: self.labels.get(ref, ref),
            key=key,
            placeholder=f"{label} …",
            label_visibility="collapsed",
            on_change=take,
        )


def _label(facts: ModelFacts, ref: str, used: frozenset[str]) -> str:
    agent = AgentSpec.from_ref(ref)
    parts = [own_name(agent.model), agent.endpoint, facts.line(agent)]
    if agent.model in used:
        parts.append("used before")
    return SEPARATOR.join(parts).replace("\\", "")
