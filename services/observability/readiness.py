"""Says whether the app can answer questions, and in one word why not."""

import concurrent.futures
from typing import Final, Literal

from moa_core.engine import EngineLoop
from moa_core.errors import ConfigError, MoAError
from storage.database import Database
from storage.errors import DatabaseNewerError

NotReady = Literal["configuration", "database", "migrations", "engine", "stopping"]
"""What is in the way: a setting, the database does not answer or lacks migrations (or
has those of a newer version), the loop of the engine is dead or stuck, the end."""

ENGINE_WITHIN_S: Final = 1.0
"""So soon must the engine's loop answer; a busy one takes some milliseconds."""


def why_not_ready(database: Database, engine_loop: EngineLoop) -> NotReady | None:
    """What is in the way of answering questions; ``None``: nothing.

    Blocks until database and engine have answered.
    """
    try:
        if not database.is_current():
            return "migrations"
    except MoAError as error:
        return reason_of(error)
    return None if _alive(engine_loop) else "engine"


def reason_of(error: MoAError) -> NotReady:
    """The word for why the app could not be opened."""
    if isinstance(error, ConfigError):
        return "configuration"
    return "migrations" if isinstance(error, DatabaseNewerError) else "database"


def _alive(engine_loop: EngineLoop) -> bool:
    async def answer() -> bool:
        return True

    asked = answer()
    try:
        return engine_loop.submit(asked).result(ENGINE_WITHIN_S)
    except concurrent.futures.TimeoutError:
        return False
    except RuntimeError:  # it has been closed
        asked.close()
        return False
