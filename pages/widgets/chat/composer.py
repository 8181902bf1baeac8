"""Draws the bottom of the chat: progress and Stop, and the next question."""

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.engine import LiveRun
from moa_core.messages import Question, as_asked
from moa_core.plan import estimate
from moa_core.pricing import PriceBook
from pages.widgets.chat.conversation import DrawnRun, submit_question
from pages.widgets.conversations import export_menu
from pages.widgets.formatting import figures, notices, wording
from pages.widgets.layout import (
    ENDS_AT,
    LONGEST_QUESTION_CHARS,
    branch_point,
    go_through,
    head_row,
)
from pages.widgets.mixture import current_mixture
from pages.widgets.rework import origin_picker
from services.asking import Asking
from services.data_files import DataFiles
from storage.conversations import Conversation, Conversations
from storage.presets import Presets

_QUESTION = "question"
_REFUSED = "refused questions"


def composer(
    asking: Asking,
    presets: Presets,
    conversations: Conversations,
    data_files: DataFiles,
    conversation: Conversation | None,
    newest: DrawnRun | None,
) -> Callable[[], None]:
    """Draw the bottom of the page; give what shows the progress that was made since.

    While ``newest``, the newest run of the open conversation, is under way, the next
    question has to wait.
    """
    live = newest.live if newest else None
    with st.bottom:
        trouble = st.empty()
        notices.last_problem()
        origin = st.empty()
        if conversation and not (newest and newest.under_way):
            bottom = origin.container(gap="xxsmall")
            _origin(bottom, conversations, data_files, conversation)
        row = head_row(st.bottom, "next-turn")
        ticker, stop = row.empty(), row.empty()
        if live and live.state.live:
            stop.button(
                "Stop",
                key=f"stop-{live.uid}",
                icon=":material/stop:",
                type="primary",
                on_click=asking.live.stop,
                args=(live.uid,),
            )
        elif not live:
            _next_turn(row, ticker, conversation, asking.prices)

    def show_progress() -> None:
        notices.storage_trouble(trouble, asking.live.trouble)
        if live:
            _progress(ticker, live)
            if not live.state.live:  # what has ended is only being saved
                stop.empty()

    show_progress()
    waits = newest is not None and newest.under_way
    _question_input(asking, presets, conversation, waits=waits)
    return show_progress


def _question_input(
    asking: Asking, presets: Presets, conversation: Conversation | None, *, waits: bool
) -> None:
    """The place for the next question.

    Outside of ``st.bottom``: only an input that Streamlit itself puts at the bottom
    makes the page open at, and stay with, its newest lines.
    """
    st.chat_input(
        "Wait for the answer, or stop it" if waits else "Ask anything",
        key=_key(),
        max_chars=LONGEST_QUESTION_CHARS,
        disabled=waits,
        on_submit=_submit,
        args=(asking, presets, conversation),
    )


def _origin(
    place: DeltaGenerator,
    conversations: Conversations,
    data_files: DataFiles,
    conversation: Conversation,
) -> None:
    """What the next question goes on from, and a way to take all this along.

    Where a path ends before the conversation does, say so, and how to see the rest.
    """
    turn = conversation.turns[-1]
    if ENDS_AT in st.query_params and turn.children:
        row = place.container(horizontal=True, vertical_alignment="center", gap="small")
        row.caption(
            ":material/alt_route: The next question starts a new branch here.",
            width="content",
        )
        row.button(
            "Show what followed",
            key=f"{turn.uid}-followed",
            type="tertiary",
            on_click=go_through,
            args=(turn.uid,),
        )
    row = place.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )
    origin_picker(row, conversations, turn)
    with row:
        export_menu(data_files, conversation)


def _progress(place: DeltaGenerator, run: LiveRun) -> None:
    """What the run is doing, for how long, and what it has cost so far."""
    state, doing = run.state, "Starting"
    begun = [layer for layer in state.layers if layer.started_s is not None]
    if not state.live:
        doing = "Saving"
    elif not state.synthesises:
        doing = "Asking again"
    elif state.synthesis.status != "pending":
        doing = "Writing the answer"
    elif begun:
        layer = begun[-1]
        answered = f"{layer.answered} of {len(layer.seats)} answered"
        doing = f"Layer {layer.index + 1}: {answered}"
    parts = [doing, figures.whole_seconds(run.elapsed_s)]
    if state.calls:
        parts.append(figures.money(state.cost))
    place.caption(figures.SEPARATOR.join(parts))


def _submit(
    asking: Asking, presets: Presets, conversation: Conversation | None
) -> None:
    question = as_asked(st.session_state[_key()] or "")
    if not question:
        return
    ask = partial(submit_question, asking, presets, Question(question))
    config, end = current_mixture(), branch_point(conversation)
    if not notices.succeeds(ask, config, *end):
        st.session_state[_REFUSED] = st.session_state.get(_REFUSED, 0) + 1
        st.session_state[_key()] = question


def _key() -> str:
    """Another one after each refusal: the browser takes the same text only once."""
    return f"{_QUESTION}-{st.session_state.get(_REFUSED, 0)}"


def _next_turn(
    row: DeltaGenerator,
    line: DeltaGenerator,
    conversation: Conversation | None,
    prices: PriceBook,
) -> None:
    """Say what the next turn will take; price a question before it is asked.

    A chat input keeps its draft to itself, so that this needs a field of its own.
    """
    config = current_mixture()

    def price(text: str) -> str:
        question = Question(text)
        asked = (question.message,)
        messages = conversation.messages(question) if conversation else asked
        return figures.estimate_line(estimate(config, messages, prices))

    widths = " + ".join(str(len(layer.proposers)) for layer in config.layers)
    word = "model" if widths == "1" else "models"
    name = wording.model_name(config.aggregator)
    before = f"{widths} {word}, then " if widths else ""
    line.caption(f"Next answer: {before}{name} · {price('')}")
    with row.popover(
        ":material/calculate:", type="tertiary", key="price", help="Price it"
    ):
        text = st.text_input(
            "What would this question cost?",
            key="price-question",
            live=True,
            placeholder="Write or paste it here",
        )
        if text:
            st.markdown(price(text))
