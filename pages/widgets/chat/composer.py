"""Draws the bottom of the chat: the next question, and one line about it."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.attachments import MOST_BYTES
from moa_core.messages import Message, Question, as_asked
from moa_core.mixture import MoAConfig
from moa_core.plan import estimate
from pages.widgets.chat.conversation import (
    asked_in,
    newest_of,
    submit_question,
    submit_queued,
)
from pages.widgets.chat.failed_models import failed_models
from pages.widgets.chat.held_files import (
    draw_held,
    held_files,
    hold,
    hold_files,
    stopped_for_blind,
)
from pages.widgets.chat.queued import Waiting, queue_question, take_edited
from pages.widgets.chat.typed_price import typed_price
from pages.widgets.formatting import figures, notices, wording
from pages.widgets.layout import (
    ENDS_AT,
    LONGEST_QUESTION_CHARS,
    branch_point,
    go_through,
)
from pages.widgets.mixture import (
    MixturePicker,
    complete_mixture,
    current_mixture,
    mixture_gap,
    mixture_warning,
)
from pages.widgets.rework import origin_picker
from services.asking import Asking
from storage.conversations import Conversation, Conversations, QueuedQuestions
from storage.errors import ConversationBusyError
from storage.presets import Presets

_QUESTION = "question"
_REFUSED = "refused questions"


def composer(
    asking: Asking,
    picker: MixturePicker,
    conversations: Conversations,
    queue: QueuedQuestions,
    conversation: Conversation | None,
) -> None:
    """Draw the bottom of the page.

    What is sent while the conversation is being answered waits for the end.
    """
    with st.bottom:
        notices.storage_trouble(st.empty(), asking.live.trouble)
        notices.last_problem()
        if conversation:
            waiting(asking, picker.presets, queue, conversation).draw()
        mixture_warning(asking.endpoints)
        failed_models(picker, conversation.turns if conversation else ())
        draw_held(current_mixture(), asking.sees_images())
        # here: with an input that Streamlit puts there itself, a page glides to its end
        # whenever it grows
        st.chat_input(
            "Ask a follow-up" if conversation else "Ask anything",
            key=_key(),
            max_chars=LONGEST_QUESTION_CHARS,
            accept_file="multiple",
            max_upload_size=MOST_BYTES // 1_000_000,
            on_submit=_submit,
            args=(asking, picker.presets, conversations, queue, conversation),
        )
    row = st.bottom.container(
        horizontal=True, vertical_alignment="center", gap="small", key="next-turn"
    )
    picker.button(row)
    line = row.empty()
    _demo_badge(row, current_mixture())
    _next_turn(row, line, asking, conversations, conversation)


def notices_only(asking: Asking) -> None:
    """Draw the bottom of a page on which nothing is asked: what went wrong."""
    with st.bottom:
        notices.storage_trouble(st.empty(), asking.live.trouble)
        notices.last_problem()


def waiting(
    asking: Asking, presets: Presets, queue: QueuedQuestions, conversation: Conversation
) -> Waiting:
    """The question that waits in a conversation, and what can be done with it."""

    def submit(then: Conversation) -> None:
        submit_queued(asking, presets, complete_mixture(), then)

    return Waiting(asking, queue, conversation, submit, _edit)


def _demo_badge(row: DeltaGenerator, config: MoAConfig) -> None:
    """Say so while simulated models answer."""
    if not config.is_demo:
        return
    with row.container(key="demo", width="content"):
        st.badge(
            "Demo",
            color="orange",
            help="Simulated models: free, made-up answers, good for a look around.",
        )


def _submit(
    asking: Asking,
    presets: Presets,
    conversations: Conversations,
    queue: QueuedQuestions,
    shown: Conversation | None,
) -> None:
    """Ask what was sent; while the conversation is being answered, let it wait."""
    typed = st.session_state[_key()]
    text = as_asked(typed.text or "") if typed else ""
    taken = hold_files(typed.files if typed else ())
    if not taken or stopped_for_blind(current_mixture(), asking.sees_images()):
        _put_into_composer(text)
        return
    question = Question(text, held_files())
    if not (text or question.attachments):
        return

    def ask() -> None:
        take_edited(queue)
        conversation = asked_in(conversations, shown)
        config, end = complete_mixture(), branch_point(conversation)
        try:
            submit_question(asking, presets, question, config, *end)
        except ConversationBusyError:
            if conversation is None:
                raise
            queue_question(queue, newest_of(conversations, conversation), question)

    if notices.succeeds(ask):
        hold(())
    else:
        _put_into_composer(text)


def _edit(question: Question) -> None:
    """Put a question that waits into the composer, behind the files there."""
    hold(dict.fromkeys([*held_files(), *question.attachments]))
    _put_into_composer(question.text)


def _put_into_composer(text: str) -> None:
    """Under a new key: the browser takes the same text only once."""
    st.session_state[_REFUSED] = st.session_state.get(_REFUSED, 0) + 1
    st.session_state[_key()] = text


def _key() -> str:
    return f"{_QUESTION}-{st.session_state.get(_REFUSED, 0)}"


def _next_turn(
    row: DeltaGenerator,
    line: DeltaGenerator,
    asking: Asking,
    conversations: Conversations,
    conversation: Conversation | None,
) -> None:
    """Say who answers next, for how much, and what the models see as the last answer.

    Where a path ends before the conversation does, say so, and how to see the rest.
    """
    config = current_mixture()

    def messages(question: Question) -> tuple[Message, ...]:
        question = replace(question, attachments=held_files())
        return conversation.messages(question) if conversation else (question.message,)

    sees = asking.sees_images()
    priced = estimate(config, messages(Question("")), asking.prices, sees=sees)
    cost = figures.money_range(priced.low, priced.high)
    gap = mixture_gap()
    line.caption(
        f":orange[{gap}]" if gap else f"{mixture_counts(config)} · {cost}",
        width="content",
        help=figures.estimate_line(priced),
    )
    if not gap:
        typed_price(st.bottom, config, messages, asking.prices, priced, sees)
    if conversation is None:
        return
    turn = conversation.turns[-1]
    origin_picker(row, conversations, turn)
    if ENDS_AT in st.query_params and turn.children:
        row.button(
            "New branch · show what followed",
            key=f"{turn.uid}-followed",
            icon=":material/alt_route:",
            type="tertiary",
            on_click=go_through,
            args=(turn.uid,),
        )


def mixture_counts(config: MoAConfig) -> str:
    """``3 models + Together-MoA``, ``4 + 2 models + chief``, ``chief`` alone."""
    name = wording.model_name(config.aggregator)
    if not config.layers:
        return name
    widths = " + ".join(str(len(layer.proposers)) for layer in config.layers)
    return f"{widths} {'model' if widths == '1' else 'models'} + {name}"
