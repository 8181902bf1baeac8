"""What a model does not take is met once, remembered, and left out from then on."""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import chain, groupby
from typing import Any

from moa_core.messages import Message
from moa_core.providers.errors import Failure
from moa_core.run import CompletionRequest

_REFUSING_STATUS = frozenset({400, 422, 500})  # llama.cpp: 500 when a template refuses
_REFUSED = (
    r"not.{0,12}support|unsupported|not.{0,9}(allow|permit|enabled|accept)|unknown"
    r"|unrecogni[sz]ed|unexpected|extra (input|field)|deprecated|only the default"
    r"|invalid|forbidden|remove"
)
_ALTERNATE = re.compile(
    r"alternat|consecutive|in a row|same role"
    r"|multiple .{0,3}user.{0,3} (roles|messages)|two .{0,3}user.{0,3} messages"
)
_SYSTEM = re.compile(
    r"system.{0,25}(role|message|instruction|prompt)|role.{0,25}system"
    r"|support.{0,12}system|developer instruction"
)


class Quirk(StrEnum):
    """Something that most models take and this one does not."""

    COMPLETION_TOKENS = "max_tokens has another name"
    NO_STREAM_OPTIONS = "no stream_options"
    NO_TEMPERATURE = "no temperature"
    NO_EFFORT = "no reasoning_effort"
    ALTERNATING = "no two messages of the same role in a row"
    NO_SYSTEM = "no system message"


Quirks = frozenset[Quirk]


class QuirkBook:
    """Remembers, for the process, the quirks of each model of each endpoint."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Quirks] = {}

    def of(self, base_url: str, model: str) -> Quirks:
        """The quirks met so far; none for a model not yet met."""
        return self._known.get((base_url, model), frozenset())

    def learn(self, base_url: str, model: str, quirks: Quirks) -> None:
        """Remember ``quirks``; call it once the model has taken the adapted call."""
        self._known[base_url, model] = self.of(base_url, model) | quirks


def quirk_behind(failure: Failure, tried: Quirks) -> Quirk | None:
    """The quirk that explains ``failure``, or ``None``; never one already ``tried``."""
    if failure.status not in _REFUSING_STATUS:
        return None
    for quirk, explains in _SIGNS.items():
        if quirk not in tried and explains(failure):
            return quirk
    return None


def _wants_completion_tokens(failure: Failure) -> bool:
    if "max_completion_tokens" in failure.body:
        return "max_tokens" in failure.body.replace("max_completion_tokens", "")
    return failure.param == "max_tokens" and failure.code.startswith("unsupported")


def _refuses_temperature(failure: Failure) -> bool:
    if failure.param == "temperature":
        return True
    return "temperature" in failure.body and bool(re.search(_REFUSED, failure.body))


def _refuses_system(failure: Failure) -> bool:
    return bool(_SYSTEM.search(failure.body) and re.search(_REFUSED, failure.body))


_SIGNS: dict[Quirk, Callable[[Failure], bool]] = {
    Quirk.COMPLETION_TOKENS: _wants_completion_tokens,
    Quirk.NO_STREAM_OPTIONS: lambda failure: "stream_options" in failure.body,
    Quirk.NO_TEMPERATURE: _refuses_temperature,
    Quirk.NO_EFFORT: lambda failure: "reasoning_effort" in failure.body,
    Quirk.ALTERNATING: lambda failure: bool(_ALTERNATE.search(failure.body)),
    Quirk.NO_SYSTEM: _refuses_system,
}


def parameters(request: CompletionRequest, quirks: Quirks) -> dict[str, Any]:
    """The body of a chat completion that a model with ``quirks`` takes."""
    agent = request.agent
    longest = (
        "max_completion_tokens" if Quirk.COMPLETION_TOKENS in quirks else "max_tokens"
    )
    body: dict[str, Any] = {
        "model": agent.model,
        "messages": [
            {"role": message.role, "content": message.text}
            for message in adapted_messages(request.messages, quirks)
        ],
        "stream": True,
        longest: agent.max_tokens,
    }
    if agent.temperature is not None and Quirk.NO_TEMPERATURE not in quirks:
        body["temperature"] = agent.temperature
    if agent.effort is not None and Quirk.NO_EFFORT not in quirks:
        body["reasoning_effort"] = agent.effort
    if Quirk.NO_STREAM_OPTIONS not in quirks:
        body["stream_options"] = {"include_usage": True}
    return body


def adapted_messages(
    messages: Sequence[Message], quirks: Quirks
) -> tuple[Message, ...]:
    """``messages`` in the form that a model with ``quirks`` takes."""
    adapted = tuple(messages)
    if Quirk.NO_SYSTEM in quirks:
        adapted = tuple(
            Message("user", message.parts) if message.role == "system" else message
            for message in adapted
        )
    if quirks & {Quirk.NO_SYSTEM, Quirk.ALTERNATING}:
        adapted = tuple(
            Message(role, tuple(chain.from_iterable(each.parts for each in neighbours)))
            for role, neighbours in groupby(adapted, key=lambda message: message.role)
        )
    return adapted
