"""Opens the conversation that the address names, draws it, and goes on with it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.messages import Question
from moa_core.mixture import MoAConfig
from pages.component import run_component
from pages.widgets.chat.by_program import asked_by, draw_given
from pages.widgets.chat.opened_file import opened_file
from pages.widgets.chat.turns import HEADING_CHARS, draw_turns, stretches, turn_heading
from pages.widgets.formatting import notices
from pages.widgets.layout import (
    CONVERSATION,
    ENDS_AT,
    THROUGH,
    addressed_chat,
    fresh_places,
    go_to,
)
from pages.widgets.markdown import title_label
from pages.widgets.mixture import (
    complete_mixture,
    current_mixture,
    matching_preset_title,
    use_mixture,
)
from pages.widgets.rework import FinishedRun, handle_request, offers, panels, shown_run
from services.asking import Asking
from storage.api import ApiKeys
from storage.conversations import After, Conversation, Conversations, Turn
from storage.errors import NotFoundError
from storage.presets import Presets

_MIXTURE_OF = "conversation whose mixture is in the form, and that mixture"


def open_conversation(
    conversations: Conversations, begin: Callable[[], object]
) -> Conversation | None:
    """The conversation that the page's address names, or ``None`` for a new one.

    One that is opened anew goes on with the mixture it was last answered by.

    Args:
        conversations: Those that are stored.
        begin: Takes the mixture of a new chat; called when one is begun from another
            chat, unless its mixture was changed there.
    """
    uid = st.query_params.get(CONVERSATION)
    if uid is None:
        _, taken_over = st.session_state.pop(_MIXTURE_OF, (None, None))
        if taken_over == current_mixture():
            begin()
        return None
    note = st.empty()  # so that what follows never changes its place
    try:
        conversation = _along_path(conversations, uid, note)
    except NotFoundError:
        go_to(None)
        note.container(key="chat-missing").info(
            "That chat is not here. It may have been deleted."
        )
        return None
    if st.session_state.get(_MIXTURE_OF, ("",))[0] != conversation.uid:
        runs = [turn.run for turn in conversation.turns if turn.run]
        if runs and not conversation.by_program:  # whose page asks nothing
            use_mixture(runs[-1].state.config)
        st.session_state[_MIXTURE_OF] = (conversation.uid, current_mixture())
    return conversation


def asked_in(
    conversations: Conversations, shown: Conversation | None
) -> Conversation | None:
    """The conversation that the user has gone to, whose page may not be drawn yet.

    Args:
        conversations: Those that are stored.
        shown: The one that the composer was drawn for, ``None`` for a new one.

    Raises:
        MoAError: It was deleted.
    """
    uid = addressed_chat()
    if uid == (shown.uid if shown else None):
        return shown
    return conversations.load(uid) if uid else None


def newest_of(conversations: Conversations, shown: Conversation) -> Conversation:
    """The conversation as it is now, if what is shown is the beginning of that.

    Another tab may have asked since; what waits must follow what is being answered.

    Raises:
        MoAError: It was deleted.
    """
    now, last = conversations.load(shown.uid), shown.turns[-1].uid
    return now if any(turn.uid == last for turn in now.turns) else shown


def begin_with_this_mixture() -> None:
    """Let the next new chat begin with the mixture as it stands."""
    st.session_state.pop(_MIXTURE_OF, None)


def _along_path(
    conversations: Conversations, uid: str, note: DeltaGenerator
) -> Conversation:
    """The conversation along the path of the address, or to its newest turn."""
    ends_at = st.query_params.get(ENDS_AT)
    if through := ends_at or st.query_params.get(THROUGH):
        try:
            return conversations.load(uid, through, ends=bool(ends_at))
        except NotFoundError:
            go_to(uid)
            note.container(key="turn-missing").info(
                "That question is not here; this is the newest of the chat."
            )
    return conversations.load(uid)


def submit_question(
    asking: Asking,
    presets: Presets,
    question: Question,
    config: MoAConfig,
    uid: str | None,
    after: After,
) -> None:
    """Ask after a turn of a conversation, or begin one; then open it.

    Raises:
        MoAError: It could not be asked; nothing was stored.
    """
    begun = asking.start_question(
        question,
        config,
        conversation_uid=uid,
        after=after,
        preset_name=matching_preset_title(presets, asking.endpoints),
    )
    st.session_state[_MIXTURE_OF] = (begun.conversation_uid, config)
    go_to(begun.conversation_uid)


def submit_queued(
    asking: Asking, presets: Presets, config: MoAConfig, conversation: Conversation
) -> None:
    """Ask what waits in a conversation, after the last turn shown; then open it.

    Where another page has asked it, that is what is opened.

    Raises:
        MoAError: It could not be asked, and waits on.
    """
    asking.start_queued(
        conversation.uid,
        config,
        after=conversation.turns[-1].uid,
        preset_name=matching_preset_title(presets, asking.endpoints),
    )
    st.session_state[_MIXTURE_OF] = (conversation.uid, config)
    go_to(conversation.uid)


def draw_conversation(
    asking: Asking,
    presets: Presets,
    conversations: Conversations,
    keys: ApiKeys,
    conversation: Conversation,
) -> None:
    """Draw every turn on the path."""
    opened_file(conversation)
    turns = conversation.turns
    busy = any(turn.run and turn.run.state.live for turn in turns)
    title = title_label(conversation.title, HEADING_CHARS)
    st.container(key="said-title").title(title, anchor=False)
    if conversation.by_program:
        asked_by(keys.names(), conversation)
    ask = partial(submit_question, asking, presets)
    by_program = conversation.by_program
    ask_instead = None if busy else partial(_ask_instead, ask, conversation.uid)
    parts = stretches(turns)
    names = [name for part in parts for name in part.places]
    for place, part in zip(fresh_places("turns", names), parts, strict=True):
        if not part.rests:
            draw_given(place, part.first)
        draw_turns(place, part, ask_instead, fixed=by_program)
        [(number, turn, follower), *_] = part.turns
        if not part.rests and (run := shown_run(turn)):
            choose = None if by_program else conversations.choose
            finished = FinishedRun(asking, choose, turn, run, follower, busy)
            with place:
                _draw_run(place, finished, conversation.uid, number)


def _ask_instead(
    ask: Callable[[Question, MoAConfig, str, After], None],
    uid: str,
    turn: Turn,
    text: str,
) -> None:
    def submit() -> None:
        question = replace(turn.question, text=text)
        ask(question, complete_mixture(), uid, turn.parent)

    notices.attempt(submit)


def _draw_run(
    place: DeltaGenerator, finished: FinishedRun, conversation_uid: str, number: int
) -> None:
    """Draw the run that a turn shows; once it has ended, also what can be done."""
    run, turn = finished.run, finished.turn
    under_way = run.state.live or finished.asking.live.get(run.uid) is not None
    data = {
        "run": run.uid,
        "live": under_way,
        "demo": run.state.config.is_demo,
        "last": finished.follower is None,
        "chat": conversation_uid,
        "turn": turn.uid,
        "heading": turn_heading(turn),
        "about": f"question {number}",
        "page": None if under_way else offers(finished, conversation_uid),
    }
    run_component(
        place,
        data,
        key=f"{turn.uid}-run",
        on_asked=partial(handle_request, finished, conversation_uid),
    )
    if not under_way:
        panels(place, finished)
