"""Wires the app together: the only reader of the environment."""

import asyncio
import concurrent.futures
import contextlib
import gc
import logging
import os
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from dotenv import load_dotenv

from moa_core.engine import LiveRun, LiveRuns, Resilient
from moa_core.errors import EmptyAnswerError
from moa_core.messages import Message
from moa_core.mixture import AgentSpec
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.run import CompletionRequest, Provider
from moa_core.settings import OwnPrice, Settings
from services.asking import Asking
from services.data_files import DataFiles
from storage.conversations import Conversations, Duels
from storage.database import Database, home_folder, located
from storage.errors import DatabaseLockedError, DiskFullError, StorageError
from storage.history import ConversationList, Search
from storage.presets import Presets
from storage.recording import Recorder, Runs, mark_interrupted
from storage.settings import AppSettings
from storage.spending import Ledger, Spend
from storage.upkeep import Retention
from storage.votes import Votes

T = TypeVar("T")

HOME = home_folder()
ENV_FILE = HOME / ".env"

_log = logging.getLogger(__name__)
_wiring = threading.Lock()  # after a start that failed, two tabs may try again at once
_DISCONNECTING_S = 5.0
_TRY_TOKENS = 16
_TIDY_AFTER_S, _TIDY_EVERY_S = 60.0, 86_400.0


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a page may ask for; one for the process."""

    settings: Settings
    endpoints: Endpoints
    prices: PriceBook
    database: Database
    conversations: Conversations
    history: ConversationList
    search: Search
    duels: Duels
    runs: Runs
    recorder: Recorder
    live: LiveRuns
    policies: Resilient
    presets: Presets
    app_settings: AppSettings
    ledger: Ledger
    spend: Spend
    votes: Votes
    retention: Retention
    data_files: DataFiles

    def asking(self, keys: Mapping[str, str] | None = None) -> Asking:
        """What starts runs for one browser session, with the keys entered there."""
        return Asking(
            self.runs,
            self.live,
            self.endpoints_for(keys),
            self.policies,
            self.prices,
            self.app_settings,
        )

    def live_run(self, run_uid: str) -> LiveRun | None:
        """The run, while it is under way in this process."""
        return self.live.get(run_uid)

    def endpoints_for(self, keys: Mapping[str, str] | None) -> Endpoints:
        """The endpoints as one browser session sees them: with its own keys."""
        return self.endpoints.with_keys(keys) if keys else self.endpoints

    def set_own_prices(self, prices: Mapping[str, OwnPrice]) -> None:
        """Keep the prices that the user entered, and count with them from now on.

        Raises:
            ConfigError: One is no price; nothing was changed.
            StorageError: They could not be kept; nothing was changed.
        """
        self.app_settings.set_own_prices(prices)
        self.data_files.settings_replaced()

    def try_model(
        self, endpoint: str, model: str, keys: Mapping[str, str] | None = None
    ) -> concurrent.futures.Future[float]:
        """Make one cheap call; the future gives the seconds it took, or its error."""
        provider = self.endpoints_for(keys)[endpoint]
        return self.live.submit(_try(provider, endpoint, model))

    def in_background(self, work: Callable[[], T]) -> concurrent.futures.Future[T]:
        """Do what takes long in a thread; the future gives its result, or its error."""
        return self.live.submit(asyncio.to_thread(work))

    def keep_models_fresh(self, keys: Mapping[str, str] | None = None) -> None:
        """Ask for lists that have become old; costs next to nothing otherwise."""
        self.endpoints_for(keys).start_refresh(self.live.loop)

    def look_for_models(self, keys: Mapping[str, str] | None = None) -> None:
        """Ask every endpoint for its models again; returns at once."""
        look = _look(self.endpoints_for(keys), force=True)
        self.live.submit(_logged(look))

    def close(self) -> None:
        """Stop what runs, record its end, and let go of everything."""
        self.retention.close()
        try:
            self.live.stop_all()  # first: no run may see its connections close
            disconnected = self.live.submit(self.endpoints.aclose())
            concurrent.futures.wait([disconnected], _DISCONNECTING_S)
            self.live.close()
        finally:
            self.recorder.close()
            self.database.close()


def services() -> Services:
    """The one wiring of this process, made when it is first asked for.

    Raises:
        ConfigError: An environment variable cannot be understood.
        StorageError: The database cannot be opened.
    """
    with _wiring:
        return _wired_once()


def close_services() -> None:
    """Close the one wiring of this process, if it was ever made."""
    with _wiring:
        if _wired_once.cache_info().currsize:
            made = _wired_once()
            _wired_once.cache_clear()
            made.close()


@cache
def _wired_once() -> Services:
    load_dotenv(ENV_FILE)
    return wired(Settings.from_mapping(os.environ))


def wired(settings: Settings) -> Services:
    """Build the services that ``settings`` describe and start them.

    Raises:
        StorageError: The database cannot be opened; nothing was started.
    """
    database = Database.open(located(settings.database_url, HOME))
    _end_dead_runs(database)
    app_settings = AppSettings(database)
    prices = PriceBook(_own_prices(settings, app_settings))
    recorder = Recorder(database)
    live = LiveRuns(recorder)
    endpoints = Endpoints(settings)
    live.submit(_logged(_warm(endpoints)))
    retention = Retention(database)
    live.submit(_logged(_tidied_daily(retention)))
    return Services(
        settings=settings,
        endpoints=endpoints,
        prices=prices,
        database=database,
        conversations=Conversations(database),
        history=ConversationList(database),
        search=Search(database),
        duels=Duels(database),
        runs=Runs(database),
        recorder=recorder,
        live=live,
        policies=Resilient(endpoints, settings.deadlines, settings.concurrent_calls),
        presets=Presets(database),
        app_settings=app_settings,
        ledger=Ledger(database),
        spend=Spend(database),
        votes=Votes(database),
        retention=retention,
        data_files=DataFiles(
            database,
            lambda: prices.use_own(_own_prices(settings, app_settings)),
        ),
    )


def _end_dead_runs(database: Database) -> None:
    """Mark them before a page shows them; what cannot be done now is, soon after."""
    try:
        mark_interrupted(database, under_way=())
    except (DatabaseLockedError, DiskFullError) as error:
        _log.warning("%s Writing will be tried again.", error)  # by the recorder
    except StorageError:
        database.close()
        raise


def _own_prices(settings: Settings, entered: AppSettings) -> Mapping[str, OwnPrice]:
    """Prices of the environment, and over them those that were entered on the page."""
    return {**settings.prices, **entered.own_prices()}


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    """Do ``work`` that nobody waits for: its failure goes to the log."""
    try:
        await work
    except Exception:  # noqa: BLE001 - whatever it is, it must not go unseen
        _log.exception("work in the background failed")


async def _tidied_daily(retention: Retention) -> None:
    """Delete what is not to be kept any longer, once in a while and out of the way."""
    await asyncio.sleep(_TIDY_AFTER_S)
    while True:
        try:
            await asyncio.to_thread(lambda: retention.tidy(retention.days()))
        except StorageError as error:
            _log.warning("Old conversations stay for another day: %s", error)
        await asyncio.sleep(_TIDY_EVERY_S)


async def _try(provider: Provider, endpoint: str, model: str) -> float:
    """Ask for a word, once; an answer cut before its first word is an answer."""
    agent = AgentSpec(
        endpoint=endpoint, model=model, temperature=None, max_tokens=_TRY_TOKENS
    )
    request = CompletionRequest(agent, (Message.from_text("user", "Say ok."),))
    started = time.perf_counter()
    async with aclosing(provider.stream(request)) as items:
        with contextlib.suppress(EmptyAnswerError):
            async for _ in items:
                pass
    return time.perf_counter() - started


async def _warm(endpoints: Endpoints) -> None:
    """Get ready before the first question, off the path of the first page."""
    await endpoints.warm_up()
    await asyncio.to_thread(PriceBook.prepare)
    # What is loaded by now stays: spare it the garbage collector, which would look at
    # all of it now and then, and stop every stream and page for a tenth of a second.
    gc.freeze()
    await _look(endpoints)


async def _look(endpoints: Endpoints, *, force: bool = False) -> None:
    await endpoints.find_local()
    await endpoints.refresh(force=force)
