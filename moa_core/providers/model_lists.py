"""Keeps the lists of models that endpoints have given, and asks for new ones."""

import asyncio
import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace

from moa_core.errors import ProviderError
from moa_core.providers.catalogue import ModelList
from moa_core.providers.streaming import Connections
from moa_core.settings import EndpointSettings

FRESH_S = 600.0
"""How long a list of models counts as current, in seconds."""

_FAILED_FRESH_S = 15.0
_MOST_LISTS = 500


class ModelLists:
    """The list of each endpoint with each key, as far as it is known.

    Pages read it from their own threads; the loop replaces whole values in it.

    Args:
        connections: What endpoints are asked through.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._lists: dict[str, ModelList] = {}
        self._tried_at: dict[str, float] = {}
        self._salt = secrets.token_bytes(16)

    def of(self, endpoint: EndpointSettings) -> ModelList:
        """What is known of an endpoint's models."""
        return self._lists.get(self._key(endpoint), ModelList())

    def is_stale(self, endpoint: EndpointSettings) -> bool:
        """Whether it should be asked again: it can be, and its list is old or none."""
        if not endpoint.can_be_called:
            return False
        known = self.of(endpoint)
        if known.state in ("unknown", "loading"):
            return known.state == "unknown"
        tried_at = self._tried_at.get(self._key(endpoint), 0.0)
        fresh_s = FRESH_S if known.state == "ready" else _FAILED_FRESH_S
        return time.time() - tried_at > fresh_s

    async def load(self, endpoints: Sequence[EndpointSettings]) -> None:
        """Ask all of them at once; a failure is kept in the list, never raised."""
        known = [self.of(endpoint) for endpoint in endpoints]
        for endpoint, models in zip(endpoints, known, strict=True):
            self._keep(endpoint, replace(models, state="loading", error=None))
        await asyncio.gather(*map(self._load, endpoints, known))

    async def _load(self, endpoint: EndpointSettings, known: ModelList) -> None:
        from moa_core.providers.catalogue import fetch_models

        try:
            models = await fetch_models(endpoint, self._connections)
        except ProviderError as error:
            self._keep(endpoint, replace(known, state="failed", error=str(error)))
        except BaseException:
            self._keep(endpoint, known)
            raise
        else:
            ready = ModelList(models=models, state="ready", fetched_at=time.time())
            self._keep(endpoint, ready)

    def _keep(self, endpoint: EndpointSettings, models: ModelList) -> None:
        key = self._key(endpoint)
        lists = {**self._lists, key: models}
        for oldest in list(lists)[: max(0, len(lists) - _MOST_LISTS)]:
            del lists[oldest]
            self._tried_at.pop(oldest, None)
        self._lists = lists
        self._tried_at[key] = time.time()

    def _key(self, endpoint: EndpointSettings) -> str:
        """Keys may see different models, so lists are told apart by key as well."""
        identity = f"{endpoint.name}\0{endpoint.base_url}\0{endpoint.api_key or ''}"
        return hashlib.blake2b(identity.encode(), key=self._salt).hexdigest()
