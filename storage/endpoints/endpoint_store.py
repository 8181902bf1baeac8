"""Remembers endpoints and keys that were entered on a page, and forgets them again."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from moa_core.errors import ConfigError
from moa_core.settings import Remembered, RememberKeys, endpoint_named
from storage.endpoints.endpoint_file import FILE_NAME, EndpointFile, content_without
from storage.endpoints.keyring_store import KeyringStore, system_keyring
from storage.errors import KeyringError

KeyPlace = Literal["keyring", "file"]
LONGEST_KEY = 4096


class EndpointStore:
    """What is remembered in one folder, and in the system's keyring.

    Args:
        folder: Where the file is, or will be.
        choice: Where keys go: ``auto`` prefers the keyring.
    """

    def __init__(self, folder: Path, choice: RememberKeys = "auto") -> None:
        self._file = EndpointFile(folder / FILE_NAME)
        self.choice = choice
        self._installation = str(folder.absolute())
        self._changing = threading.Lock()

    @property
    def path(self) -> Path:
        """The file, which need not exist."""
        return self._file.path

    @property
    def stamp(self) -> object:
        """Changes whenever what is remembered does, in whatever process."""
        return self._file.stamp

    def load(self) -> Remembered:
        """Everything; a key that the keyring does not give out is missing.

        Raises:
            StorageError: The file cannot be read or understood; it was not touched.
        """
        content = self._file.read()
        found = {
            name: key or self._from_keyring(name) for name, key in content.keys.items()
        }
        keys = {name: key for name, key in found.items() if key}
        endpoints = (
            endpoint_named(name, url, keys.get(name))
            for name, url in content.addresses.items()
        )
        return Remembered(endpoints=tuple(endpoints), keys=keys)

    def places(self) -> Mapping[str, KeyPlace]:
        """Where the key of each endpoint is; raises as ``load`` does."""
        keys = self._file.read().keys
        return {name: "file" if key else "keyring" for name, key in keys.items()}

    def save_key(self, name: str, key: str) -> None:
        """Remember the key of an endpoint in the place of the one before.

        Raises:
            ConfigError: It is no key.
            StorageError: It could not be kept; what was remembered is as it was.
        """
        self._save(name, None, checked_key(key))

    def save_endpoint(self, name: str, base_url: str, key: str) -> None:
        """Remember an endpoint, and its key unless that is empty.

        Raises:
            ConfigError: It is none that can be called, or its key is none.
            StorageError: It could not be kept; what was remembered is as it was.
        """
        endpoint = endpoint_named(name, base_url)
        self._save(endpoint.name, endpoint.base_url, checked_key(key) if key else None)

    def forget(self, name: str, *, endpoint: bool) -> None:
        """Forget the key of an endpoint, or the endpoint with its key.

        Raises:
            StorageError: It could not be forgotten; it is as it was.
        """
        with self._changing, self._file.changing() as contents:
            if contents[0].keys.get(name, "") is None and (store := self._keyring()):
                store.delete(name)
            contents[0] = content_without(contents[0], name, endpoint=endpoint)

    def _save(self, name: str, url: str | None, key: str | None) -> None:
        with self._changing, self._file.changing() as contents:
            content = contents[0]
            if url:
                addresses = {**content.addresses, name: url}
                content = replace(content, addresses=addresses)
            place = self._put_key(name, key) if key else None
            if place:
                kept = key if place == "file" else None
                content = replace(content, keys={**content.keys, name: kept})
            contents[0] = content

    def _put_key(self, name: str, key: str) -> KeyPlace:
        """Give a key to the keyring, and say so; else it belongs into the file."""
        if not (store := self._keyring()):
            if self.choice == "keyring":
                raise KeyringError("of this system", "there is none")
            return "file"
        try:
            store.put(name, key)
        except KeyringError:
            if self.choice == "keyring":
                raise
            return "file"
        return "keyring"

    def _keyring(self) -> KeyringStore | None:
        if self.choice not in ("auto", "keyring"):
            return None
        backend = system_keyring()
        return KeyringStore(backend, self._installation) if backend else None

    def _from_keyring(self, name: str) -> str | None:
        backend = system_keyring()
        store = KeyringStore(backend, self._installation) if backend else None
        try:
            return store.get(name) if store else None
        except KeyringError:
            return None


def checked_key(key: str) -> str:
    """``key`` without blanks around it.

    Raises:
        ConfigError: No key looks like that; it is not repeated.
    """
    key = key.strip()
    printable = key.isascii() and key.isprintable() and " " not in key
    if not key or not printable or len(key) > LONGEST_KEY:
        raise ConfigError(
            "That doesn't look like a key: a key has no spaces or accents. Copy it "
            "again from your provider."
        )
    return key
