"""Opens and starts the parts that services are built of."""

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Generic, TypeVar

from moa_core.engine import LiveRuns
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.settings import EndpointSettings, OwnPrice, Settings
from services.background import log_failure, warm_up
from services.demo_models import DemoModels
from services.remembering import Remembering, endpoint_store
from storage.database import Database, located
from storage.errors import DatabaseLockedError, DiskFullError, StorageError
from storage.recording import mark_interrupted
from storage.settings import AppSettings

_log = logging.getLogger(__name__)
_ANNOUNCING_S = 30.0
_KEYRING_S = 3.0

T = TypeVar("T")


class BuiltLater(Generic[T]):
    """A part that is built once, by the first thread that asks for it."""

    def __init__(self, build: Callable[[], T]) -> None:
        self._build, self._building = build, threading.Lock()
        self.built: T | None = None

    def get(self) -> T:
        """The part."""
        with self._building:
            if self.built is None:
                self.built = self._build()
            return self.built


def open_database(settings: Settings, home: Path) -> Database:
    """Open the database, and mark runs that the last process left under way."""
    database = Database.open(located(settings.database_url, home))
    try:  # before a page shows them
        mark_interrupted(database, under_way=())
    except (DatabaseLockedError, DiskFullError) as error:
        _log.warning("%s Writing will be tried again.", error)  # by the recorder
    except StorageError:
        database.close()
        raise
    return database


def start_endpoints(
    settings: Settings, home: Path, live: LiveRuns, *, shared: bool
) -> tuple[Endpoints, Remembering]:
    """Endpoints with the keys that are kept: a keyring may ask its user first."""
    endpoints = Endpoints(settings)
    remembering = Remembering(endpoint_store(settings, home, shared=shared), endpoints)
    loading = live.submit(asyncio.to_thread(remembering.reload))
    concurrent.futures.wait([loading], _KEYRING_S)
    live.submit(log_failure(warm_up(endpoints)))
    return endpoints, remembering


def demo_models_for(endpoints: Endpoints, live: LiveRuns) -> DemoModels:
    """Tiny models whose servers become endpoints when they are started."""

    def announce(*servers: EndpointSettings) -> None:
        live.submit(endpoints.set_started(*servers)).result(_ANNOUNCING_S)

    return DemoModels(announce)


def price_book(
    settings: Settings, app_settings: AppSettings
) -> tuple[PriceBook, Callable[[], None]]:
    """The prices, and what takes over those that are entered later."""

    def own() -> Mapping[str, OwnPrice]:  # what is entered on a page comes first
        return {**settings.prices, **app_settings.own_prices()}

    prices = PriceBook(own())
    return prices, lambda: prices.use_own(own())
