"""Opens and starts the parts that services are built of."""

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from moa_core.engine import EngineLoop, LiveRuns, Resilient
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.settings import EndpointSettings, OwnPrice, Settings
from services.background import log_failure, warm_up
from services.demo_models import DemoModels
from services.remembering import Remembering, endpoint_store
from storage.database import Database
from storage.errors import DatabaseLockedError, DiskFullError, StorageError
from storage.people import MAIN, People, Person
from storage.presets import SharedPresets
from storage.recording import Recorder, mark_interrupted
from storage.settings import AppSettings, Caps

if TYPE_CHECKING:
    from services.observability import Metrics

_log = logging.getLogger(__name__)
_ANNOUNCING_S = 30.0
_KEYRING_S = 3.0
_DISCONNECTING_S = 5.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SharedParts:
    """What all databases that one process serves share: no data of anybody.

    Attributes:
        policies: The limits that hold for all calls, whoever makes them.
        take_over_prices: Counts with the prices of the settings as they are now.
        shared: Whether others can open the app.
        metrics: What is counted; ``None``: nothing is.
    """

    settings: Settings
    engine_loop: EngineLoop
    endpoints: Endpoints
    policies: Resilient
    prices: PriceBook
    take_over_prices: Callable[[], None]
    demo_models: DemoModels
    remembering: Remembering
    shared: bool
    metrics: "Metrics | None" = None

    def live_runs(self, recorder: Recorder) -> LiveRuns:
        """What runs on the common loop and is recorded, and counted if anything is."""
        if self.metrics is None:
            return LiveRuns(recorder, self.engine_loop)
        live = LiveRuns(self.metrics.listening(recorder), self.engine_loop)
        self.metrics.watch(live)
        return live

    @property
    def signing_in(self) -> bool:
        """Whether people sign in, and each has a database of their own."""
        return self.settings.sign_in.needed

    def close(self) -> None:
        """Let go of everything; nothing may run any more."""
        self.demo_models.stop()
        disconnected = self.engine_loop.submit(self.endpoints.aclose())
        concurrent.futures.wait([disconnected], _DISCONNECTING_S)
        self.engine_loop.close()


def start_shared_parts(
    settings: Settings,
    app_settings: AppSettings,
    home: Path,
    *,
    shared: bool,
    metrics: "Metrics | None" = None,
) -> SharedParts:
    """Start them with the prices that ``app_settings`` hold."""
    engine_loop = EngineLoop()
    prices, take_over_prices = price_book(settings, app_settings)
    endpoints, remembering = start_endpoints(settings, home, engine_loop, shared=shared)
    policies = Resilient(endpoints, settings.deadlines, settings.concurrent_calls)
    if metrics:
        metrics.watch_queues(policies)
    return SharedParts(
        settings=settings,
        engine_loop=engine_loop,
        endpoints=endpoints,
        policies=policies,
        prices=prices,
        take_over_prices=take_over_prices,
        demo_models=demo_models_for(endpoints, engine_loop),
        remembering=remembering,
        shared=shared,
        metrics=metrics,
    )


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a database is that is not the main one.

    Attributes:
        people: Know what an administrator lets this person spend.
        main: Where it is kept what holds for everybody.
    """

    person: Person
    people: People
    main: Database

    def caps(self) -> Caps:
        """What an administrator lets this person spend."""
        return self.people.caps(self.person.owner)

    def unshare_all(self) -> None:
        """Delete shared presets, whose data has gone."""
        self.people.unshare_all(self.person.owner)


def settings_of(
    database: Database, parts: SharedParts, owner: Owner | None
) -> AppSettings:
    """The settings of a database, with what an administrator lets its owner spend."""
    if owner:
        return AppSettings(database, owner.main, owner.caps)
    if not parts.signing_in:
        return AppSettings(database)
    people = People(database)
    return AppSettings(database, limits=lambda: people.caps(""))


def presets_to_share(
    database: Database, parts: SharedParts, owner: Owner | None
) -> SharedPresets | None:
    """What people share, as the owner of a database; ``None`` if nobody signs in."""
    if owner:
        person = owner.person
        return SharedPresets(owner.main, person.owner, lambda: person.shown)
    if not parts.signing_in:
        return None
    people = People(database)
    return SharedPresets(database, MAIN, lambda: _shown(people.main_owner()))


def _shown(person: Person | None) -> str:
    return person.shown if person else "the administrator"


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


def open_database(url: str) -> Database:
    """Open the database, and mark runs that the last process left under way."""
    database = Database.open(url)
    try:  # before a page shows them
        mark_interrupted(database, under_way=())
    except (DatabaseLockedError, DiskFullError) as error:
        _log.warning("%s Writing will be tried again.", error)  # by the recorder
    except StorageError:
        database.close()
        raise
    return database


def start_endpoints(
    settings: Settings, home: Path, engine_loop: EngineLoop, *, shared: bool
) -> tuple[Endpoints, Remembering]:
    """Endpoints with the keys that are kept: a keyring may ask its user first."""
    endpoints = Endpoints(settings)
    remembering = Remembering(endpoint_store(settings, home, shared=shared), endpoints)
    loading = engine_loop.submit(asyncio.to_thread(remembering.reload))
    concurrent.futures.wait([loading], _KEYRING_S)
    engine_loop.submit(log_failure(warm_up(endpoints)))
    return endpoints, remembering


def demo_models_for(endpoints: Endpoints, engine_loop: EngineLoop) -> DemoModels:
    """Tiny models whose servers become endpoints when they are started."""

    def announce(*servers: EndpointSettings) -> None:
        engine_loop.submit(endpoints.set_started(*servers)).result(_ANNOUNCING_S)

    return DemoModels(announce)


def price_book(
    settings: Settings, app_settings: AppSettings
) -> tuple[PriceBook, Callable[[], None]]:
    """The prices, and what takes over those that are entered later."""

    def own() -> Mapping[str, OwnPrice]:  # what is entered on a page comes first
        return {**settings.prices, **app_settings.own_prices()}

    prices = PriceBook(own())
    return prices, lambda: prices.use_own(own())
