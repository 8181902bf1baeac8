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
from moa_core.settings import Settings, SignIn
from services.database_services import Services, services_on
from services.parts import open_database, start_shared_parts
from services.people import Administration, OpenDatabases
from services.server_settings import ServerSettings
from storage.api import person_of_secret
from storage.database import home_folder, located
from storage.people import People, Person
from storage.settings import AppSettings
from storage.sharing import person_of_token

__all__ = [
    "ENV_FILE", "HOME", "Services", "administration", "begin_closing", "build_services",
    "close_services", "metrics", "people", "serve_at", "server_settings", "services",
    "services_of_key", "services_of_link", "sign_in_settings",
]  # fmt: skip

HOME = home_folder()
ENV_FILE = HOME / ".env"

if TYPE_CHECKING:
    from services.observability import Metrics

_log = logging.getLogger(__name__)
_shared = False  # whether others can open the app
_building = threading.Lock()  # two tabs may start it at once after a failure


def services(person: Person | None = None) -> Services:
    """The services of a person, built and started by the first call.

    Args:
        person: Who is there; ``None`` for the main database: the one user's.

    Raises:
        ConfigError: An environment variable cannot be understood.
        PersonBlockedError: Nothing opens for this person.
        StorageError: The database cannot be opened.
    """
    return _databases().main if person is None else _databases().of(person)


def services_of_key(secret: str) -> Services | None:
    """The services of whom an API key names; ``None`` if it opens nothing.

    Raises:
        ConfigError: An environment variable cannot be understood.
        StorageError: A database cannot be opened.
    """
    return _databases().find(person_of_secret(secret))


def services_of_link(token: str) -> Services | None:
    """The services of whom a shared link names; ``None`` if it opens nothing.

    Raises:
        ConfigError: An environment variable cannot be understood.
        StorageError: A database cannot be opened.
    """
    return _databases().find(person_of_token(token))


def people() -> People:
    """Who uses this installation."""
    return _databases().people


def administration() -> Administration:
    """What an administrator may do; ask only for one."""
    return Administration(_databases())


def sign_in_settings() -> SignIn:
    """How people sign in; not at all where a variable cannot be understood.

    Nobody gets in then: ``services`` says which one.
    """
    load_env_file(ENV_FILE)
    variables = {name: text for name, text in os.environ.items() if text.strip()}
    try:
        return SignIn.from_mapping(variables)
    except ConfigError:
        return SignIn()


def serve_at(address: str | None) -> None:
    """Say where the app listens, before it is built.

    Args:
        address: Of this machine, or of a network whose users share the installation;
            ``None``: of every network.
    """
    global _shared
    _shared = address is None or not is_loopback(address)


def begin_closing() -> None:
    """Ask all that runs in this process to stop, whoever's it is."""
    if _built.cache_info().currsize:
        _built().begin_closing()


def close_services() -> None:
    """Close the services of this process, if they were ever built."""
    for read_once in (server_settings, metrics):
        read_once.cache_clear()
    with _building:
        if _built.cache_info().currsize:
            databases = _built()
            _built.cache_clear()
            databases.close()


def _databases() -> OpenDatabases:
    with _building:
        return _built()


@cache
def _built() -> OpenDatabases:
    settings = _settings()
    ServerSettings.from_mapping(os.environ)  # if they are wrong, the page says so
    return OpenDatabases(build_services(settings, shared=_shared, metrics=metrics()))


def _settings() -> Settings:
    load_env_file(ENV_FILE)
    return Settings.from_mapping({**system_proxies(), **os.environ})


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
    database = open_database(located(settings.database_url, HOME))
    parts = start_shared_parts(
        settings, AppSettings(database), HOME, shared=shared, metrics=metrics
    )
    return services_on(database, parts)
