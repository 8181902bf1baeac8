"""Holds the one pool of connections that all calls of an event loop share."""

import asyncio
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from moa_core.network import NetworkSettings
from moa_core.settings import EndpointSettings

if TYPE_CHECKING:  # openai costs 0.7 s of CPU: it is imported in a thread, when needed
    import httpx2
    from openai import AsyncOpenAI, Omit

CONNECT_S = 5.0
"""Longest wait for an open connection, in seconds."""

_POOL_WAIT_S = 10.0
_NO_KEY = "-"
_PLAIN_HEADERS = frozenset(
    {"accept", "accept-encoding", "authorization", "content-type", "user-agent"}
)


class Connections:
    """Opens HTTP clients lazily, on the loop that uses them.

    Args:
        network: The proxies and certificates that are set.
    """

    def __init__(self, network: NetworkSettings | None = None) -> None:
        self._network = network or NetworkSettings()
        self._clients: WeakKeyDictionary[
            asyncio.AbstractEventLoop, asyncio.Task[httpx2.AsyncClient]
        ] = WeakKeyDictionary()

    async def http(self) -> "httpx2.AsyncClient":
        """The running loop's client, built on first use without blocking the loop."""
        loop = asyncio.get_running_loop()
        building = self._clients.get(loop)
        if building is None or _failed(building):
            building = loop.create_task(asyncio.to_thread(_new_client, self._network))
            self._clients[loop] = building
        return await asyncio.shield(building)

    async def openai(self, endpoint: EndpointSettings, base_url: str) -> "AsyncOpenAI":
        """An SDK client for ``endpoint`` over the shared pool; it needs no closing."""
        http_client = await self.http()
        from openai import AsyncOpenAI

        headers = {"Accept-Encoding": "identity"}  # events arrive one by one
        return AsyncOpenAI(
            api_key=endpoint.api_key or _NO_KEY,
            base_url=base_url,
            http_client=http_client,
            max_retries=0,
            timeout=http_client.timeout,
            default_headers=headers,
        )

    async def aclose(self) -> None:
        """Close the running loop's connections; a later call opens new ones."""
        building = self._clients.pop(asyncio.get_running_loop(), None)
        if building is not None and not _failed(building):
            await (await building).aclose()


def _failed(building: "asyncio.Task[httpx2.AsyncClient]") -> bool:
    """Whether it has to be tried again: one bad start must not cost every call."""
    if not building.done():
        return False
    return building.cancelled() or building.exception() is not None


def _new_client(network: NetworkSettings) -> "httpx2.AsyncClient":
    # openai takes its stand-in for a missing aiohttp where another thread is just
    # importing it, and keeps it; so it is whole before openai looks
    import aiohttp  # noqa: F401

    # openai looks for a loaded httpx at every call, and fails on one that together is
    # just importing in another thread; so it is loaded before the first call
    import httpx  # noqa: F401
    import httpx2
    import openai.resources.chat.chat  # noqa: F401 - else the first call imports it

    from moa_core.providers.streaming.routes import Routes  # imports httpx2

    return httpx2.AsyncClient(
        transport=Routes(network),
        trust_env=False,  # the routes know the proxies and certificates
        follow_redirects=False,  # a key and a question go where the user sent them
        timeout=httpx2.Timeout(None, connect=CONNECT_S, pool=_POOL_WAIT_S),
    )


def headers_for(
    client: "AsyncOpenAI", endpoint: EndpointSettings
) -> "dict[str, str | Omit]":
    """What the SDK would send by itself and ``endpoint`` must not get, left out.

    The SDK takes the headers of an OpenAI account, and any that are meant for a
    gateway to OpenAI, from the environment; they are nobody else's business.
    """
    from openai import omit

    if endpoint.kind == "openai":
        return {}
    withheld = [
        name for name in client.default_headers if name.lower() not in _PLAIN_HEADERS
    ]
    if not endpoint.api_key:
        withheld.append("Authorization")
    return dict.fromkeys(withheld, omit)
