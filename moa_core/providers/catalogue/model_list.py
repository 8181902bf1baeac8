"""Asks an endpoint for its models, and reads the many forms of the answer."""

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

from moa_core.errors import ProviderError
from moa_core.providers.catalogue.models import ModelInfo
from moa_core.providers.catalogue.together import together_models
from moa_core.providers.errors import CallTarget, call_error, wrong_address_error
from moa_core.providers.streaming import Connections, api_url, check_key, headers_for
from moa_core.settings import EndpointSettings

CATALOGUE_S = 15.0
"""Longest wait for a list of models, in seconds."""

_CONTEXT_NAMES = (
    "context_length",
    "context_window",
    "max_context_length",
    "max_model_len",
    "contextLength",
)
_CHAT_TYPES = frozenset({"chat", "language", "code", "llm", "vlm", "text", "model"})
_NO_CHAT = re.compile(
    r"(?i)embed|whisper|\btts|text-to-speech|transcri|dall-e|image|moderation|realtime"
    r"|\baudio|-audio|rerank|\bsora|stable-diffusion|flux|davinci-00|babbage-00"
    r"|computer-use|guard|\bbge-|search-(api|query|doc)"
)


async def fetch_models(
    endpoint: EndpointSettings, connections: Connections
) -> tuple[ModelInfo, ...]:
    """The chat models that ``endpoint`` lists now, sorted by id.

    Raises:
        ProviderError: It could not be asked, or it answers with no list.
    """
    target = CallTarget.of(endpoint, "")
    check_key(endpoint, target)
    models: tuple[ModelInfo, ...] | None = None
    failure: ProviderError | None = None
    try:
        async with asyncio.timeout(CATALOGUE_S):
            models = models_in(
                await together_models(endpoint, connections)
                if endpoint.kind == "together"
                else await _listed(endpoint, connections)
            )
    except Exception as error:  # noqa: BLE001 - shown beside the endpoint's name
        failure = call_error(error, target)
    if failure is not None:
        raise failure
    if models is None:
        raise wrong_address_error(target, "answers with no list of models")
    return models


async def _listed(endpoint: EndpointSettings, connections: Connections) -> object:
    client = await connections.openai(endpoint, api_url(endpoint))
    response = await client.models.with_raw_response.list(
        extra_headers=headers_for(client, endpoint)
    )
    return read_json(response.content)


def read_json(content: bytes | str) -> object:
    """What ``content`` holds; ``None`` where it is no JSON."""
    try:
        return json.loads(content)
    except ValueError:
        return None


def models_in(body: object) -> tuple[ModelInfo, ...] | None:
    """The chat models that ``body`` lists; ``None`` where it is no list of models."""
    entries = body.get("data", body) if isinstance(body, dict) else body
    if entries is None and isinstance(body, dict):
        return ()  # Ollama, before the first model is pulled
    if not isinstance(entries, list):
        return None
    named = [
        entry
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("id"), str) and entry["id"]
    ]
    if entries and not named:
        return None
    models = {
        entry["id"]: ModelInfo(id=entry["id"], context_tokens=_context_tokens(entry))
        for entry in named
        if _is_for_chat(entry)
    }
    return tuple(sorted(models.values(), key=lambda info: info.id.lower()))


def _is_for_chat(entry: Mapping[str, Any]) -> bool:
    kind = entry.get("type")
    if isinstance(kind, str) and kind.lower() not in _CHAT_TYPES:
        return False
    return not _NO_CHAT.search(entry["id"])


def _context_tokens(entry: Mapping[str, Any]) -> int | None:
    for name in _CONTEXT_NAMES:
        value = entry.get(name)
        if isinstance(value, int | str) and str(value).isdecimal() and int(value):
            return int(value)
    meta = entry.get("meta")  # llama.cpp
    trained = meta.get("n_ctx_train") if isinstance(meta, dict) else None
    return trained if isinstance(trained, int) else None
