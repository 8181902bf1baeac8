"""Lets the user choose the mixture that is to be evaluated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from moa_core.errors import ConfigError
from moa_core.mixture import MoAConfig
from pages.widgets.formatting import mixture_line
from pages.widgets.mixture import (
    Choice,
    current_mixture,
    matching_preset,
    mixture_gap,
    preset_labels,
)

MIXTURE: Final = "experiment-mixture"
OTHER_MIXTURE: Final = "experiment-other"
CURRENT: Final = "current"
"""Stands for the mixture of the chat where no preset is that."""


@dataclass(frozen=True, slots=True)
class Offered:
    """The mixtures that can run, the one of the chat among them.

    Attributes:
        labels: What each is called, by id.
        mixtures: What each is, by id.
    """

    labels: Mapping[str, str]
    mixtures: Mapping[str, MoAConfig]

    def id_of(self, mixture: MoAConfig | None) -> str | None:
        """Names a mixture; ``None`` if it cannot run."""
        ids = (name for name, each in self.mixtures.items() if each == mixture)
        return next(ids, None)


def offered_mixtures(choices: Sequence[Choice]) -> Offered:
    """The presets that can run, and the mixture of the chat if it is none of them."""
    able = [each for each in choices if not each.missing and each.preset.config.layers]
    labels, mixtures = preset_labels(able), {c.id: c.preset.config for c in able}
    selected = current_mixture()
    if matching_preset(able, selected) or not selected.layers or mixture_gap():
        return Offered(labels, mixtures)
    return Offered(
        {CURRENT: "The mixture of the chat", **labels}, {CURRENT: selected, **mixtures}
    )


def pick_mixture(choices: Sequence[Choice]) -> tuple[str, MoAConfig]:
    """Draw the choice of a mixture that can run; the one of the chat first.

    There is always one: simulated models need no key.

    Returns:
        What it is called, and the mixture.
    """
    offered = offered_mixtures(choices)
    chosen = _pick("Mixture", [*offered.labels], offered, MIXTURE)
    return offered.labels[chosen], offered.mixtures[chosen]


def pick_other_mixture(choices: Sequence[Choice], mixture: MoAConfig) -> MoAConfig:
    """Draw the choice of another mixture, the one of the chat first.

    Raises:
        ConfigError: There is no other one.
    """
    offered = offered_mixtures(choices)
    ids = [each for each in offered.labels if offered.mixtures[each] != mixture]
    if not ids:
        raise ConfigError("There is no other mixture. Make one in Presets first.")
    return offered.mixtures[_pick("Other mixture", ids, offered, OTHER_MIXTURE)]


def _pick(label: str, ids: list[str], offered: Offered, key: str) -> str:
    """Draw a list of mixtures, with what the chosen one is made of below."""
    if st.session_state.get(key) not in ids:
        chats_own = offered.id_of(current_mixture())
        st.session_state[key] = chats_own if chats_own in ids else ids[0]
    chosen = st.selectbox(label, ids, format_func=offered.labels.__getitem__, key=key)
    st.caption(mixture_line(offered.mixtures[chosen]))
    return chosen
