"""The words of a conversation, independent of any provider."""

from dataclasses import dataclass
from typing import Literal

MessageRole = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: MessageRole
    content: str


def conversation(
    history: list[tuple[str, str | None]], question: str
) -> tuple[Message, ...]:
    """What layer 1 sees: earlier questions with their final answers, then ``question``.

    Args:
        history: ``(question, answer)`` of every earlier turn, oldest first. A turn
            whose answer is ``None`` produced none, and is left out altogether.
        question: What the user asks now.
    """
    messages: list[Message] = []
    for asked, answer in history:
        if answer is not None:
            messages += [Message("user", asked), Message("assistant", answer)]
    return (*messages, Message("user", question))
