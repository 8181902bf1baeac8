"""Wires the app together: the only reader of the environment."""

import logging
import os
import threading
from functools import cache
from typing import TYPE_CHECKING

from moa_core import __version__
from moa_core.env_file import load_env_file
from moa_core.errors import ConfigError
from moa_core.network import is_loopback, system_proxies
from moa_core.settings import Settings
from services.database_services import Services, services_on
from services.parts import open_database, start_shared_parts
from services.server_settings import ServerSettings
from storage.database import home_folder
from storage.settings import AppSettings

__all__ = [
    "ENV_FILE", "HOME", "Services", "begin_closing", "build_services", "close_services",
    "metrics", "serve_at", "server_settings", "services",
]  # fmt: skip

HOME = home_folder()
ENV_FILE = HOME / ".env"

if TYPE_CHECKING:
    from services.observability import Metrics

_log = logging.getLogger(__name__)
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
    for read_once in (server_settings, metrics):
        read_once.cache_clear()
    with _building:
        if _shared_services.cache_info().currsize:
            shared = _shared_services()
            _shared_services.cache_clear()
            shared.close()


@cache
def _shared_services() -> Services:
    load_env_file(ENV_FILE)
    settings = Settings.from_mapping({**system_proxies(), **os.environ})
    ServerSettings.from_mapping(os.environ)  # if they are wrong, the page says so
    return build_services(settings, shared=_shared, metrics=metrics())


@cache
def server_settings() -> ServerSettings:
    """How this process is run; where that cannot be understood, in the safest way."""
    try:
        load_env_file(ENV_FILE)
        return ServerSettings.from_mapping(os.environ)
    except ConfigError as error:  # which `services` raises as well
        _log.error("%s", error)
        return ServerSettings()


@cache
def metrics() -> "Metrics | None":
    """What this process counts, if somebody may read it."""
    if not server_settings().metrics_token:
        return None
    from services.observability import Metrics

    return Metrics(__version__)


def build_services(
    settings: Settings, *, shared: bool = False, metrics: "Metrics | None" = None
) -> Services:
    """Build and start the services of ``settings``; for others too, if ``shared``.

    Raises:
        StorageError: The database cannot be opened; nothing was started.
    """
    database = open_database(settings, HOME)
    parts = start_shared_parts(
        settings, AppSettings(database), HOME, shared=shared, metrics=metrics
    )
    return services_on(database, parts)
