"""Edits whom a mixture waits for: the quorum of its layers, and second requests."""

from dataclasses import replace
from typing import Final

import streamlit as st

from moa_core.mixture import Hedging, MoAConfig, Quorum
from pages.widgets.mixture.pace.switch import mode_switch, with_mode
from pages.widgets.mixture.state import mixture_widget

SHARES: Final = (1 / 2, 2 / 3, 3 / 4, 5 / 6)
CEILINGS: Final = (0.25, 0.5, 1.0, 2.0)

_SHARE_LABELS: Final = {
    1 / 2: "half", 2 / 3: "two thirds", 3 / 4: "three quarters", 5 / 6: "five sixths"
}  # fmt: skip


def quorum_mode(config: MoAConfig) -> None:
    """Whether layers go on without slow models, and how patient they are."""
    quorum = config.pace.quorum
    mode_switch("Don't wait for slow models", "quorum", config, Quorum())
    st.caption(
        "Once most models of a layer have answered, those that are far behind aren't "
        "waited for. Their answers are kept and paid, and you can still bring them in. "
        "Layers with up to three models wait for all."
    )
    if not quorum:
        return
    with st.container(horizontal=True, gap="medium"):
        mixture_widget(
            st.selectbox,
            "Models that must have answered",
            "quorum-share",
            lambda now, share: _with_quorum(now, share=share),
            options=_with_own(SHARES, quorum.share),
            index=_with_own(SHARES, quorum.share).index(quorum.share),
            format_func=lambda share: _SHARE_LABELS.get(share, f"{share:.0%}"),
        )
        mixture_widget(
            st.selectbox,
            "Wait at most",
            "quorum-ceiling",
            lambda now, ceiling: _with_quorum(now, ceiling=ceiling),
            options=_with_own(CEILINGS, quorum.ceiling),
            index=_with_own(CEILINGS, quorum.ceiling).index(quorum.ceiling),
            format_func=lambda share: f"{share:.0%} longer",
            help="For models that are about to finish, as a share of the time that the "
            "others took.",
        )


def hedging_mode(config: MoAConfig) -> None:
    """Whether somebody else is asked too when the aggregator stays silent."""
    hedging = config.pace.hedging
    mode_switch("Ask twice when nothing comes", "hedging", config, Hedging())
    other = "the fallback" if config.fallbacks else "the same model again"
    st.caption(
        "When the aggregator is silent for three times as long as usual, at least two "
        f"seconds, {other} is asked too. The first to write answers; the other request "
        "is closed, and its prompt may be paid."
    )
    if hedging:
        mixture_widget(
            st.checkbox,
            "Also for proposers, at most one call in ten",
            "hedging-proposers",
            lambda now, on: with_mode(
                now, hedging=replace(now.pace.hedging or Hedging(), proposers=on)
            ),
            value=hedging.proposers,
        )


def _with_quorum(
    config: MoAConfig, share: float | None = None, ceiling: float | None = None
) -> MoAConfig:
    quorum = config.pace.quorum or Quorum()
    longest = quorum.ceiling if ceiling is None else ceiling
    changed = replace(
        quorum,
        share=quorum.share if share is None else share,
        floor=min(quorum.floor, longest),
        ceiling=longest,
    )
    return with_mode(config, quorum=changed)


def _with_own(usual: tuple[float, ...], own: float) -> list[float]:
    """What is offered, with what the mixture has from a file."""
    return sorted({*usual, own})
