"""Draws the page of a shared link, before anybody signs in: there is nothing to do."""

from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.errors import MoAError
from moa_core.mixture import AgentSpec
from moa_core.text import one_line
from pages.component import Copy, draw_code, run_component, turns_component
from pages.widgets.formatting import SEPARATOR, counted, dates, model_name
from pages.widgets.layout import READABLE_PX
from pages.widgets.markdown import title_label
from pages.widgets.run_feed import shared_name
from services.sharing import OpenedLink, open_link
from storage.runs import StoredRun
from storage.sharing import SharedLink, SharedTurn

NOTHING: Final = (
    "This link shows nothing: it may have ended or been revoked, or be incomplete."
)
AT_ONCE: Final = 20
"""So many questions are drawn at first; more on demand."""

_HEADING_CHARS: Final = 120
_SHOWN: Final = "how many questions of a shared link are shown"
_COUNTED: Final = "shared link whose opening was counted"


def shared_page(token: str) -> None:
    """Draw what the link of a token shows; or that it shows nothing, and no reason."""
    with st.container(key="page-shared"):
        try:
            opened = open_link(token, st.context.ip_address or "")
            if opened is None:
                _nothing()
                return
            _count(opened)
            _draw(token, opened)
        except MoAError:  # whose words may be about what is nobody's business here
            st.title("Not now", anchor=False)
            st.markdown("Polyphony can't show this at the moment. Try it again later.")


def _nothing() -> None:
    st.set_page_config(page_title="Shared with Polyphony")
    st.title("Nothing here", anchor=False)
    st.container(key="shared-nothing").markdown(NOTHING)


def _count(opened: OpenedLink) -> None:
    """Count the opening once a visit; nothing of the visitor is kept."""
    if st.session_state.get(_COUNTED) != opened.link.uid:
        st.session_state[_COUNTED] = opened.link.uid
        opened.count_opening()


def _draw(token: str, opened: OpenedLink) -> None:
    link = opened.link
    _head(link)
    shown = st.session_state.setdefault(_SHOWN, AT_ONCE)
    for place, turn in enumerate(opened.turns(0, shown)):
        _turn(token, link, place, turn)
    if (more := len(link.runs) - shown) > 0:
        st.button(
            f"Show {counted(min(more, AT_ONCE), 'more question')}",
            key="shared-more",
            on_click=_show_more,
        )


def _show_more() -> None:
    st.session_state[_SHOWN] += AT_ONCE


def _head(link: SharedLink) -> None:
    title = one_line(link.title, _HEADING_CHARS)
    st.set_page_config(page_title=f"{title} · Polyphony")
    head = st.container(key="shared-head", horizontal_alignment="center")
    box = head.container(width=READABLE_PX, gap="xsmall")
    box.title(title_label(title, _HEADING_CHARS), anchor=False)
    when = dates.day_and_clock(link.created_at)
    box.caption(f"Shared with Polyphony{SEPARATOR}{when}")


def _turn(token: str, link: SharedLink, place: int, turn: SharedTurn) -> None:
    box = st.container(key=f"shared-{place}")
    told = {
        "turn": f"shared-{place}",
        "number": place + 1,
        "question": turn.question,
        "fixed": True,
    }
    turns_component(
        box,
        [told],
        busy=True,
        longest=0,
        key=f"shared-{place}-asked",
        on_asked=lambda _: None,
    )
    data = {
        "run": shared_name(token, place),
        "live": False,
        "lookOnly": True,
        "demo": turn.run.state.config.is_demo,
        "turn": f"shared-{place}",
        "heading": one_line(turn.question, _HEADING_CHARS),
        "about": f"question {place + 1}",
        "missing": NOTHING,
    }
    run_component(box, data, key=f"shared-{place}-run")
    if link.shows_prompts:
        _prompts(box, place, turn.run)


def _prompts(place: DeltaGenerator, number: int, run: StoredRun) -> None:
    """What each model was told about its role, folded."""
    config = run.state.config
    told: dict[tuple[str, str], AgentSpec] = {
        (agent.model, agent.system_prompt): agent
        for agent in config.agents
        if agent.system_prompt
    }
    if not told:
        return
    middle = place.container(horizontal_alignment="center")
    box = middle.container(width=READABLE_PX).expander("System prompts")
    for at, ((_, prompt), agent) in enumerate(told.items()):
        box.caption(model_name(agent))
        copy = Copy(f"system prompt {at + 1}")
        draw_code(box, prompt, f"shared-{number}-prompt-{at}", copy)
