"""Says what will not work in a mixture before anything is asked or paid."""

from collections.abc import Iterator, Sequence

import streamlit as st

from moa_core.messages import Question
from moa_core.mixture import MoAConfig, Need, needs, own_name, with_replacements
from moa_core.plan import longest_prompts
from moa_core.providers import Endpoints
from pages.widgets.formatting import counted
from pages.widgets.markdown import plain_label
from pages.widgets.mixture.state import change_mixture, current_mixture
from pages.widgets.models import ADD_ENDPOINT


def mixture_problems(endpoints: Endpoints, place: str = "form") -> None:
    """Say what the mixture lacks, and offer what can be done at once.

    Args:
        endpoints: As this browser session sees them.
        place: Where on the page this is; part of the keys.
    """
    config = current_mixture()
    found = needs(config, endpoints.infos())
    for need in found:
        mixture_caveat(need.sentence)
    for problem in _too_long(config, endpoints):
        mixture_caveat(problem)
    with st.container(horizontal=True, gap="small", key=f"fixes-{place}"):
        _replace_button(found, place)
        _settings_link(found, place)


def mixture_caveat(problem: str) -> None:
    """Say one thing that a mixture lacks."""
    st.caption(f":orange[:material/warning:] {plain_label(problem, limit=200)}")


def mixture_warning(endpoints: Endpoints) -> None:
    """Say in one line, beside the next question, why it can't be answered as it is.

    With a model for each that can't be asked, or the way to Settings, by one click.
    """
    found = needs(current_mixture(), endpoints.infos())
    if not found:
        return
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="mixture-warning"
    ):
        others = f" And {len(found) - 1} more." if len(found) > 1 else ""
        mixture_caveat(f"{found[0].sentence}{others}")
        _replace_button(found, "composer")
        _settings_link(found, "composer")


def _replace_button(found: Sequence[Need], place: str) -> None:
    """Offer a model for each that cannot be asked, all of them by one click."""
    instead = {need.agent.ref: need.replacement for need in found if need.replacement}
    if not instead:
        return
    label = f"Replace {counted(len(instead), 'model')}"
    if len(instead) == 1:
        [(_, ref)] = instead.items()
        label = f"Use {own_name(ref.partition('/')[2])}"
    st.button(
        plain_label(label, limit=60),
        key=f"replace-missing-{place}",
        icon=":material/auto_fix_high:",
        help="Puts a current model in the place of each that can't be asked.",
        on_click=change_mixture,
        args=(lambda config: with_replacements(config, found),),
    )


def _settings_link(found: Sequence[Need], place: str) -> None:
    """Lead to where a missing key or endpoint is entered."""
    missing = [need for need in found if need.kind in ("key", "endpoint")]
    to_add = [need.agent.endpoint for need in missing if need.kind == "endpoint"]
    if missing:
        with st.container(key=f"to-settings-{place}", width="content"):
            st.page_link(
                "settings.py",
                label="Settings",
                icon=":material/settings:",
                query_params={ADD_ENDPOINT: to_add[0]} if to_add else None,
            )


def _too_long(config: MoAConfig, endpoints: Endpoints) -> Iterator[str]:
    """Models whose context is smaller than what they may have to read and write."""
    for agent, tokens in longest_prompts(config, (Question("").message,)).items():
        holds = endpoints.models_of(agent.endpoint).context_tokens(agent.model)
        if holds is not None and tokens > holds:
            yield (
                f"{agent.model} has a context of {holds:,} tokens but may need "
                f"{tokens:,}: use fewer proposals or a shorter answer."
            )
