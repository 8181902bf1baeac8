"""Builds what pages ask for on one database: its chats, runs, presets and settings."""

import asyncio
import concurrent.futures
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from moa_core.engine import LiveRuns, Resilient
from moa_core.mixture import MoAConfig
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.settings import OwnPrice, Settings, endpoint_named
from services.asking import Asking
from services.background import (
    Trial,
    call_once,
    delete_daily,
    list_models,
    log_failure,
    try_endpoint,
)
from services.cache_learning import CacheLearning
from services.data_files import DataFiles
from services.demo_models import DemoModels
from services.parts import BuiltLater, Owner, SharedParts, presets_to_share, settings_of
from services.remembering import Remembering
from services.titling import ChatTitles
from storage.api import ApiKeys
from storage.conversations import Conversations, Duels, QueuedQuestions
from storage.database import Database
from storage.history import ConversationList, Search
from storage.people import Person
from storage.presets import Presets
from storage.recording import ApiRuns, Recorder, Runs, Titles
from storage.settings import AppSettings
from storage.sharing import SharedLinks
from storage.spending import Ledger, Spend
from storage.upkeep import Retention
from storage.votes import Votes

if TYPE_CHECKING:
    from services.experimenting import Experimenting

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that pages may ask for, of one database."""

    parts: SharedParts
    database: Database
    conversations: Conversations
    queue: QueuedQuestions
    history: ConversationList
    search: Search
    duels: Duels
    runs: Runs
    recorder: Recorder
    live: LiveRuns
    presets: Presets
    api_keys: ApiKeys
    api_runs: ApiRuns
    app_settings: AppSettings
    titles: ChatTitles
    caches: CacheLearning
    ledger: Ledger
    spend: Spend
    votes: Votes
    shared_links: SharedLinks
    retention: Retention
    data_files: DataFiles
    person: Person | None
    _background: set[concurrent.futures.Future[Any]]
    _daily: concurrent.futures.Future[None] | None
    _experimenting: "BuiltLater[Experimenting]"

    @property
    def settings(self) -> Settings:
        """Those of the installation."""
        return self.parts.settings

    @property
    def endpoints(self) -> Endpoints:
        """Those of the installation, without keys of a browser session."""
        return self.parts.endpoints

    @property
    def prices(self) -> PriceBook:
        """What costs are counted with, for everybody."""
        return self.parts.prices

    @property
    def policies(self) -> Resilient:
        """The limits that hold for all calls, whoever makes them."""
        return self.parts.policies

    @property
    def demo_models(self) -> DemoModels:
        """Real, tiny models on this machine."""
        return self.parts.demo_models

    @property
    def remembering(self) -> Remembering:
        """What of endpoints and keys is remembered on this machine."""
        return self.parts.remembering

    @property
    def shared(self) -> bool:
        """Whether others can open the app."""
        return self.parts.shared

    @property
    def experimenting(self) -> "Experimenting":
        """Experiments and benchmarks; loaded with the first page that has some."""
        return self._experimenting.get()

    def asking(self, keys: Mapping[str, str] | None = None) -> Asking:
        """What starts runs for one browser session, with the keys entered there."""
        return Asking(
            self.runs,
            self.live,
            self.endpoints_for(keys),
            self.policies,
            self.prices,
            self.app_settings,
            self.titles,
            self.caches,
            self.votes,
        )

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
        return self.live.submit(call_once(provider, endpoint, model))

    def try_endpoint(
        self, name: str, base_url: str, key: str
    ) -> concurrent.futures.Future[Trial]:
        """Try an endpoint as it was entered; the future gives what came of it.

        Raises:
            ConfigError: It is none that can be called.
        """
        known = {each.name: each for each in self.settings.endpoints}
        if name in known:  # whose address a variable sets
            endpoint = replace(known[name], api_key=key or None)
        else:
            endpoint = endpoint_named(name, base_url, key or None)
        return self.live.submit(try_endpoint(endpoint, self.settings.network))

    def last_used(self) -> MoAConfig | None:
        """The mixture that was asked last, unless that was somebody else's."""
        several = self.shared and not self.parts.signing_in
        return None if several else self.presets.last_used()

    def in_background(self, work: Callable[[], T]) -> concurrent.futures.Future[T]:
        """Do what takes long in a thread; the future gives its result, or its error."""
        doing = self.live.submit(asyncio.to_thread(work))
        self._background.add(doing)
        doing.add_done_callback(self._background.discard)
        return doing

    @property
    def busy(self) -> bool:
        """Whether anything runs that closing would stop."""
        experimenting = self._experimenting.built
        going_on = experimenting is not None and experimenting.under_way
        return bool(
            going_on or self.live.under_way or self.titles.under_way or self._background
        )

    def keep_models_fresh(self, keys: Mapping[str, str] | None = None) -> None:
        """Ask for lists that have become old, and look for servers that were started.

        Costs next to nothing otherwise.
        """
        self.remembering.keep_current()
        endpoints = self.endpoints_for(keys)
        endpoints.start_refresh(self.live.loop)
        endpoints.start_finding_local(self.live.loop)

    def look_for_models(self, keys: Mapping[str, str] | None = None) -> None:
        """Ask every endpoint for its models again; returns at once."""
        listing = list_models(self.endpoints_for(keys), force=True)
        self.live.submit(log_failure(listing))

    def begin_closing(self) -> None:
        """Ask all that runs to stop, and return at once."""
        if self._experimenting.built:
            self._experimenting.built.pause_all()
        self.live.begin_stopping()

    def close(self) -> None:
        """Stop what runs, record its end, and let go of everything."""
        self.retention.close()
        if self._daily:
            self._daily.cancel()
        self.begin_closing()
        try:
            self.live.stop_all()  # first: no run may see its connections close
            if self.person is None:
                self.parts.close()
        finally:
            self.recorder.close()
            self.database.close()


def services_on(
    database: Database, parts: SharedParts, owner: Owner | None = None
) -> Services:
    """Build the services of one database.

    Args:
        database: Whose runs, chats, presets and settings they are; closed with them.
        parts: What other databases of this process use as well.
        owner: Whose it is; ``None`` for the main one, with which ``parts`` end.
    """
    app_settings = settings_of(database, parts, owner)
    recorder = Recorder(database)
    live = parts.live_runs(recorder)
    retention, spend = Retention(database), Spend(database)
    caches = CacheLearning(spend, parts.prices if owner is None else None)
    daily = live.submit(log_failure(delete_daily(retention))) if not owner else None
    live.submit(log_failure(caches.learn()))
    return Services(
        parts=parts,
        database=database,
        conversations=Conversations(database),
        queue=QueuedQuestions(database),
        history=ConversationList(database),
        search=Search(database),
        duels=Duels(database),
        runs=Runs(database),
        recorder=recorder,
        live=live,
        presets=Presets(database, presets_to_share(database, parts, owner)),
        api_keys=ApiKeys(database, owner.person.uid if owner else ""),
        api_runs=ApiRuns(database),
        app_settings=app_settings,
        titles=_titles_of(database, parts, live, app_settings),
        ledger=Ledger(database),
        caches=caches,
        spend=spend,
        votes=Votes(database),
        shared_links=SharedLinks(database, owner.person.uid if owner else ""),
        retention=retention,
        data_files=DataFiles(
            database, parts.take_over_prices, owner.unshare_all if owner else None
        ),
        person=owner.person if owner else None,
        _background=set(),
        _daily=daily,
        _experimenting=BuiltLater(lambda: _experimenting(database, live, recorder)),
    )


def _titles_of(
    database: Database, parts: SharedParts, live: LiveRuns, app_settings: AppSettings
) -> ChatTitles:
    return ChatTitles(
        Titles(database),
        live,
        parts.policies,
        parts.prices,
        app_settings,
        parts.settings.titles,
        parts.metrics.call_ended if parts.metrics else None,
    )


def _experimenting(
    database: Database, live: LiveRuns, recorder: Recorder
) -> "Experimenting":
    from services.experimenting import Experimenting  # a sixth of all our modules

    return Experimenting(database, live, recorder)
