"""Reads the messages of a request: for proposers in words, for the writer as they are.

Proposers have no tools and may not see pictures, so both are told in words.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple, NoReturn

from moa_core.messages import Message, MessageRole, TextPart
from moa_core.openai_wire.errors import ApiError

_ROLES: Final[Mapping[str, MessageRole]] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "user",
}
_IN_WORDS: Final[Mapping[str, str]] = {
    "image_url": "[an image that you cannot see]",
    "file": "[a file that you cannot read]",
}
"""Parts that only the writer gets."""

_TEXTS: Final[Mapping[str, str]] = {"text": "text", "refusal": "refusal"}
"""Parts that are texts, and the field that the text is in."""


@dataclass(frozen=True, slots=True)
class AskedMessages:
    """The messages of a request.

    Attributes:
        asked: What proposers read, ending with the user's message.
        as_sent: All messages word for word; ``None`` where ``asked`` is all there is.
        follows_tools: Whether tools have answered since the user's message.
        said: What each message of ``asked`` says, pictures included, to compare.
    """

    asked: tuple[Message, ...]
    as_sent: tuple[Message, ...] | None
    follows_tools: bool
    said: tuple[tuple[str, ...], ...]

    def sha256(self, key: str, *, turns_back: int = 0) -> str | None:
        """A name for the conversation up to a message of the user, under one key.

        Args:
            key: Whose conversation it is.
            turns_back: 0 for the user's last message, 1 for the one before it.

        Returns:
            64 hexadecimal digits; ``None`` where the user has not said that much.
        """
        ends = [at for at, each in enumerate(self.said, 1) if each[0] == "user"]
        if turns_back >= len(ends):
            return None
        said = [key, *self.said[: ends[-1 - turns_back]]]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


class _Told(NamedTuple):
    """One message: as proposers read it, and what of it they cannot be given."""

    message: Message
    said: tuple[str, ...]
    is_text: bool


def read_messages(raw: object) -> AskedMessages:
    """Read the ``messages`` of a request.

    Raises:
        ApiError: They cannot be answered; it says which one and why.
    """
    if not isinstance(raw, list) or not raw:
        _refuse("messages", "'messages' must be a list with at least one message.")
    names = _ToolNames()
    told = [_read(each, f"messages[{at}]", names) for at, each in enumerate(raw)]
    asked_at = [at for at, each in enumerate(raw) if each["role"] == "user"]
    if not asked_at:
        _refuse("messages", "There is no message of the user to answer.")
    end = asked_at[-1] + 1
    if not told[end - 1].message.text.strip():
        _refuse(f"messages[{end - 1}].content", "The user's message is empty.")
    after = raw[end:]
    plain = not after and all(each.is_text for each in told)
    return AskedMessages(
        asked=tuple(replace(each.message, as_sent=None) for each in told[:end]),
        as_sent=None if plain else tuple(each.message for each in told),
        follows_tools=any(each["role"] == "tool" for each in after),
        said=tuple(each.said for each in told[:end]),
    )


class _ToolNames(dict[str, str]):
    """The names of tools by the id of their call."""

    def told(self, calls: object, where: str) -> list[str]:
        """Calls of an assistant's message, a line each."""
        if calls is None:
            return []
        if not isinstance(calls, list):
            _refuse(f"{where}.tool_calls", f"'{where}.tool_calls' must be a list.")
        return [
            self._line(each, f"{where}.tool_calls[{at}]")
            for at, each in enumerate(calls)
        ]

    def _line(self, call: object, where: str) -> str:
        inner = (
            call.get("function", call.get("custom")) if isinstance(call, dict) else 0
        )
        name = inner.get("name") if isinstance(inner, dict) else None
        if (
            not isinstance(call, dict)
            or not isinstance(inner, dict)
            or not isinstance(name, str)
        ):
            _refuse(where, f"'{where}' must be a call of a function with a name.")
        self[str(call.get("id"))] = name
        given = inner.get("arguments", inner.get("input", ""))
        return f"[called the tool {name} with {given}]"


def _read(raw: object, where: str, names: _ToolNames) -> _Told:
    if not isinstance(raw, dict):
        _refuse(where, f"'{where}' must be an object with 'role' and 'content'.")
    role = raw.get("role")
    if not isinstance(role, str) or role not in _ROLES:
        known = "system, developer, user, assistant and tool"
        _refuse(f"{where}.role", f"'{where}.role' must be one of {known}.")
    texts, others = _texts(raw.get("content"), f"{where}.content", role)
    if role == "assistant":
        texts += names.told(raw.get("tool_calls"), where)
    elif role == "tool":
        name = names.get(str(raw.get("tool_call_id")), "")
        texts = ["\n".join([f"[the tool {name} returned]".replace("  ", " "), *texts])]
    sent = {**raw, "role": "system"} if role == "developer" else raw
    plain = sent.keys() == {"role", "content"} and isinstance(sent["content"], str)
    is_text = plain and sent["role"] == _ROLES[role]
    parts = tuple(map(TextPart, texts))
    message = Message(_ROLES[role], parts, None if is_text else sent)
    parts_sent = (json.dumps(part, sort_keys=True).encode() for part in others)
    digests = (hashlib.sha256(part).hexdigest() for part in parts_sent)
    said = (role, *(text.strip() for text in texts), *digests)
    return _Told(message, said, is_text)


def _texts(
    content: object, where: str, role: str
) -> tuple[list[str], list[Mapping[str, Any]]]:
    """The texts of a message's content, and the parts that are told in words."""
    if isinstance(content, str):
        return [content], []
    if content is None:
        if role != "assistant":
            _refuse(where, f"'{where}' is missing.")
        return [], []
    if not isinstance(content, list):
        _refuse(where, f"'{where}' must be a text or a list of parts.")
    return [_text(part, where) for part in content], [
        part for part in content if part["type"] in _IN_WORDS
    ]


def _text(part: object, where: str) -> str:
    kind = part.get("type") if isinstance(part, dict) else None
    text: object = None
    if isinstance(part, dict) and isinstance(kind, str):
        text = _IN_WORDS.get(kind) or part.get(_TEXTS.get(kind, ""))
    if not isinstance(text, str):
        known = ", ".join((*_TEXTS, *_IN_WORDS))
        said = f"'{where}' has a part that cannot be read; these can: {known}."
        _refuse(where, said)
    return text


def _refuse(param: str, message: str) -> NoReturn:
    raise ApiError(400, "invalid_value", message, param)
