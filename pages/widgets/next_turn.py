"""What the next turn will take: calls, tokens and money, before it is sent."""

import streamlit as st

from moa_core.mixture.config import MoAConfig
from moa_core.plan.estimate import Estimate, estimate
from pages.widgets import figures, wording
from pages.widgets.address import end_of
from services import Services
from storage.conversations.conversation_store import Conversation


def next_turn(
    app: Services,
    conversation: Conversation | None,
    config: MoAConfig,
    question: str = "",
) -> Estimate:
    """Estimate the next turn of a conversation.

    Args:
        app: Whose prices count.
        conversation: The open one; ``None`` for a new one.
        config: The mixture that will answer.
        question: As far as it is known: a chat input keeps its draft to itself.
    """
    uid, after = end_of(conversation)
    messages = app.runs.messages(question, uid, after)
    return estimate(config, messages, app.prices)


def next_turn_line(config: MoAConfig, turn: Estimate) -> str:
    """``Next answer: 3 + 2 models, then synthesist · 6 calls · ...``."""
    widths = " + ".join(str(len(layer.proposers)) for layer in config.layers)
    word = "model" if widths == "1" else "models"
    name = wording.model_name(config.aggregator)
    before = f"{widths} {word}, then " if widths else ""
    return f"Next answer: {before}{name} · {figures.estimate_line(turn)}"


def price_a_question(
    app: Services, conversation: Conversation | None, config: MoAConfig
) -> None:
    """A field in which a question can be priced before it is asked, as one types."""
    question = st.text_input(
        "What would this question cost?",
        key="question to price",
        live=True,
        placeholder="Write or paste it here",
    )
    if question:
        turn = next_turn(app, conversation, config, question)
        st.markdown(figures.estimate_line(turn))
