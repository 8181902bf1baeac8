"""Asks an endpoint for its models, and reads the many forms of the answer."""

import asyncio
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from moa_core.errors import ProviderError
from moa_core.providers.catalogue.models import ModelInfo
from moa_core.providers.catalogue.together import together_models
from moa_core.providers.errors import CallTarget, call_error, wrong_address_error
from moa_core.providers.streaming import Connections, api_url, check_key, headers_for
from moa_core.settings import EndpointSettings

CATALOGUE_S = 15.0
"""Longest wait for a list of models, in seconds."""

_MTOK = 1_000_000
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
                await together_models(endpoint)
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
    entries = body
    if isinstance(body, dict):
        entries = body.get("data", body)
        if entries is None:  # Ollama, before the first model is pulled
            entries = []
    if not isinstance(entries, list):
        return None
    if entries and not any(True for _ in _named(entries)):
        return None
    models = {
        entry["id"]: _info(entry) for entry in _named(entries) if _is_for_chat(entry)
    }
    return tuple(sorted(models.values(), key=lambda info: info.id.lower()))


def _named(entries: Iterable[object]) -> Iterator[Mapping[str, Any]]:
    for entry in entries:
        if isinstance(entry, dict) and isinstance(entry.get("id"), str) and entry["id"]:
            yield entry


def _is_for_chat(entry: Mapping[str, Any]) -> bool:
    kind = entry.get("type")
    if isinstance(kind, str) and kind.lower() not in _CHAT_TYPES:
        return False
    return not _NO_CHAT.search(entry["id"])


def _info(entry: Mapping[str, Any]) -> ModelInfo:
    pricing = entry.get("pricing")
    prices = pricing if isinstance(pricing, dict) else {}
    return ModelInfo(
        id=entry["id"],
        context_tokens=_context(entry),
        input_usd_per_mtok=_price(prices, "input", "prompt"),
        output_usd_per_mtok=_price(prices, "output", "completion"),
    )


def _context(entry: Mapping[str, Any]) -> int | None:
    for name in _CONTEXT_NAMES:
        value = entry.get(name)
        if isinstance(value, int | str) and str(value).isdecimal() and int(value):
            return int(value)
    meta = entry.get("meta")  # llama.cpp
    trained = meta.get("n_ctx_train") if isinstance(meta, dict) else None
    return trained if isinstance(trained, int) else None


def _price(prices: Mapping[str, Any], per_mtok: str, per_token: str) -> Decimal | None:
    """Dollars per million: Together names them so, OpenRouter's are per token."""
    if (amount := _amount(prices.get(per_mtok))) is not None:
        return amount
    amount = _amount(prices.get(per_token))
    return None if amount is None else (amount * _MTOK).normalize()


def _amount(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None
