"""Processes that open one database at once, or are killed while they migrate it."""

import time
from pathlib import Path

from sqlalchemy import make_url

from moa_core.messages import Question
from storage.database.migrate import migrate
from storage.database.sessions import Database
from storage.recording.runs import Runs
from tests.storage.fabricated import mixture
from tests.storage.versions import newer_versions
from tests.support.fork_server import start, starting

QUESTION = "Does this stay?"


def fill(url: str) -> None:
    """Open a database and ask something."""
    database = Database.open(url)
    Runs(database).begin(Question(QUESTION), mixture())
    database.close()


def filled_at_once(url: str, count: int = 4) -> list[str]:
    """Let processes fill it at the same moment; ``ok`` of each, or what was wrong."""
    gate, results = starting.Event(), starting.Queue()
    processes = [start(_fill_when_told, url, gate, results) for _ in range(count)]
    gate.set()
    said = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    return said


def killed_in_the_middle(url: str, folder: Path) -> Path:
    """Kill a process in the middle of a migration; gives the folder of versions."""
    sign = folder / "in-the-middle"
    body = f"Path({str(sign)!r}).touch(); time.sleep(60)"
    versions = newer_versions(folder, body)
    process = start(_migrate, url, versions)
    while not sign.exists():
        time.sleep(0.01)
    process.kill()
    process.join()
    return versions


def _fill_when_told(url, gate, results) -> None:
    gate.wait()
    try:
        fill(url)
        results.put("ok")
    except Exception as error:  # noqa: BLE001
        results.put(repr(error))


def _migrate(url: str, versions: Path) -> None:
    migrate(make_url(url), versions)
