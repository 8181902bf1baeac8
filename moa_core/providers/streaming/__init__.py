"""Streams answers from endpoints that speak the chat completions protocol."""

from typing import TYPE_CHECKING

from moa_core.on_demand import names_on_demand
from moa_core.providers.streaming.connections import Connections, headers_for
from moa_core.providers.streaming.quirks import QuirkBook

if TYPE_CHECKING:
    from moa_core.providers.streaming.chat_completions import (
        ChatCompletions,
        api_url,
        check_key,
    )

__all__ = [
    "ChatCompletions", "Connections", "QuirkBook", "api_url", "check_key",
    "headers_for",
]  # fmt: skip

if not TYPE_CHECKING:
    __getattr__ = names_on_demand(
        __name__, {"chat_completions": "ChatCompletions api_url check_key"}
    )
