"""Reads what a delta or a message says: answer, reasoning, or a call of a tool.

Servers send content as a text, a number, an object or a list of parts, and reasoning
under many names, often the same under several of them.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

_REASONING = (
    "reasoning_content",
    "reasoning",
    "thinking",
    "thinking_content",
    "reasoning_text",
    "thought",
    "thoughts",
    "thinking_blocks",
    "reasoning_details",
    "reasoning_summary",
)
_TEXTS = ("text", "content", "value", "output_text", "refusal", "parts", "summary")
_NOT_ASKED = re.compile(r"result|output|response|server|executed|_id$")
"""In names of tools that a server has used by itself."""

_THOUGHT_TAG = re.compile(r"</?thought>")
_NESTED = 5
"""Parts may contain parts; nobody nests them deeper than three."""


class Said(NamedTuple):
    """What one delta or message says.

    Attributes:
        text: Of the answer.
        thought: Of the reasoning.
        tool: Name of a tool it calls; ``""`` where it has none, ``None`` for no call.
    """

    text: str = ""
    thought: str = ""
    tool: str | None = None


NOTHING: Final = Said()


def said_in(message: object) -> Said:
    """What ``message``, a delta or a whole message, says; it may be its content."""
    if not isinstance(message, dict):
        return said_in({"content": message}) if message else NOTHING
    content, thought, more = message.get("content"), "", len(message) > 2
    for name in _REASONING if len(message) > 1 or not content else ():
        if (value := message.get(name)) and (thought := _plain(value)):
            break
    if isinstance(content, str) and content:
        if "extra_content" in message and _says_thought(message["extra_content"]):
            return Said("", _THOUGHT_TAG.sub("", content))
        return Said(content, thought, _tool_called(message) if more else None)
    if content is None and "content" not in message:
        content = message.get("text")
    if thought and not content:
        return Said("", thought, _tool_called(message))
    parts = tuple(_parts(content))
    text = "".join(text for kind, text in parts if kind == "text")
    text = text or _plain(message.get("refusal"))
    thought = thought or "".join(text for kind, text in parts if kind == "thought")
    tools = [text for kind, text in parts if kind == "tool"]
    return Said(text, thought, tools[0] if tools else _tool_called(message))


def _says_thought(extra: object) -> bool:
    """Whether Gemini marks the content as thoughts, in its own field."""
    own = extra.get("google") if isinstance(extra, dict) else None
    return isinstance(own, dict) and own.get("thought") is True


def _parts(content: object, depth: int = _NESTED) -> Iterator[tuple[str, str]]:
    """The parts of ``content``, as pairs of a kind and a text."""
    if isinstance(content, list) and depth:
        for part in content:
            yield from _parts(part, depth - 1)
    elif isinstance(content, dict):
        kind = str(content.get("type") or "").lower()
        if _asks_for_tool(kind) or "functionCall" in content:
            yield "tool", _name_of(content)
        elif content.get("thought") is True or any(
            word in kind for word in ("think", "thought", "reason")
        ):
            yield "thought", _plain(content)
        else:
            yield "text", _plain(content)
    else:
        yield "text", _plain(content)


def _plain(value: object, depth: int = _NESTED) -> str:
    """``value`` as text: a text itself, a number, or what its parts have as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not depth:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return "".join(_plain(each, depth - 1) for each in value)
    if isinstance(value, dict):
        for name in (*_TEXTS, *_REASONING):
            if text := _plain(value.get(name), depth - 1):
                return text
    return ""


def _tool_called(message: Mapping[str, Any]) -> str | None:
    """The tool that ``message`` calls, in whatever form; see ``Said.tool``."""
    for name, value in message.items():
        if value and _asks_for_tool(name) and not _is_blank_call(value):
            return _name_of(value)
    return None


def _is_blank_call(call: object) -> bool:
    """Whether a call is only a form that nobody has filled in, as some always send."""
    if isinstance(call, list):
        return all(map(_is_blank_call, call))
    if not isinstance(call, dict):
        return not call
    filled = {name: value for name, value in call.items() if name != "type"}
    named = "name" in filled or "function" in filled
    return named and all(map(_is_blank_call, filled.values()))


def _asks_for_tool(name: str) -> bool:
    """Whether what has this name is a call that somebody else is to make."""
    return ("tool" in name or "function" in name) and not _NOT_ASKED.search(name)


def _name_of(call: object) -> str:
    """The name of the tool in a call, a list of calls, or an object around one."""
    if isinstance(call, list):
        return next(filter(None, map(_name_of, call)), "")
    if not isinstance(call, dict):
        return ""
    if isinstance(call.get("name"), str):
        return str(call["name"])
    inner = (call.get(n) for n in ("function", "functionCall", "tool_call", "toolUse"))
    return next(filter(None, map(_name_of, inner)), "")
