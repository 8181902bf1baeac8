"""Asks local servers which of their models take images; their lists do not say so.

llama.cpp tells it with its properties, LM Studio in a list of its own, Ollama when it
is asked for one model (https://github.com/ollama/ollama/blob/main/docs/api.md).
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from moa_core.providers.catalogue.image_input import takes_images
from moa_core.providers.catalogue.models import ModelInfo
from moa_core.providers.streaming import Connections
from moa_core.settings import EndpointSettings

_ASK_S: Final = 2.0
_MOST_SHOWN: Final = 60
_AT_ONCE: Final = 6
_LONGEST_BYTES: Final = 4_000_000


async def with_images_of_local(
    endpoint: EndpointSettings,
    connections: Connections,
    models: Sequence[ModelInfo],
    owners: frozenset[str],
) -> tuple[ModelInfo, ...]:
    """``models``, with what their server says of images.

    Args:
        endpoint: A server near by.
        connections: The shared pool.
        models: As they are listed.
        owners: Of the models, as the list has them: they tell the kind of server.
    """
    server = _Server(endpoint, connections)
    kinds = owners | {endpoint.name}
    told: Mapping[str, bool | None] = {}
    if kinds & {"llamacpp", "llama-cpp"}:
        told = dict.fromkeys((each.id for each in models), await server.sees())
    elif kinds & {"organization_owner", "lm-studio"}:
        told = await server.listed()
    elif kinds & {"library", "ollama"}:
        told = await server.shown([each.id for each in models[:_MOST_SHOWN]])
    return tuple(
        replace(each, images=told[each.id])
        if each.images is None and told.get(each.id) is not None
        else each
        for each in models
    )


class _Server:
    def __init__(self, endpoint: EndpointSettings, connections: Connections) -> None:
        self._endpoint, self._connections = endpoint, connections
        self._root = endpoint.base_url.removesuffix("/v1")

    async def sees(self) -> bool | None:
        """llama.cpp: with a projector its one model sees."""
        props = await self._ask("GET", "/props")
        modalities = props.get("modalities")
        vision = modalities.get("vision") if isinstance(modalities, dict) else None
        return vision if isinstance(vision, bool) else None

    async def listed(self) -> dict[str, bool | None]:
        """LM Studio."""
        entries = (await self._ask("GET", "/api/v0/models")).get("data")
        return {
            str(entry.get("id")): takes_images(entry)
            for entry in (entries if isinstance(entries, list) else [])
            if isinstance(entry, dict)
        }

    async def shown(self, ids: Sequence[str]) -> dict[str, bool | None]:
        """Ollama."""
        places = asyncio.Semaphore(_AT_ONCE)

        async def show(model: str) -> bool | None:
            async with places:
                return takes_images(await self._ask("POST", "/api/show", model))

        return dict(zip(ids, await asyncio.gather(*map(show, ids)), strict=True))

    async def _ask(
        self, method: str, path: str, model: str | None = None
    ) -> dict[str, Any]:
        """The object that it answers with; empty if nothing that can be read."""
        from moa_core.providers.catalogue.model_list import read_json

        client = await self._connections.http()
        body = {"model": model} if model else None
        try:
            async with asyncio.timeout(_ASK_S):
                response = await client.request(
                    method, f"{self._root}{path}", json=body, headers=self._headers
                )
        except Exception:  # noqa: BLE001 - whatever it is, it says nothing of images
            return {}
        if response.status_code != 200 or len(response.content) > _LONGEST_BYTES:
            return {}
        answer = read_json(response.content)
        return answer if isinstance(answer, dict) else {}

    @property
    def _headers(self) -> dict[str, str]:
        key = self._endpoint.api_key or ""
        return {"Authorization": f"Bearer {key}"} if key and key.isascii() else {}
