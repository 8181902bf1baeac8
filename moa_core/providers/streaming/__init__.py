"""Streams answers from endpoints that speak the chat completions protocol."""

from moa_core.providers.streaming.chat_completions import (
    ChatCompletions,
    api_url,
    check_key,
)
from moa_core.providers.streaming.connections import Connections, headers_for
from moa_core.providers.streaming.quirks import QuirkBook

__all__ = [
    "ChatCompletions", "Connections", "QuirkBook", "api_url", "check_key",
    "headers_for",
]  # fmt: skip
