"""Learns which parameters a model refuses, and leaves them out from then on."""

import re
from collections.abc import Sequence
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
    body, param = failure.body, failure.param
    refused = re.search(_REFUSED, body)
    if "max_completion_tokens" in body:
        renamed = "max_tokens" in body.replace("max_completion_tokens", "")
    else:
        renamed = param == "max_tokens" and failure.code.startswith("unsupported")
    signs = {
        Quirk.COMPLETION_TOKENS: renamed,
        Quirk.NO_STREAM_OPTIONS: "stream_options" in body,
        Quirk.NO_TEMPERATURE: param == "temperature"
        or ("temperature" in body and refused),
        Quirk.NO_EFFORT: "reasoning_effort" in body,
        Quirk.ALTERNATING: _ALTERNATE.search(body),
        Quirk.NO_SYSTEM: _SYSTEM.search(body) and refused,
    }
    return next((each for each in signs if signs[each] and each not in tried), None)


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
