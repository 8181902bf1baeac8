"""Gives the command in the terminal what the app keeps."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from moa_core.errors import ConfigError, MoAError
from moa_core.mixture import MoAConfig, Preset
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.settings import Remembered, Settings
from moa_core.terminal import Kept, best_real_preset
from services import HOME
from services.api import DEFAULT_MODEL, PREFIX, preset_of_model
from services.remembering import endpoint_store
from storage.database import Database, located, on_server, parse_url, path_of
from storage.presets import Presets

if TYPE_CHECKING:
    from moa_core.batch import AskedBatch, BatchListener


class KeptByTheApp(Kept):
    """Endpoints, keys, the default preset and the last mixture of this installation."""

    def remembered(self, settings: Settings, note: Callable[[str], None]) -> Remembered:
        """What was entered in Settings; nothing, and a note, if it cannot be read."""
        store = endpoint_store(settings, HOME, shared=False)
        try:
            return store.load() if store else Remembered()
        except MoAError as error:
            note(f"{error} {error.advice}")
            return Remembered()

    def chosen(
        self, settings: Settings, note: Callable[[str], None]
    ) -> tuple[Preset | None, MoAConfig | None]:
        """Out of the database, if there is one."""
        with _presets(settings, note) as presets:
            if presets is None:
                return None, None
            default = presets.default()
            return default.preset if default else None, presets.last_used()

    def preset(
        self, name: str, settings: Settings, note: Callable[[str], None]
    ) -> Preset | None:
        """Out of the database, by its name, or as it is called through the API.

        Raises:
            ConfigError: It is that of ``polyphony/default``, there is none, and
                nothing is connected either.
        """
        with _presets(settings, note) as presets:
            if stored := presets and presets.named(name):
                return stored.preset
            if name == DEFAULT_MODEL and not (presets and presets.default()):
                return asyncio.run(self._best_connected(settings, note))
            if presets is None:
                return None
            model = name if name.startswith(PREFIX) else f"{PREFIX}{name}"
            return preset_of_model(model, presets)

    def presets(
        self, settings: Settings, note: Callable[[str], None]
    ) -> Sequence[Preset]:
        """Out of the database, if there is one."""
        with _presets(settings, note) as presets:
            return [stored.preset for stored in presets.all()] if presets else ()

    async def _best_connected(
        self, settings: Settings, note: Callable[[str], None]
    ) -> Preset:
        """What a program gets as the default where nobody has chosen one.

        Raises:
            ConfigError: Nothing but simulated models is connected.
        """
        endpoints = Endpoints(settings)
        endpoints.use_remembered(self.remembered(settings, note))
        try:
            best = await best_real_preset(endpoints, PriceBook(settings.prices), note)
        finally:
            await endpoints.aclose()
        if best is None:
            raise ConfigError(
                "You have no default preset, and no models are connected. Choose one "
                "on the page Presets, enter a key in Settings, or name another preset."
            )
        return best

    def following(
        self,
        asked: "AskedBatch | None",
        settings: Settings,
        note: Callable[[str], None],
    ) -> AbstractContextManager[Sequence["BatchListener"]]:
        """The list of batches in the database, which is made if there is none."""
        return _listed(asked, settings, note) if asked else nullcontext(())


@contextmanager
def _listed(
    asked: "AskedBatch", settings: Settings, note: Callable[[str], None]
) -> Iterator[Sequence["BatchListener"]]:
    from services.batch_register import BatchRegister  # reads requests

    url = located(settings.database_url, HOME)
    with closing(BatchRegister(asked, partial(Database.open, url), note)) as register:
        yield (register,)


@contextmanager
def _presets(
    settings: Settings, note: Callable[[str], None]
) -> Iterator[Presets | None]:
    """The presets of this installation; ``None``, and a note, if it has none."""
    url = located(settings.database_url, HOME)
    database: Database | None = None
    try:
        address = parse_url(url)
        if on_server(address) or path_of(address).exists():
            database = Database.open(url)
    except MoAError as error:
        note(f"{error} {error.advice}")
    try:
        yield Presets(database) if database else None
    finally:
        if database:
            database.close()
