"""Writes server-sent events, each one whole."""

import json
from collections.abc import Mapping
from typing import Any, Final

DONE_EVENT: Final = b"data: [DONE]\n\n"
"""The end of a stream, also of one that failed."""

KEEP_ALIVE: Final = b": keep-alive\n\n"
"""A comment against silence."""


def event_of(data: Mapping[str, Any]) -> bytes:
    """A chunk, or the body of an error, as one event."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"data: {text}\n\n".encode(errors="replace")
