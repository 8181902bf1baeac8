"""Wires the app together: the only reader of the environment."""

import os
import threading
from functools import cache

from moa_core.env_file import load_env_file
from moa_core.network import is_loopback, system_proxies
from moa_core.settings import Settings
from services.database_services import Services, services_on
from services.parts import open_database, start_shared_parts
from storage.database import home_folder
from storage.settings import AppSettings

__all__ = [
    "ENV_FILE", "HOME", "Services", "begin_closing", "build_services", "close_services",
    "serve_at", "services",
]  # fmt: skip

HOME = home_folder()
ENV_FILE = HOME / ".env"

_shared = False  # whether others can open the app
_building = threading.Lock()  # two tabs may start it at once after a failure


def services() -> Services:
    """The services of this process, built and started by the first call.

    Raises:
        ConfigError: An environment variable cannot be understood.
        StorageError: The database cannot be opened.
    """
    with _building:
        return _shared_services()


def serve_at(address: str | None) -> None:
    """Say where the app listens, before it is built.

    Args:
        address: Of this machine, or of a network whose users share the installation;
            ``None``: of every network.
    """
    global _shared
    _shared = address is None or not is_loopback(address)


def begin_closing() -> None:
    """Ask all that runs in this process to stop, if there is anything."""
    if _shared_services.cache_info().currsize:
        _shared_services().begin_closing()


def close_services() -> None:
    """Close the services of this process, if they were ever built."""
    with _building:
        if _shared_services.cache_info().currsize:
            shared = _shared_services()
            _shared_services.cache_clear()
            shared.close()


@cache
def _shared_services() -> Services:
    load_env_file(ENV_FILE)
    settings = Settings.from_mapping({**system_proxies(), **os.environ})
    return build_services(settings, shared=_shared)


def build_services(settings: Settings, *, shared: bool = False) -> Services:
    """Build and start the services of ``settings``; for others too, if ``shared``.

    Raises:
        StorageError: The database cannot be opened; nothing was started.
    """
    database = open_database(settings, HOME)
    parts = start_shared_parts(settings, AppSettings(database), HOME, shared=shared)
    return services_on(database, parts)
