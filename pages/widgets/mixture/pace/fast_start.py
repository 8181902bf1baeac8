"""Edits whether the answer begins before the drafts are complete."""

from dataclasses import replace
from typing import Final

import streamlit as st

from moa_core.mixture import FAST_START_WAYS, FastStart, FastStartWay, MoAConfig
from pages.widgets.mixture.pace.switch import mode_switch, with_mode
from pages.widgets.mixture.state import mixture_widget

_WAYS: Final[dict[FastStartWay, str]] = {
    "chunks": "Continue as the drafts grow",
    "provisional": "Show a provisional answer first",
}
_EXPLAINED: Final[dict[FastStartWay, str]] = {
    "chunks": "The aggregator reads the drafts piece by piece and continues its text "
    "after each. Every piece is a request of its own, so its prompt is paid several "
    "times; providers that cache prompts charge less for that. Where a model can't "
    "continue its own text, it is asked in further turns.",
    "provisional": "The aggregator answers from the beginnings of the drafts. When "
    "they are complete it says that its answer still stands, or writes a revision, "
    "which is shown as one. That is one more request, or a second answer.",
}


def fast_start_mode(config: MoAConfig) -> None:
    """Whether, and how, the answer begins early."""
    start = config.pace.fast_start
    label = "Begin the answer early (experimental)"
    mode_switch(label, "fast_start", config, FastStart())
    if reason := _no_effect(config):
        st.caption(reason)
        return
    if start is None:
        st.caption(
            "The answer begins in about a third of the time, before the models have "
            "finished their drafts. It costs more, and may be less well considered."
        )
        return
    ways = list(FAST_START_WAYS)
    mixture_widget(
        st.selectbox,
        "How",
        "fast-start-way",
        lambda now, way: with_mode(
            now, fast_start=replace(now.pace.fast_start or FastStart(), way=way)
        ),
        options=ways,
        index=ways.index(start.way),
        format_func=lambda way: _WAYS[way],
    )
    st.caption(_EXPLAINED[start.way])
    if start.way == "chunks" and config.aggregator.effort:
        st.caption(
            "This has no effect here: with a reasoning effort set, the aggregator "
            "thinks before it writes. A provisional answer is possible."
        )


def _no_effect(config: MoAConfig) -> str:
    """Why the switch changes nothing in this mixture, if so."""
    if not config.layers:
        return "This has no effect here: without proposers there are no drafts."
    if config.method == "rank":
        return (
            "This has no effect here: picking the best draft needs all of them "
            "to be complete."
        )
    return ""
