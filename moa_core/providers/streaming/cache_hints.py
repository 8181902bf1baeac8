"""Tells endpoints which prompts begin alike, where their documentation asks for it.

Most cache prompts by themselves: DeepSeek, Gemini, Groq, Moonshot, Together, vLLM,
SGLang and llama.cpp want nothing, and OpenRouter sends a conversation to where it was
before. What is sent here changes no answer (docs/adr/0054-prompt-caching.md).
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final
from urllib.parse import urlsplit

from moa_core.run import CompletionRequest


class CacheDialect(Enum):
    """How an endpoint is told.

    Attributes:
        KEY: By a field ``prompt_cache_key``, which leads to the machine that has the
            prompts with the same one.
        CONVERSATION: The same by a header of xAI's.
        MARK: By a mark behind what is to be kept. Keeping it costs more than reading
            it once, so only what is likely to come again is marked.
    """

    NONE = "none"
    KEY = "key"
    CONVERSATION = "conversation"
    MARK = "mark"

    def write(self, body: dict[str, Any], request: CompletionRequest) -> None:
        """Put the hint into the body of ``request``, if it takes one there."""
        shared = request.shared
        if shared and self is CacheDialect.KEY:
            body["prompt_cache_key"] = shared.key
        joined = len(body["messages"]) != len(request.messages)
        if shared and self is CacheDialect.MARK and shared.again and not joined:
            marked = body["messages"][shared.messages - 1]
            if isinstance(marked["content"], str):
                text = {"type": "text", "text": marked["content"]}
                marked["content"] = [{**text, "cache_control": {"type": "ephemeral"}}]

    def headers(self, request: CompletionRequest) -> dict[str, str]:
        """The headers of ``request`` that are a hint."""
        if request.shared and self is CacheDialect.CONVERSATION:
            return {"x-grok-conv-id": request.shared.key}
        return {}


_BY_HOST: Final[Mapping[str, CacheDialect]] = {
    "api.openai.com": CacheDialect.KEY,
    "api.mistral.ai": CacheDialect.KEY,
    "api.fireworks.ai": CacheDialect.KEY,
    "api.x.ai": CacheDialect.CONVERSATION,
}
_AZURE: Final = (".openai.azure.com", ".services.ai.azure.com")


def cache_dialect(base_url: str, model: str) -> CacheDialect:
    """How an endpoint is told which prompts to a model begin alike."""
    host = (urlsplit(base_url).hostname or "").lower()
    if host == "openrouter.ai" and model.startswith("anthropic/"):
        return CacheDialect.MARK
    if host.endswith(_AZURE):
        return CacheDialect.KEY
    return _BY_HOST.get(host, CacheDialect.NONE)
