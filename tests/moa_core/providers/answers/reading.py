"""Reads answers from bytes, as an adapter does, without a server."""

import json
from dataclasses import dataclass

from moa_core.errors import ProviderError
from moa_core.messages import Message
from moa_core.mixture.config import AgentSpec
from moa_core.providers.answers.answer import Answer
from moa_core.providers.answers.event_decoder import EventDecoder
from moa_core.providers.errors.mapping import CallTarget
from moa_core.run.completion import CompletionRequest, Delta, Reclassify

REQUEST = CompletionRequest(
    AgentSpec(endpoint="lab", model="m", max_tokens=50),
    (Message.from_text("user", "Why is the sky blue?"),),
)
TARGET = CallTarget(endpoint="lab", model="m", address="127.0.0.1:1")
DONE = b"data: [DONE]\n\n"


@dataclass(frozen=True, kw_only=True)
class Read:
    """How an answer was read."""

    text: str
    reasoning: str
    reason: str | None
    tokens: tuple[int, int] | None
    cached: int = 0
    written: int = 0
    cached_share: float | None = None
    thought: int = 0
    source: str = ""
    error: type[ProviderError] | None = None
    words: str = ""

    @property
    def whole(self):
        """Whether it is passed on, and not as one that was cut."""
        return self.error is None and self.reason != "length"


def read(*packets):
    """Read packets of bytes, text or events; those of objects are chunks."""
    answer, decoder, error, items = Answer(TARGET, REQUEST), EventDecoder(), None, []
    try:
        for packet in packets:
            for event in decoder.feed(_bytes(packet)):
                items += answer.read(event)
        for event in decoder.end():
            items += answer.read(event)
    except ProviderError as failure:
        error = failure
    items += answer.end()
    error = error or answer.failure()
    report, (text, reasoning) = answer.report(), texts(items)
    usage = report.usage
    return Read(
        text=text,
        reasoning=reasoning,
        reason=report.reason,
        tokens=usage and (usage.input_tokens, usage.output_tokens),
        cached=usage.cached_input_tokens if usage else 0,
        written=usage.cache_write_tokens if usage else 0,
        cached_share=usage.cached_share if usage else None,
        thought=usage.reasoning_tokens if usage else 0,
        source=usage.source if usage else "",
        error=error and type(error),
        words=f"{error or ''} {error.advice if error else ''}".strip(),
    )


def texts(items):
    """The answer and the reasoning that items of a stream make."""
    text = reasoning = ""
    for item in items:
        if isinstance(item, Reclassify):
            text, reasoning = "", reasoning + text
        elif isinstance(item, Delta) and item.kind == "answer":
            text += item.text
        elif isinstance(item, Delta):
            reasoning += item.text
    return text, reasoning


def _bytes(packet):
    if isinstance(packet, dict | list):
        packet = f"data: {json.dumps(packet)}\n\n"
    return packet.encode() if isinstance(packet, str) else packet


def chunk(content=None, finish=None, choice=(), **more):
    """One event of a chat completion."""
    delta = content if isinstance(content, dict) else {"content": content}
    its_choice = {"index": 0, "delta": delta, "finish_reason": finish, **dict(choice)}
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "model": "m-1",
        "choices": [its_choice],
        **more,
    }


def message(text, role="assistant", **more):
    return {"message": {"role": role, "content": text, **more}}


def document(text, finish="stop", **more):
    choice = {"index": 0, "finish_reason": finish, **message(text, **more)}
    return {"object": "chat.completion", "model": "m-1", "choices": [choice]}


def usage(prompt=120, completion=30, **more):
    """The event that reports the tokens."""
    total = prompt + completion
    counts = {"prompt_tokens": prompt, "completion_tokens": completion}
    return {"choices": [], "usage": {**counts, "total_tokens": total, **more}}


TEXT = "The sky is blue."
PIECES = ("The sky ", "is blue.")
SKY = tuple(map(chunk, PIECES))
WHOLE = Read(text=TEXT, reasoning="", reason="stop", tokens=None)
