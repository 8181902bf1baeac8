"""Asks an endpoint for its models, and reads the many forms of the answer."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from moa_core.errors import ProviderError
from moa_core.providers.catalogue.image_input import takes_images
from moa_core.providers.catalogue.local_images import with_images_of_local
from moa_core.providers.catalogue.models import ModelInfo
from moa_core.providers.catalogue.together import together_models
from moa_core.providers.errors import (
    CallTarget,
    Failure,
    call_error,
    payload_is_error,
    wrong_address_error,
)
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
    "context_size",
    "context_tokens",
    "max_context_tokens",
    "inputTokenLimit",
)
_LIST_NAMES = ("data", "models", "result", "results", "items", "model_list", "list")
_DEEPEST: Final = 4
"""So many lists may stand in one another."""

_ID_NAMES = ("id", "name", "model", "model_id", "slug", "key")
_KIND_NAMES = ("type", "model_type", "task", "pipeline_tag")
_NO_MODELS = frozenset(
    {"error", "errors", "detail", "message", "msg", "status", "code"}
)
_CHAT_KIND = re.compile(
    r"(?i)chat|completion|language|text-?gen|text-to-text|text2text|llm|vlm|instruct"
    r"|\bcode\b|^text$"
)
_OTHER_KIND = re.compile(
    r"(?i)embed|rerank|image|picture|audio|speech|tts|stt|transcri|video|moderation"
    r"|classif|realtime|\bocr\b|similarity|upscal|extraction"
)
"""Kinds of models that answer no question, by their endpoint's word for them."""

_ABILITIES = ("completion_chat", "supports_chat")
_CHAT_NAME = re.compile(r"(?i)chat|instruct|llm")
_OTHER_NAME = re.compile(
    r"(?i)(^|[-_/:.])(text-embedding|embed(ding|der)?s?|ocr|transcriptions?|bge|gte|e5|minilm|rerank(er)?"
    r"|whisper|tts|text-to-speech|speech-to-text|stt|transcribe|dall-e|gpt-image"
    r"|imagen|stable-diffusion|sdxl|flux\.?1?|sora|veo|moderation|realtime"
    r"|davinci-00\d|babbage-00\d|computer-use|llama-guard|shieldgemma)([-_/:.\d]|$)"
)
"""Families known to answer no question, where the endpoint says nothing of the kind."""


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
            body = (
                await together_models(endpoint, connections)
                if endpoint.kind == "together"
                else await _listed(endpoint, connections)
            )
            if payload_is_error(body):
                raise call_error(Failure.from_chunk(body), target)
            models = models_in(body)
            if models and endpoint.is_local:
                owned = owners_in(body)
                models = await with_images_of_local(
                    endpoint, connections, models, owned
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
    """The chat models that ``body`` lists; ``None`` where it is no list of models.

    Models that are clearly for something else are left out, but never all of them: an
    endpoint that lists nothing else may use these names for chat models.
    """
    named = _named_entries(body)
    if named is None:
        return None
    for_chat = {name: entry for name, entry in named.items() if _chats(name, entry)}
    models = (
        ModelInfo(
            id=name, context_tokens=_context_tokens(entry), images=takes_images(entry)
        )
        for name, entry in (for_chat or named).items()
    )
    return tuple(sorted(models, key=lambda info: info.id.lower()))


def owners_in(body: object) -> frozenset[str]:
    """Who owns the models that ``body`` lists, as it says."""
    entries = (_named_entries(body) or {}).values()
    return frozenset(str(entry.get("owned_by")).lower() for entry in entries)


def _named_entries(body: object) -> dict[str, Mapping[str, Any]] | None:
    """What is said of each model, by its id, in whatever wrapper it comes."""
    entries = body
    if isinstance(body, dict):
        wrapper = next((name for name in _LIST_NAMES if name in body), None)
        entries = body[wrapper] if wrapper else body
        if wrapper and entries is None:
            return {}  # Ollama, before the first model is pulled
        if wrapper and _is_wrapper(entries):
            return _named_entries(entries)
        if not wrapper and (listed := _listed_anywhere(body)):
            entries = listed
    if isinstance(entries, dict):  # by id
        described = all(isinstance(each, dict) for each in entries.values())
        if not entries or not described or _NO_MODELS & entries.keys():
            return None
        return {name: entry for name, entry in entries.items() if name}
    if not isinstance(entries, list):
        return None
    named: dict[str, Mapping[str, Any]] = {
        name: entry if isinstance(entry, dict) else {}
        for entry in _flat(entries)
        if (name := _id_in(entry))
    }
    return named if named or not entries else None


def _flat(entries: list[Any], deeper: int = _DEEPEST) -> Iterator[Any]:
    """The entries of lists in lists, and of groups that list their models."""
    for entry in entries:
        inner: object = entry
        if isinstance(entry, dict) and not _id_in(entry):
            lists = (entry.get(name) for name in _LIST_NAMES)
            inner = next((each for each in lists if isinstance(each, list)), entry)
        if isinstance(inner, list) and deeper:
            yield from _flat(inner, deeper - 1)
        else:
            yield entry


def _listed_anywhere(body: Mapping[str, Any]) -> list[Any]:
    """The models in lists that have names of their own, as of groups."""
    lists = (
        value
        for name, value in body.items()
        if isinstance(value, list) and name not in _NO_MODELS
    )
    return [entry for entries in lists for entry in entries if _id_in(entry)]


def _is_wrapper(value: object) -> bool:
    """Whether a list of models is wrapped once more."""
    return isinstance(value, dict) and any(
        isinstance(value.get(name), list) for name in _LIST_NAMES
    )


def _id_in(entry: object) -> str:
    """What calls name a model; ``""`` for what is no model."""
    if isinstance(entry, dict):
        ids = (entry.get(name) for name in _ID_NAMES)
        entry = next((each for each in ids if isinstance(each, str) and each), "")
    if not isinstance(entry, str) or not entry.isprintable():
        return ""
    return entry.strip().removeprefix("models/")  # Gemini's own list; calls take both


def _chats(name: str, entry: Mapping[str, Any]) -> bool:
    """Whether a model may answer: by what its endpoint says of it, else by its name."""
    if (told := _told_to_chat(entry)) is not None:
        return told
    for kind in (entry.get(each) for each in _KIND_NAMES):
        if isinstance(kind, str) and _CHAT_KIND.search(kind):
            return True
        if isinstance(kind, str) and _OTHER_KIND.search(kind):
            return False
    return not _OTHER_NAME.search(name) or bool(_CHAT_NAME.search(name))


def _told_to_chat(entry: Mapping[str, Any]) -> bool | None:
    """What an endpoint says of a model's abilities; ``None`` where it says nothing."""
    made = _listed_in(entry, "output_modalities") or _listed_in(
        entry.get("architecture"), "output_modalities"
    )
    if made:
        return "text" in made
    if calls := _listed_in(entry, "endpoints"):  # Cohere
        return any("chat" in call for call in calls)
    abilities = entry.get("capabilities")  # Mistral, and Fireworks
    places = (abilities if isinstance(abilities, dict) else {}, entry)
    said = [place.get(each) for place in places for each in _ABILITIES]
    return next((each for each in said if isinstance(each, bool)), None)


def _listed_in(place: object, name: str) -> list[str]:
    """The words that are listed under ``name``, in lower case."""
    words = place.get(name) if isinstance(place, dict) else None
    return [word.lower() for word in words or [] if isinstance(word, str)]


def _context_tokens(entry: Mapping[str, Any]) -> int | None:
    for name in _CONTEXT_NAMES:
        value = entry.get(name)
        if isinstance(value, int | str) and str(value).isdecimal() and int(value):
            return int(value)
    meta = entry.get("meta")  # llama.cpp
    trained = meta.get("n_ctx_train") if isinstance(meta, dict) else None
    return trained if isinstance(trained, int) else None
