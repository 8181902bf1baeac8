"""Stores the calls of tools that a call asks for as JSON, and reads them back."""

from collections.abc import Sequence
from typing import Any

from moa_core.errors import ConfigError
from moa_core.run import ToolCall
from storage.values import clean, clean_json

_TEXTS = ("name", "arguments", "id")


def tool_call_columns(calls: Sequence[ToolCall]) -> list[dict[str, Any]] | None:
    """What is stored of ``calls``; ``None`` where there are none."""
    return [
        {
            **{name: clean(getattr(call, name)) for name in _TEXTS},
            **({"more": clean_json(dict(call.more))} if call.more else {}),
        }
        for call in calls
    ] or None


def stored_tool_calls(stored: object) -> tuple[ToolCall, ...]:
    """The calls that ``tool_call_columns`` stored.

    Raises:
        ConfigError: They cannot be read.
    """
    if not isinstance(stored, list | None):
        raise ConfigError("tool_calls: this is no list")
    calls = []
    for each in stored or ():
        more = each.get("more", {}) if isinstance(each, dict) else None
        texts = {name: each.get(name) for name in _TEXTS} if more is not None else {}
        told = all(isinstance(text, str) for text in texts.values())
        if not isinstance(more, dict) or not told or each.keys() - {*_TEXTS, "more"}:
            raise ConfigError("tool_calls: this is no call of a tool")
        calls.append(ToolCall(**texts, more=more))
    return tuple(calls)
