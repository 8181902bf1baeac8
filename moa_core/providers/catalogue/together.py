"""Together's live catalogue, with context lengths, through its own SDK."""

import asyncio
import json
from typing import TYPE_CHECKING, Any

from moa_core.providers.streaming import Connections
from moa_core.settings import EndpointSettings

if TYPE_CHECKING:  # imported in a thread, when needed: it costs 0.7 s of CPU
    import httpx2
    from together import AsyncTogether

_PAGE_SIZE = 500
_MOST_PAGES = 20


async def together_models(
    endpoint: EndpointSettings, connections: Connections
) -> list[dict[str, Any]]:
    """The models one can call, each with what the curated catalogue adds to it.

    ``/v1/models`` says which ids calls take; the SDK's own list of supported models
    knows more about some of them. Either alone is enough.

    Raises:
        Exception: As the SDK raises it, when neither list can be had.
    """
    client = await asyncio.to_thread(_client, endpoint, await connections.http())
    async with client:
        callable_ids, supported = await asyncio.gather(
            _callable(client), _supported(client), return_exceptions=True
        )
    if isinstance(callable_ids, BaseException):
        if isinstance(supported, BaseException) or not supported:
            raise callable_ids
        return list(supported.values())
    if isinstance(supported, BaseException):
        supported = {}
    return [supported.get(entry.get("id"), {}) | entry for entry in callable_ids]


def _client(endpoint: EndpointSettings, pool: "httpx2.AsyncClient") -> "AsyncTogether":
    import httpx
    import together
    import together.resources.models

    class OverThePool(httpx.AsyncBaseTransport):
        """Sends what the SDK asks over the pool that all calls share.

        So proxies and certificates are the same; the SDK cannot take the pool itself,
        which belongs to another version of its library.
        """

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await pool.request(
                request.method,
                str(request.url),
                headers=request.headers.multi_items(),
                content=await request.aread(),
            )
            kind = response.headers.get("content-type", "")
            return httpx.Response(
                response.status_code,
                headers={"content-type": kind},
                content=response.content,
                request=request,
            )

    return together.AsyncTogether(
        api_key=endpoint.api_key,
        base_url=endpoint.base_url,  # without /v1: the SDK's paths bring their own
        max_retries=0,
        http_client=together.DefaultAsyncHttpxClient(
            follow_redirects=False, trust_env=False, transport=OverThePool()
        ),
    )


async def _callable(client: "AsyncTogether") -> list[dict[str, Any]]:
    import httpx

    response = await client.get("/v1/models", cast_to=httpx.Response)
    body = json.loads(response.content)
    entries = body.get("data") if isinstance(body, dict) else body
    return [entry for entry in entries or [] if isinstance(entry, dict)]


async def _supported(client: "AsyncTogether") -> dict[str, dict[str, Any]]:
    """Serverless chat models in the form of ``/v1/models``, by the id in calls."""
    from together import omit

    models: dict[str, dict[str, Any]] = {}
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        response = await client.models.with_raw_response.list_supported(
            product="PRODUCT_SERVERLESS", limit=_PAGE_SIZE, after=cursor or omit
        )
        body = json.loads(await response.read())
        for entry in body.get("data") or []:
            if "CAPABILITY_CHAT" in (entry.get("capabilities") or ()):
                model_id = entry.get("serverlessEndpoint") or entry.get("name")
                tokens = entry.get("contextLength")
                models[model_id] = {"id": model_id, "context_length": tokens}
        if not (cursor := body.get("next_cursor")):
            break
    return models
