"""The open conversation: which one it is, and how its turns are drawn."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.engine import LiveRun
from moa_core.mixture import MoAConfig
from pages.widgets.chat.collapsed_turn import collapsed_turns, draw_collapsed
from pages.widgets.chat.question import draw_question
from pages.widgets.formatting import notices
from pages.widgets.layout import (
    CONVERSATION,
    ENDS_AT,
    THROUGH,
    branch_point,
    fresh_places,
    go_to,
)
from pages.widgets.mixture import current_mixture, matching_preset_title, use_mixture
from pages.widgets.models import session_keys
from pages.widgets.rework import FinishedRun, FinishedRunTools, shown_run
from pages.widgets.run import DrawnReplay, LiveTools, RunView, draw_replay
from services import Services
from storage.conversations import After, Conversation, Turn
from storage.errors import NotFoundError
from storage.runs import StoredRun

_MIXTURE_OF = "conversation whose mixture is in the form"


def open_conversation(app: Services) -> Conversation | None:
    """The conversation that the page's address names, or ``None`` for a new one."""
    uid = st.query_params.get(CONVERSATION)
    if uid is None:
        return None
    note = st.empty()  # so that what follows never changes its place
    try:
        conversation = _along_path(app, uid, note)
    except NotFoundError:
        go_to(None)
        note.info("That chat is not here. It may have been deleted.")
        return None
    _take_over_mixture(conversation)
    return conversation


def _along_path(app: Services, uid: str, note: DeltaGenerator) -> Conversation:
    """The conversation along the path of the address, or to its newest turn."""
    ends_at = st.query_params.get(ENDS_AT)
    if through := ends_at or st.query_params.get(THROUGH):
        try:
            return app.conversations.load(uid, through, ends=bool(ends_at))
        except NotFoundError:
            go_to(uid)
            note.info("That question is not here; this is the newest of the chat.")
    return app.conversations.load(uid)


def submit_question(
    app: Services, question: str, config: MoAConfig, conversation: Conversation | None
) -> None:
    """Ask at the end of ``conversation`` as it is shown, or begin a conversation."""
    _submit_question(app, question, config, *branch_point(conversation))


def _submit_question(
    app: Services, question: str, config: MoAConfig, uid: str | None, after: After
) -> None:
    begun = app.asking(session_keys()).ask(
        question,
        config,
        conversation_uid=uid,
        after=after,
        preset_name=matching_preset_title(app),
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
        playing: The replay that is drawn in its place.
    """

    view: RunView
    live: LiveRun | None
    under_way: bool
    playing: DrawnReplay | None = None


def draw_conversation(app: Services, conversation: Conversation) -> DrawnRun | None:
    """Draw every turn on the path; gives the run under way or replayed, or the last."""
    collapsed = collapsed_turns(conversation.turns)
    shown = [f"{turn.uid} {turn.uid in collapsed}" for turn in conversation.turns]
    runs = []
    for place, turn, follower in zip(
        fresh_places("turns", shown),
        conversation.turns,
        [*conversation.turns[1:], None],
        strict=True,
    ):
        with place:
            _draw_question(app, conversation, turn)
            if follower and turn.uid in collapsed:
                draw_collapsed(turn, follower)
            elif run := shown_run(turn):
                runs.append(_draw_run(app, conversation, turn, run, follower))
    busy = [run for run in runs if run.under_way]
    played = [run for run in runs if run.playing]
    return next(iter(busy or played or reversed(runs)), None)


def _draw_question(app: Services, conversation: Conversation, turn: Turn) -> None:
    """Draw a question, which can be asked differently unless one must wait."""

    def ask_instead(question: str) -> None:
        mixture = current_mixture()
        notices.attempt(
            _submit_question, app, question, mixture, conversation.uid, turn.parent
        )

    draw_question(turn, None if is_busy(conversation) else ask_instead)


def _draw_run(
    app: Services,
    conversation: Conversation,
    turn: Turn,
    run: StoredRun,
    follower: Turn | None,
) -> DrawnRun:
    """Draw the run that a turn shows, live, stored or replayed."""
    if playing := draw_replay(run.uid):
        return DrawnRun(playing.view, None, under_way=False, playing=playing)
    live = app.live_run(run.uid)
    state = live.state if live else run.state
    kept = run.estimate
    tools = (
        LiveTools(app.live, run.uid)
        if state.live
        else FinishedRunTools(
            FinishedRun(app, turn, run, follower, is_busy(conversation)),
            conversation.uid,
        )
    )
    view = RunView(run.uid, state, (kept.low, kept.high) if kept else None, tools)
    view.update(live.elapsed_s if live else state.now_s)
    return DrawnRun(view, live, under_way=live is not None or state.live)


def is_busy(conversation: Conversation) -> bool:
    """Whether something is being written on the path that is shown."""
    return any(turn.run and turn.run.state.live for turn in conversation.turns)


def _take_over_mixture(conversation: Conversation) -> None:
    """A conversation opened anew goes on with the mixture it was last answered by."""
    if st.session_state.get(_MIXTURE_OF) == conversation.uid:
        return
    st.session_state[_MIXTURE_OF] = conversation.uid
    runs = [turn.run for turn in conversation.turns if turn.run]
    if runs:
        use_mixture(runs[-1].state.config)
