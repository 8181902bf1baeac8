"""The open conversation: which one it is, and how its turns are drawn."""

import streamlit as st

from moa_core.config import MoAConfig
from moa_core.live import LiveRun
from pages.widgets.live_text import LiveText
from pages.widgets.mixture_form import use_mixture
from pages.widgets.run_view import READABLE_PX, RunView, draw_run
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
        keys=st.session_state.get("keys"),
    )
    st.session_state[_MIXTURE_OF] = begun.conversation_uid
    go_to(begun.conversation_uid)


def draw_turn(app: Services, turn: Turn) -> tuple[LiveRun | None, RunView | None]:
    """Draw a question and its run; gives the run to follow if it is under way here."""
    with st.chat_message("user", avatar=":material/person:"):
        LiveText(st.container(width=READABLE_PX)).update([turn.question], done=True)
    if turn.run is None:
        return None, None
    live = app.live_run(turn.run.uid)
    if live is None:
        draw_run(turn.run.uid, turn.run.state)
        return None, None
    view = RunView(turn.run.uid, live.state)
    view.update(live.elapsed_s)
    return live, view


def _take_over_mixture(conversation: Conversation) -> None:
    """A conversation opened anew goes on with the mixture it was last answered by."""
    if st.session_state.get(_MIXTURE_OF) == conversation.uid:
        return
    st.session_state[_MIXTURE_OF] = conversation.uid
    runs = [turn.run for turn in conversation.turns if turn.run]
    if runs:
        use_mixture(runs[-1].state.config)
