"""Settings as rows: read and written, each under its key."""

from typing import Any

from storage.database import Database
from storage.one_at_a_time import one_at_a_time
from storage.preset_tables import SettingRow
from storage.times import now_ms


def load_setting(database: Database, key: str) -> Any:  # noqa: ANN401 - JSON
    """What is kept under ``key``; ``None`` if nothing is."""
    with database.reading() as session:
        row = session.get(SettingRow, key)
        return None if row is None else row.value


def save_setting(database: Database, key: str, value: Any) -> None:  # noqa: ANN401 - JSON
    """Keep ``value``, which is JSON, under ``key``."""
    with database.writing() as session:
        one_at_a_time(session, "settings")
        session.merge(SettingRow(key=key, value=value, updated_at=now_ms()))
