"""The bottom of the chat: what is going on, Stop, and the next question."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.engine.live import LiveRun
from pages.widgets import figures, notices
from pages.widgets.branches import path_end
from pages.widgets.continuing import continues_from
from pages.widgets.conversation import DrawnRun, ask
from pages.widgets.export_menu import export_menu
from pages.widgets.mixture_state import current_mixture
from pages.widgets.next_turn import next_turn, next_turn_line, price_a_question
from pages.widgets.question import LONGEST_QUESTION_CHARS
from pages.widgets.rows import head_row
from services import Services
from storage.conversations.conversation_store import Conversation

_QUESTION = "question"
_REFUSED = "refused questions"


def composer(
    app: Services, conversation: Conversation | None, newest: DrawnRun | None
) -> DeltaGenerator:
    """Draw the bottom of the page.

    Args:
        app: Where a question goes.
        conversation: The open one; ``None`` for a new one.
        newest: The open conversation's newest run; while it is under way, the next
            question has to wait.

    Returns:
        The place where progress is shown.
    """
    with st.bottom:
        notices.last_problem()
        origin = st.empty()
        if conversation and not (newest and newest.under_way):
            _origin(origin.container(gap="xxsmall"), app, conversation)
        row = head_row(st.bottom)
        ticker = row.empty()
        if newest and newest.live:
            _stop_button(app, row, newest.live)
            show_progress(ticker, newest.live)
        else:
            config = current_mixture()
            turn = next_turn(app, conversation, config)
            ticker.caption(next_turn_line(config, turn))
            with row.popover(
                ":material/calculate:", type="tertiary", key="price", help="Price it"
            ):
                price_a_question(app, conversation, config)
    # Outside of the block: only an input that Streamlit itself puts at the bottom makes
    # the page open at, and stay with, its newest lines.
    waits = newest is not None and newest.under_way
    st.chat_input(
        "Wait for the answer, or stop it" if waits else "Ask anything",
        key=_key(),
        max_chars=LONGEST_QUESTION_CHARS,
        disabled=waits,
        on_submit=_submit,
        args=(app, conversation),
    )
    return ticker


def _origin(place: DeltaGenerator, app: Services, conversation: Conversation) -> None:
    """What the next question goes on from, and a way to take all this along."""
    path_end(place, conversation)
    row = place.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )
    continues_from(row, app, conversation.turns[-1])
    with row:
        export_menu(app, conversation)


def show_progress(place: DeltaGenerator, run: LiveRun) -> None:
    """What the run is doing, for how long, and what it has cost so far."""
    parts = [_doing(run), figures.whole_seconds(run.elapsed_s)]
    if run.state.calls:
        parts.append(figures.money(run.state.cost))
    place.caption(figures.SEPARATOR.join(parts))


def _doing(run: LiveRun) -> str:
    state = run.state
    if not state.live:
        return "Saving"
    if not state.synthesises:
        return "Asking again"
    if state.synthesis.status != "pending":
        return "Writing the answer"
    begun = [layer for layer in state.layers if layer.started_s is not None]
    if not begun:
        return "Starting"
    layer = begun[-1]
    return f"Layer {layer.index + 1}: {layer.answered} of {len(layer.seats)} answered"


def _stop_button(app: Services, place: DeltaGenerator, live: LiveRun) -> None:
    place.button(
        "Stop",
        key=f"stop-{live.uid}",
        icon=":material/stop:",
        type="primary",
        on_click=app.live.stop,
        args=(live.uid,),
    )


def _submit(app: Services, conversation: Conversation | None) -> None:
    question = (st.session_state[_key()] or "").strip()
    if not question:
        return
    if not notices.done(ask, app, question, current_mixture(), conversation):
        st.session_state[_REFUSED] = st.session_state.get(_REFUSED, 0) + 1
        st.session_state[_key()] = question


def _key() -> str:
    """Another one after each refusal: the browser takes the same text only once."""
    return f"{_QUESTION}-{st.session_state.get(_REFUSED, 0)}"
