"""Reads a request for a chat completion."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, NoReturn, Self, get_args

from moa_core.errors import ConfigError
from moa_core.messages import Message
from moa_core.mixture import MoAConfig, config_sha256, parse_strict
from moa_core.openai_wire.conversation import AskedMessages, read_messages
from moa_core.openai_wire.errors import ApiError
from moa_core.openai_wire.parameters import (
    NO_EFFECT,
    ignored_names,
    refuse_unsupported,
    writer_extra,
    writer_settings,
)
from moa_core.run import WriterRequest

MOST_BYTES: Final = 32 << 20
"""How long a request may be."""

Expose = Literal["none", "summary", "full"]
"""What an answer tells of its run: nothing, its progress and calls, or drafts too."""

UsageOf = Literal["run", "answer"]
"""Whose tokens ``usage`` has: those of all calls, or those of the answer alone."""

_NOT_ASKED: Final = NO_EFFECT | {"model", "stream", "stream_options", "polyphony"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRequest:
    """A request, read and checked.

    Attributes:
        model: The preset that is asked, ``polyphony/<name>``.
        messages: What proposers read: texts, ending with the user's message. What
            came after that, calls of tools and their results, only the writer gets.
        writer: What the writer gets.
        stream: Whether the answer is to come in pieces.
        include_usage: Whether the tokens come at the end of a stream.
        expose: What is told of the run; ``None`` leaves it to the key.
        usage: Whose tokens are told.
        ignored: Parameters that nobody heeds, by name.
        called_by: Uids of the runs that this one is asked for, where a preset is a
            model of another one.
        follows_tools: Whether tools have answered since the user's message.
        conversation: The messages, to compare them with those of other requests.
        asked_sha256: Names all that the answer depends on, but for the mixture.
    """

    model: str
    messages: tuple[Message, ...]
    writer: WriterRequest
    stream: bool = False
    include_usage: bool = False
    expose: Expose | None = None
    usage: UsageOf = "run"
    ignored: tuple[str, ...] = ()
    called_by: tuple[str, ...] = ()
    follows_tools: bool = False
    conversation: AskedMessages
    asked_sha256: str

    @property
    def question(self) -> str:
        """The user's message."""
        return self.messages[-1].text

    def conversation_sha256(self, key: str, *, turns_back: int = 0) -> str | None:
        """A name for the conversation up to the user's message, under one key.

        Args:
            key: Whose it is: the uid of the key that asks.
            turns_back: 1 for the user's message before the last one, and so on.

        Returns:
            64 hexadecimal digits; ``None`` where there was no such turn.
        """
        return self.conversation.sha256(key, turns_back=turns_back)

    def fingerprint(self, config: MoAConfig) -> str:
        """A name for this question to this mixture, to find its answer again.

        Two requests that differ in ``model``, ``stream``, ``user`` or another
        parameter without effect on the answer have the same.
        """
        text = f"{config_sha256(config)} {self.asked_sha256}"
        return hashlib.sha256(text.encode()).hexdigest()

    def for_mixture(self, config: MoAConfig) -> Self:
        """The request as this mixture can honour it; what it cannot is named.

        A mixture that picks one of its drafts writes no answer, so settings of the
        writer do nothing there.

        Raises:
            ApiError: It asks for tools or a format, which such a mixture cannot give.
        """
        if config.method != "rank":
            return self
        extra = self.writer.extra
        for name in ("tools", "response_format"):
            if name in extra:
                message = (
                    f"'{name}' is not possible: this preset picks one of its drafts. "
                    "Choose a preset that writes a new answer."
                )
                raise ApiError(400, "unsupported_value", message, name)
        writer = replace(self.writer, extra={}, settings=WriterRequest().settings)
        given = {
            "max_tokens": self.writer.settings.max_tokens,
            "temperature": self.writer.settings.temperature,
            "reasoning_effort": self.writer.settings.effort,
        }
        names = [name for name, value in given.items() if value is not None]
        ignored = (*self.ignored, *names, *extra)
        return replace(self, writer=writer, ignored=ignored)


def read_request(body: bytes | Mapping[str, Any]) -> ApiRequest:
    """Read a request for a chat completion.

    Args:
        body: As it came, or as JSON values.

    Raises:
        ApiError: It cannot be answered; it says which parameter is to blame, and why.
    """
    given = _parsed(body) if isinstance(body, bytes) else body
    if not isinstance(given, Mapping):
        _refuse(None, "The body must be a JSON object.")
    model, stream = given.get("model"), given.get("stream")
    if not isinstance(model, str) or not model:
        _refuse("model", "'model' is missing. Send the name of a preset.")
    if not isinstance(stream, bool | None):
        _refuse("stream", "'stream' must be true or false.")
    refuse_unsupported(given)
    options, own = _object(given, "stream_options"), _object(given, "polyphony")
    conversation = read_messages(given.get("messages"))
    return ApiRequest(
        model=model,
        messages=conversation.asked,
        writer=WriterRequest(
            messages=conversation.as_sent,
            settings=writer_settings(given),
            extra=writer_extra(given),
        ),
        stream=bool(stream),
        include_usage=options.get("include_usage") is True,
        expose=_choice(own, "expose", get_args(Expose)),
        usage=_choice(own, "usage", get_args(UsageOf)) or "run",
        ignored=ignored_names(given, own),
        called_by=_called_by(own),
        follows_tools=conversation.follows_tools,
        conversation=conversation,
        asked_sha256=_asked_sha256(given),
    )


def _parsed(body: bytes) -> object:
    if len(body) > MOST_BYTES:
        message = f"The body is larger than {MOST_BYTES >> 20} MB."
        raise ApiError(413, "request_too_large", message)
    try:
        return parse_strict(body, MOST_BYTES)
    except ConfigError as error:
        what = str(error).removeprefix("file: ")
        message = f"The body cannot be read as JSON: {what}"
        raise ApiError(400, "invalid_json", message) from None


def _asked_sha256(body: Mapping[str, Any]) -> str:
    """Names all that the answer depends on."""
    asked = {
        name: value
        for name, value in body.items()
        if name not in _NOT_ASKED and value is not None
    }
    try:
        text = json.dumps(asked, sort_keys=True, ensure_ascii=False, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()
    except UnicodeEncodeError:
        _refuse(None, "The body has half a character: a surrogate without its other.")
    except (ValueError, TypeError):
        _refuse(None, "The body has a value that JSON cannot have.")


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    if value is not None and not isinstance(value, Mapping):
        _refuse(name, f"'{name}' must be an object.")
    return value or {}


def _called_by(own: Mapping[str, Any]) -> tuple[str, ...]:
    runs = own.get("runs") or []
    if not isinstance(runs, list) or not all(isinstance(uid, str) for uid in runs):
        _refuse("polyphony.runs", "'polyphony.runs' must be a list of runs.")
    return tuple(runs)


def _choice(own: Mapping[str, Any], name: str, choices: tuple[Any, ...]) -> Any:  # noqa: ANN401
    value = own.get(name)
    if value is not None and value not in choices:
        param = f"polyphony.{name}"
        _refuse(param, f"'{param}' must be one of {', '.join(choices)}.")
    return value


def _refuse(param: str | None, message: str) -> NoReturn:
    raise ApiError(400, "invalid_value", message, param)
