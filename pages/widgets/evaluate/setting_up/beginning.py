"""Opens the form of a new experiment with some of it filled in."""

from collections.abc import Collection, Sequence

import streamlit as st

from moa_core.errors import ConfigError
from moa_core.mixture import MoAConfig
from pages.widgets.evaluate.address import NEW, open_experiment
from pages.widgets.evaluate.setting_up.arms import tick_boxes
from pages.widgets.evaluate.setting_up.mixture import (
    MIXTURE,
    OTHER_MIXTURE,
    offered_mixtures,
)
from pages.widgets.mixture import Choice


def begin_experiment(
    choices: Sequence[Choice],
    mixture: MoAConfig | None,
    boxes: Collection[str],
    *,
    against: MoAConfig | None = None,
) -> None:
    """Open the form; nothing is asked before its start.

    Args:
        choices: Mixtures to choose from.
        mixture: The one that is evaluated, if it can run; ``None`` for the chat's.
        boxes: Comparisons that are ticked, the others are not.
        against: The other mixture that it is compared with.

    Raises:
        ConfigError: One of the two cannot run now.
    """
    offered = offered_mixtures(choices)
    ours, theirs = offered.id_of(mixture), offered.id_of(against)
    if against is not None and not (ours and theirs):
        raise ConfigError(
            "One of the two mixtures cannot run now: connect its endpoints in Settings "
            "first."
        )
    for key, name in ((MIXTURE, ours), (OTHER_MIXTURE, theirs)):
        if name:
            st.session_state[key] = name
    tick_boxes(boxes)
    open_experiment(NEW)
