"""Remembers endpoints and keys that are entered on a page, and uses them at once."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from moa_core.errors import ConfigError, MoAError
from moa_core.providers import Endpoints
from moa_core.settings import RememberKeys, Settings
from storage.database import data_folder, located
from storage.endpoints import EndpointStore, KeyPlace

_log = logging.getLogger(__name__)


class Remembering:
    """What is remembered on this machine, as the endpoints of this process know it.

    Args:
        store: Where it is kept; ``None`` where nothing is remembered.
        endpoints: Take it over.
    """

    def __init__(self, store: EndpointStore | None, endpoints: Endpoints) -> None:
        self._store = store
        self._endpoints = endpoints
        self._stamp: object = None
        self._loading = threading.Lock()  # or what was read first could come last
        self.problem: MoAError | None = None
        """Why what is remembered cannot be read, while that is so."""

    @property
    def on(self) -> bool:
        """Whether anything is remembered here."""
        return self._store is not None

    @property
    def choice(self) -> RememberKeys:
        """Where keys go."""
        return self._store.choice if self._store else "off"

    def keep_current(self) -> None:
        """Take over what this or another process has changed; costs next to nothing."""
        if self._store and self._store.stamp != self._stamp:
            self.reload()

    def reload(self) -> None:
        """Take over what is remembered; what cannot be read is ``problem``."""
        if self._store is None:
            return
        with self._loading:
            self._stamp = self._store.stamp
            try:
                self._endpoints.use_remembered(self._store.load())
                self.problem = None
            except MoAError as error:
                _log.warning("%s", error)
                self.problem = error

    def place_of(self, name: str) -> KeyPlace | None:
        """Where the key of an endpoint is kept, if it is."""
        if self._store is None or self.problem:
            return None
        return self._store.places().get(name)

    def save_key(self, name: str, key: str) -> None:
        """Remember the key of an endpoint, and use it.

        Raises:
            ConfigError: It is no key, or nothing is remembered here.
            StorageError: It could not be kept; nothing has changed.
        """
        self._change(lambda store: store.save_key(name, key))

    def save_endpoint(self, name: str, base_url: str, key: str) -> None:
        """Remember an endpoint with its key, which may be empty, and use it.

        Raises:
            ConfigError: It is none that can be called, or nothing is remembered here.
            StorageError: It could not be kept; nothing has changed.
        """
        self._change(lambda store: store.save_endpoint(name, base_url, key))

    def forget(self, name: str, *, endpoint: bool) -> None:
        """Forget the key of an endpoint, or the endpoint with its key.

        Raises:
            StorageError: It could not be forgotten; nothing has changed.
        """
        self._change(lambda store: store.forget(name, endpoint=endpoint))

    def _change(self, change: Callable[[EndpointStore], object]) -> None:
        if self._store is None:
            raise ConfigError("This installation remembers no endpoints or keys.")
        change(self._store)
        self.reload()


def endpoint_store(
    settings: Settings, home: Path, *, shared: bool
) -> EndpointStore | None:
    """Where keys are remembered; if ``shared``, only as ``settings`` say so."""
    folder = data_folder(located(settings.database_url, home))
    choice = settings.remember_keys
    if choice == "off" or (choice == "auto" and (shared or folder is None)):
        return None
    return EndpointStore(folder or home / "data", choice)
