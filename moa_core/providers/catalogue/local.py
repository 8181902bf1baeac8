"""Finds model servers that run on this machine: Ollama, LM Studio, llama.cpp, vLLM."""

import asyncio
from collections.abc import Mapping

from moa_core.providers.catalogue.model_list import models_in, read_json
from moa_core.providers.streaming import Connections
from moa_core.settings import LOCAL_SERVERS, EndpointSettings

PROBE_S = 0.5
"""How long a local port has to answer, in seconds."""

_LONGEST_LIST_BYTES = 1_000_000


async def find_local_servers(
    connections: Connections, servers: Mapping[str, int] = LOCAL_SERVERS
) -> tuple[EndpointSettings, ...]:
    """The servers of ``servers`` that list at least one model, in that order.

    Args:
        connections: The shared pool.
        servers: Ports to try, by the name of the server that usually has it.
    """
    addresses = {name: f"http://127.0.0.1:{port}/v1" for name, port in servers.items()}
    await connections.http()  # outside of the time that a server has
    answers = await asyncio.gather(
        *(_lists_models(connections, address) for address in addresses.values())
    )
    return tuple(
        EndpointSettings(name=name, kind="local", base_url=address, origin="found")
        for (name, address), lists in zip(addresses.items(), answers, strict=True)
        if lists
    )


async def _lists_models(connections: Connections, address: str) -> bool:
    client = await connections.http()
    try:
        async with (
            asyncio.timeout(PROBE_S),
            client.stream("GET", f"{address}/models") as response,
        ):
            if response.status_code != 200:
                return False
            content = b""
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > _LONGEST_LIST_BYTES:
                    return False
    except Exception:  # noqa: BLE001 - whatever lives at this port is no model server
        return False
    body = read_json(content)
    listed = body.get("data") or body.get("models") if isinstance(body, dict) else None
    return isinstance(listed, list) and bool(models_in(body))
