"""Every endpoint that models can be called at, and what each of them serves."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING

from moa_core.providers.catalogue import EndpointInfo, KeyOrigin, ModelList
from moa_core.providers.infos import SIMULATED_INFO, info_of
from moa_core.providers.model_lists import ModelLists
from moa_core.providers.seeing import KnownSight
from moa_core.providers.simulated import Simulated
from moa_core.providers.streaming import Connections, QuirkBook
from moa_core.run import Provider
from moa_core.settings import (
    LOCAL_SERVERS,
    SIMULATED,
    EndpointSettings,
    Remembered,
    Settings,
)

if TYPE_CHECKING:  # imported by ``warm_up``, or when a server is first spoken to
    from moa_core.providers.catalogue import LocalServer

_LOOK_EVERY_S = 3.0
_SETTLING_S = 0.02


@dataclass(slots=True)
class _Shared:
    """What all views share: connections, quirks, lists, found local servers.

    Pages read it from their own threads; the loop replaces whole values in it.
    """

    settings: Settings
    connections: Connections = field(init=False)
    quirks: QuirkBook = field(default_factory=QuirkBook)
    lists: ModelLists = field(init=False)
    local: tuple[EndpointSettings, ...] = ()
    looked_for_local: bool = False
    looked_at: float = field(default_factory=time.monotonic)
    started: tuple[EndpointSettings, ...] = ()
    remembered: Remembered = field(default_factory=Remembered)
    servers: "dict[str, LocalServer]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connections = Connections(self.settings.network)
        self.lists = ModelLists(self.connections)


class Endpoints(Mapping[str, Provider]):
    """The adapters by endpoint name, and what is known of their models.

    Reading is instant and safe from any thread. Everything ``async`` belongs on the
    one loop that runs the calls.

    Args:
        settings: Which endpoints there are, and how fast simulated models write.
    """

    def __init__(self, settings: Settings) -> None:
        self._shared = _Shared(settings)
        self._keys: Mapping[str, str] = {}

    def with_keys(self, keys: Mapping[str, str]) -> "Endpoints":
        """The same endpoints with the keys of one browser session.

        Args:
            keys: Key by endpoint name; an empty one changes nothing. They live as long
                as the view does, and are neither stored nor logged.
        """
        view = Endpoints.__new__(Endpoints)
        view._shared = self._shared
        view._keys = {**self._keys, **{name: key for name, key in keys.items() if key}}
        return view

    def __getitem__(self, name: str) -> Provider:
        """The adapter of the endpoint ``name``; raises KeyError where there is none."""
        shared = self._shared
        if name == SIMULATED:
            return Simulated(shared.settings.simulated_pace)
        from moa_core.providers.streaming import ChatCompletions

        endpoint = self._settings[name]
        server = self._server_of(endpoint) if endpoint.is_local else None
        return ChatCompletions(endpoint, shared.connections, shared.quirks, server)

    def __iter__(self) -> Iterator[str]:
        return iter((*self._settings, SIMULATED))

    def __len__(self) -> int:
        return len(self._settings) + 1

    def infos(self) -> tuple[EndpointInfo, ...]:
        """Every endpoint as pages show it, the simulated one last."""
        infos = (
            info_of(
                endpoint, self._shared.lists.of(endpoint), self._key_origin(endpoint)
            )
            for endpoint in self._settings.values()
        )
        return (*infos, SIMULATED_INFO)

    def models_of(self, name: str) -> ModelList:
        """The models of the endpoint ``name``, as far as they are known."""
        if name == SIMULATED:
            return SIMULATED_INFO.models
        endpoint = self._settings.get(name)
        return self._shared.lists.of(endpoint) if endpoint else ModelList()

    def context_tokens(self, ref: str) -> int | None:
        """How much ``endpoint/model`` holds, as far as its server has said."""
        name, _, model = ref.partition("/")
        endpoint = self._settings.get(name)
        server = self._shared.servers.get(endpoint.base_url) if endpoint else None
        of_server = server.context_tokens if server else None
        return of_server or self.models_of(name).context_tokens(model)

    def takes_images(self, ref: str) -> bool | None:
        """Whether ``endpoint/model`` takes images, as its endpoint says."""
        name, _, model = ref.partition("/")
        return self.models_of(name).images(model)

    def sees_images(self, ref: str) -> bool | None:
        """The same, or what is known of its family."""
        return KnownSight(self.takes_images).sees(ref)

    def knows(self, ref: str) -> bool | None:
        """Whether ``endpoint/model`` can be called; ``None`` while nobody knows."""
        name, _, model = ref.partition("/")
        if name not in self:
            return None if name in LOCAL_SERVERS else False
        return self.models_of(name).has(model)

    @property
    def settled(self) -> bool:
        """Whether all that is connected has said what it serves, or why it does not."""
        looked = self._shared.looked_for_local or not self._shared.settings.probe_local
        asked = [each for each in self._settings.values() if each.can_be_called]
        return looked and all(
            self._shared.lists.of(each).state in ("ready", "failed") for each in asked
        )

    async def refresh(self, name: str | None = None, *, force: bool = False) -> None:
        """Ask the endpoints that are connected for their models, all at once.

        A failure is kept in the list, never raised.

        Args:
            name: Ask only this endpoint.
            force: Ask even when the list is current.
        """
        lists = self._shared.lists
        wanted = [
            endpoint
            for endpoint in self._settings.values()
            if name in (None, endpoint.name) and (force or lists.is_stale(endpoint))
        ]
        await lists.load(wanted)

    async def settle(self, within_s: float) -> None:
        """Wait until all that is connected is ``settled``, at most so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while not self.settled:
                    await self.refresh()
                    await asyncio.sleep(_SETTLING_S)

    def start_refresh(self, loop: asyncio.AbstractEventLoop) -> None:
        """Refresh in the background, from any thread; returns at once.

        Costs next to nothing while all lists are current, so a page may call it on
        every rerun.
        """
        if any(map(self._shared.lists.is_stale, self._settings.values())):
            asyncio.run_coroutine_threadsafe(self.refresh(), loop)

    def start_finding_local(
        self,
        loop: asyncio.AbstractEventLoop,
        servers: Mapping[str, int] = LOCAL_SERVERS,
    ) -> None:
        """Look for local servers in the background, now and then; returns at once.

        One that was still loading its model is found so, and one that was just started.
        """
        shared = self._shared
        if not shared.settings.probe_local:
            return
        if time.monotonic() - shared.looked_at > _LOOK_EVERY_S:
            shared.looked_at = time.monotonic()  # nobody else does it meanwhile
            asyncio.run_coroutine_threadsafe(
                self.find_local(servers, forget=False), loop
            )

    async def find_local(
        self, servers: Mapping[str, int] = LOCAL_SERVERS, *, forget: bool = True
    ) -> None:
        """Look for model servers on this machine, and list what they serve.

        Does nothing when the settings switch the search off.

        Args:
            servers: Ports to try, by the name of the server that usually has it.
            forget: Whether one that was found before and does not answer now is gone;
                it may only be busy.
        """
        if not self._shared.settings.probe_local:
            return
        from moa_core.providers.catalogue import find_local_servers

        self._shared.looked_at = time.monotonic()
        try:
            found = await find_local_servers(self._shared.connections, servers)
            names = {endpoint.name for endpoint in found}
            busy = (each for each in self._shared.local if each.name not in names)
            self._shared.local = found if forget else (*found, *busy)
            for endpoint in found:
                await self.refresh(endpoint.name)
        finally:
            self._shared.looked_for_local = True

    def use_remembered(self, remembered: Remembered) -> None:
        """Take what was entered in Settings, in the place of what was before."""
        self._shared.remembered = remembered

    async def set_started(self, *servers: EndpointSettings) -> None:
        """Take the servers that this program has started itself, and ask for models.

        Args:
            servers: All that run; what is not among them is gone.
        """
        self._shared.started = servers
        for endpoint in servers:
            await self.refresh(endpoint.name, force=True)

    async def warm_up(self) -> None:
        """Import and build what the first call would otherwise wait for."""
        for late in (
            "catalogue.local",
            "catalogue.local_server",
            "streaming.chat_completions",
        ):
            await asyncio.to_thread(import_module, f"moa_core.providers.{late}")
        await self._shared.connections.http()

    async def aclose(self) -> None:
        """Close the connections of the running loop, for every view."""
        await self._shared.connections.aclose()

    @property
    def _settings(self) -> Mapping[str, EndpointSettings]:
        """All endpoints but the simulated one, with this view's keys.

        Those of the environment come first, then those entered in Settings, then those
        that were found. The same holds for keys, but one of this browser session, which
        somebody has just entered, wins.
        """
        shared = self._shared
        set_up = (*shared.settings.endpoints, *shared.remembered.endpoints)
        addresses = {endpoint.base_url for endpoint in set_up}
        found = (
            endpoint
            for endpoint in (*shared.local, *shared.started)
            if endpoint.base_url not in addresses
        )
        endpoints: dict[str, EndpointSettings] = {}
        for endpoint in (*set_up, *found):
            endpoints.setdefault(endpoint.name, self._with_key(endpoint))
        return endpoints

    def _with_key(self, endpoint: EndpointSettings) -> EndpointSettings:
        name = endpoint.name
        kept = endpoint.api_key or self._shared.remembered.keys.get(name)
        return replace(endpoint, api_key=self._keys.get(name, kept))

    def _key_origin(self, endpoint: EndpointSettings) -> KeyOrigin | None:
        """Where the key of an endpoint of ``_settings`` is from, if it has one."""
        name, key = endpoint.name, endpoint.api_key
        if not key or name in self._keys:
            return "session" if key else None
        kept = key == self._shared.remembered.keys.get(name)
        return "remembered" if kept else "environment"

    def _server_of(self, endpoint: EndpointSettings) -> "LocalServer":
        """The server of a local endpoint, which others may share."""
        from moa_core.providers.catalogue import LocalServer

        shared, told = self._shared, self._shared.settings.slots
        slots = told.get(endpoint.name, told.get(""))
        new = LocalServer(endpoint, shared.connections, slots)
        return shared.servers.setdefault(endpoint.base_url, new)
