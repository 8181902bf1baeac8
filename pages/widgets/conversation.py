"""The open conversation: which one it is, and how its turns are drawn."""

from dataclasses import dataclass

import streamlit as st

from moa_core.config import MoAConfig
from moa_core.live import LiveRun
from pages.widgets.connect import session_keys
from pages.widgets.live_text import LiveText
from pages.widgets.mixture_state import use_mixture
from pages.widgets.preset_choice import unchanged_name
from pages.widgets.run_view import READABLE_PX, RunView
from services import Services
from storage.conversations import Conversation, Turn
from storage.errors import NotFoundError

CONVERSATION = "c"
"""Names the open conversation in the address."""

_MIXTURE_OF = "conversation whose mixture is in the form"


def open_conversation(app: Services) -> Conversation | None:
    """The conversation that the page's address names, or ``None`` for a new one."""
    uid = st.query_params.get(CONVERSATION)
    if uid is None:
        return None
    try:
        conversation = app.conversations.load(uid)
    except NotFoundError:
        st.query_params.pop(CONVERSATION)
        st.info("That conversation is not here. It may have been deleted.")
        return None
    _take_over_mixture(conversation)
    return conversation


def go_to(uid: str | None) -> None:
    """Open a conversation, or a new one."""
    if uid is None:
        st.query_params.pop(CONVERSATION, None)
    else:
        st.query_params[CONVERSATION] = uid


def ask(app: Services, question: str, config: MoAConfig) -> None:
    """Ask in the open conversation, or begin one."""
    begun = app.ask(
        question,
        config,
        conversation_uid=st.query_params.get(CONVERSATION),
        keys=session_keys(),
        preset_name=unchanged_name(app),
    )
    st.session_state[_MIXTURE_OF] = begun.conversation_uid
    go_to(begun.conversation_uid)


@dataclass(frozen=True, slots=True)
class DrawnRun:
    """A run as it stands on the page.

    Attributes:
        view: Where it is drawn.
        live: The run to follow, while it is under way in this process.
        under_way: Whether more of it is to come, from here or another process.
    """

    view: RunView
    live: LiveRun | None
    under_way: bool


def draw_turn(app: Services, turn: Turn) -> DrawnRun | None:
    """Draw a question and its run, live or stored."""
    with st.chat_message("user", avatar=":material/person:"):
        LiveText(st.container(width=READABLE_PX)).update([turn.question], done=True)
    if turn.run is None:
        return None
    live = app.live_run(turn.run.uid)
    state = live.state if live else turn.run.state
    kept = turn.run.estimate
    view = RunView(turn.run.uid, state, (kept.low, kept.high) if kept else None)
    view.update(live.elapsed_s if live else state.now_s)
    return DrawnRun(view, live, under_way=live is not None or state.live)


def _take_over_mixture(conversation: Conversation) -> None:
    """A conversation opened anew goes on with the mixture it was last answered by."""
    if st.session_state.get(_MIXTURE_OF) == conversation.uid:
        return
    st.session_state[_MIXTURE_OF] = conversation.uid
    runs = [turn.run for turn in conversation.turns if turn.run]
    if runs:
        use_mixture(runs[-1].state.config)
