"""Defines the messages of a conversation, independent of any provider."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self, TypeAlias

MessageRole = Literal["system", "user", "assistant"]


def as_asked(typed: str) -> str:
    """What was typed, without blank lines around it; the first line's indent stays."""
    return _BLANK_LINES.sub("", typed).rstrip()


_BLANK_LINES: Final = re.compile(r"\A(?:[^\S\n]*\n)+")


@dataclass(frozen=True, slots=True)
class TextPart:
    """A text in a message."""

    text: str


MessagePart: TypeAlias = TextPart
"""Anything that a message can hold. Another kind of part joins this union."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation: who wrote it, and its parts in order.

    Attributes:
        role: Who wrote it.
        parts: What it says, as any model can read it.
        as_sent: The message as another program wrote it, in the chat completions
            protocol, where that says more than its text: pictures, calls of tools and
            what those returned. ``None`` for a text.
    """

    role: MessageRole
    parts: tuple[MessagePart, ...]
    as_sent: Mapping[str, Any] | None = field(default=None, hash=False)

    @classmethod
    def from_text(cls, role: MessageRole, text: str) -> Self:
        """Build a message of one text."""
        return cls(role, (TextPart(text),))

    def adding(self, text: str) -> Self:
        """The message with one more paragraph, also where it is sent as it came."""
        sent = self.as_sent
        if sent is not None:
            content = sent.get("content")
            if isinstance(content, list):
                content = [*content, {"type": "text", "text": text}]
            else:
                content = f"{content}\n\n{text}"
            sent = {**sent, "content": content}
        return type(self)(self.role, (*self.parts, TextPart(text)), sent)

    @property
    def text(self) -> str:
        """Its text parts as paragraphs, separated by a blank line."""
        return "\n\n".join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the user: its text, and parts that are attached to it."""

    text: str
    attachments: tuple[MessagePart, ...] = ()

    @property
    def message(self) -> Message:
        """The question as a model receives it: its text, then its attachments."""
        return Message("user", (TextPart(self.text), *self.attachments))


def conversation_messages(
    history: Iterable[tuple[Question, str | None]], question: Question
) -> tuple[Message, ...]:
    """Build the messages that layer 1 receives.

    Args:
        history: Question and final answer of every earlier turn, oldest first. A turn
            whose answer is ``None`` produced none, and is left out altogether.
        question: The question to answer; it becomes the last message.
    """
    messages: list[Message] = []
    for earlier, answer in history:
        if answer is not None:
            messages += [earlier.message, Message.from_text("assistant", answer)]
    return (*messages, question.message)
