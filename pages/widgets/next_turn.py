"""What the next turn will take: calls, tokens and money, before it is sent."""

import streamlit as st

from moa_core.config import MoAConfig
from moa_core.estimate import Estimate, estimate
from pages.widgets import figures, wording
from services import Services
from storage.conversations import Conversation


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
    messages = app.runs.messages(question, conversation.uid if conversation else None)
    return estimate(config, messages, app.prices)


def next_turn_line(config: MoAConfig, turn: Estimate) -> str:
    """``Next answer: 3 + 2 models, then synthesist · 6 calls · ...``."""
    widths = " + ".join(str(len(layer.proposers)) for layer in config.layers)
    word = "model" if widths == "1" else "models"
    name = wording.model_name(config.aggregator)
    return f"Next answer: {widths} {word}, then {name} · {_figures(turn)}"


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
        st.markdown(_figures(turn))


def _figures(turn: Estimate) -> str:
    tokens = figures.token_range(
        turn.input_tokens[0] + turn.output_tokens[0],
        turn.input_tokens[1] + turn.output_tokens[1],
    )
    cost = figures.money_range(turn.low, turn.high)
    return figures.SEPARATOR.join([f"{turn.calls} calls", tokens, cost])
