"""Gives the command in the terminal what the app keeps."""

from collections.abc import Callable

from moa_core.errors import MoAError
from moa_core.mixture import MoAConfig, Preset
from moa_core.settings import Remembered, Settings
from moa_core.terminal import Kept
from services import HOME
from services.remembering import endpoint_store
from storage.database import Database, located, on_server, parse_url, path_of
from storage.presets import Presets


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
        url = located(settings.database_url, HOME)
        try:
            address = parse_url(url)
            if not on_server(address) and not path_of(address).exists():
                return None, None
            database = Database.open(url)
        except MoAError as error:
            note(f"{error} {error.advice}")
            return None, None
        try:
            presets = Presets(database)
            default = presets.default()
            return default.preset if default else None, presets.last_used()
        finally:
            database.close()
