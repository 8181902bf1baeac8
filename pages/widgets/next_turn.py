"""What the next turn will take: calls, tokens and money, before it is sent."""

from moa_core.config import MoAConfig
from moa_core.estimate import Estimate, estimate
from pages.widgets import figures, wording
from services import Services
from storage.conversations import Conversation


def next_turn(
    app: Services, conversation: Conversation | None, config: MoAConfig
) -> Estimate:
    """Estimate the next turn of a conversation, before its question is known.

    Args:
        app: Whose prices count.
        conversation: The open one; ``None`` for a new one.
        config: The mixture that will answer.
    """
    messages = app.runs.messages("", conversation.uid if conversation else None)
    return estimate(config, messages, app.prices)


def next_turn_line(config: MoAConfig, turn: Estimate) -> str:
    """``Next answer: 3 + 2 models, then synthesist · 6 calls · ...``."""
    widths = " + ".join(str(len(layer.proposers)) for layer in config.layers)
    word = "model" if widths == "1" else "models"
    name = wording.model_name(config.aggregator)
    tokens = figures.token_range(
        turn.input_tokens[0] + turn.output_tokens[0],
        turn.input_tokens[1] + turn.output_tokens[1],
    )
    return figures.SEPARATOR.join(
        [
            f"Next answer: {widths} {word}, then {name}",
            f"{turn.calls} calls",
            tokens,
            figures.money_range(turn.low, turn.high),
        ]
    )
