"""Writes examples to train a model on, in the forms that trainers read.

Chats: ``{"messages": [...]}``, which OpenAI, Together and TRL read. Preferences, as
OpenAI, Together and Fireworks have them, ``{"input": {"messages": [...]},
"preferred_output": [...], "non_preferred_output": [...]}``; or as TRL has them,
``{"prompt": [...], "chosen": [...], "rejected": [...]}``.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

TrainingFormat: TypeAlias = Literal["chat", "preferences", "preferences-trl"]

TrainingMessage: TypeAlias = Mapping[str, Any]
"""With its ``role`` and ``content``."""


def chat_example(
    messages: Sequence[TrainingMessage], answer: str | None = None
) -> dict[str, Any]:
    """A conversation to learn from.

    Args:
        messages: Its messages; without ``answer`` they end with one.
        answer: What the assistant said last.
    """
    said = [] if answer is None else [_of_assistant(answer)]
    return {"messages": [*messages, *said]}


def preference_example(
    prompt: Sequence[TrainingMessage], chosen: str, rejected: str, *, trl: bool
) -> dict[str, Any]:
    """An answer that is preferred to another one.

    Args:
        prompt: What both answer.
        chosen: The better answer.
        rejected: The other one.
        trl: Whether TRL is to read it.
    """
    better, worse = [_of_assistant(chosen)], [_of_assistant(rejected)]
    if trl:
        return {"prompt": list(prompt), "chosen": better, "rejected": worse}
    return {
        "input": {"messages": list(prompt)},
        "preferred_output": better,
        "non_preferred_output": worse,
    }


def _of_assistant(text: str) -> TrainingMessage:
    return {"role": "assistant", "content": text}
