"""Asks a local model server how many calls it answers at once, and its window."""

import asyncio
import time
from typing import Any, TypeGuard

from moa_core.providers.catalogue.model_list import read_json
from moa_core.providers.streaming import Connections
from moa_core.settings import EndpointSettings

ASK_S = 1.0
"""How long a server has to say how many slots it has, in seconds."""

_FRESH_S, _UNKNOWN_FRESH_S = 600.0, 15.0
_LONGEST_ANSWER_BYTES = 4_000_000
_NO_SLOTS = frozenset(
    {
        *("vllm", "sglang", "tgi", "text-generation-inference"),
        *("openai", "anthropic", "google", "mistralai", "azure", "bedrock"),
        *("litellm", "openrouter", "polyphony"),
    }
)
"""Owners, as lists of models name them, of servers that batch whatever comes, and of
models that a gateway on this machine passes calls on to, as LiteLLM does."""


class LocalServer:
    """One model server near by, whichever endpoints it has.

    llama.cpp says how many slots it has; vLLM, SGLang and gateways to hosted models
    take as many calls as come. Of any other, Ollama and LM Studio among them, one call
    at once is safe: others would wait inside of it, where nobody can tell waiting from
    silence.

    Args:
        endpoint: One of its endpoints, with a key if it wants one.
        connections: The shared pool.
        told: Slots as the user has set them; then nobody is asked.

    Attributes:
        context_tokens: The window of each slot, once the server has said it.
    """

    def __init__(
        self,
        endpoint: EndpointSettings,
        connections: Connections,
        told: int | None = None,
    ) -> None:
        self.context_tokens: int | None = None
        self._endpoint, self._told = endpoint, told
        self._connections = connections
        self._known: int | None = 1
        self._fresh_until = 0.0
        self._asking: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """Names the server."""
        return self._endpoint.base_url

    async def slots(self) -> int | None:
        """How many calls it answers at once; ``None`` for as many as are made."""
        if self._told is not None:
            return self._told
        if time.monotonic() >= self._fresh_until:
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._ask())
            await asyncio.shield(self._asking)
        return self._known

    async def _ask(self) -> None:
        root = self.address.removesuffix("/v1")
        props = await self._get(f"{root}/props")
        self.context_tokens = _window(props) or self.context_tokens
        total = _dict(props).get("total_slots")
        answers: list[object] = [props]
        if not _is_count(total):
            urls = (f"{root}/slots", f"{self.address}/models")
            answers += await asyncio.gather(*map(self._get, urls))
            total = len(answers[1]) if isinstance(answers[1], list) else 0
        if _is_count(total):
            self._known = total
        else:
            self._known = None if _owners(answers[-1]) & _NO_SLOTS else 1
        silent = all(answer is None for answer in answers)
        fresh_s = _UNKNOWN_FRESH_S if silent else _FRESH_S
        self._fresh_until = time.monotonic() + fresh_s

    async def _get(self, url: str) -> object:
        """What the server answers; ``None`` if nothing that can be read."""
        client = await self._connections.http()
        key = self._endpoint.api_key or ""
        headers = {"Authorization": f"Bearer {key}"} if key.isascii() and key else {}
        content = b""
        try:
            async with (
                asyncio.timeout(ASK_S),
                client.stream("GET", url, headers=headers) as response,
            ):
                if response.status_code != 200:
                    return None
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > _LONGEST_ANSWER_BYTES:
                        return None
        except Exception:  # noqa: BLE001 - whatever it is, it says nothing of slots
            return None
        return read_json(content)


def _window(props: object) -> int | None:
    settings = _dict(_dict(props).get("default_generation_settings"))
    window = settings.get("n_ctx")
    return window if _is_count(window) else None


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and value > 0


def _owners(models: object) -> set[str]:
    entries = _dict(models).get("data")
    listed = entries if isinstance(entries, list) else []
    return {str(_dict(entry).get("owned_by")).lower() for entry in listed}


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
