"""A real database for every test, a file or on a server, and what works on it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from moa_core.messages import Question
from moa_core.mixture.config import MoAConfig
from moa_core.run.events import RunEvent
from moa_core.run.run_state import RunState
from storage.conversations.conversation_store import Conversations
from storage.database.sessions import Database
from storage.history.conversation_list import ConversationList
from storage.recording.recorder import Recorder
from storage.recording.run_start import BegunRun
from storage.recording.runs import Runs
from tests.storage.fabricated import Storyteller
from tests.storage.kinds import KINDS
from tests.storage.postgres_server import NoPostgresError, Server, running
from tests.support.new_database import compile_once


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """One server for all tests of this process; without one they are skipped."""
    compile_once()
    try:
        with running() as server:
            yield server
    except NoPostgresError as error:
        pytest.skip(str(error))


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Of an empty database of the test's own; each test runs once on every kind."""
    if request.param == "sqlite":
        path = tmp_path / "data" / "polyphony.db"
        path.parent.mkdir()
        shutil.copy(request.getfixturevalue("new_file"), path)
        yield f"sqlite:///{path}"
    else:
        server = request.getfixturevalue("postgresql")
        with server.emptied_database() as url:
            yield url


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks are waited for as long as a busy machine takes; to be asked for first."""
    monkeypatch.setattr("storage.database.sqlite.BUSY_TIMEOUT_S", 60.0)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database.open(url)
    yield database
    database.close()


@pytest.fixture
def runs(database: Database) -> Runs:
    return Runs(database)


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database)


@pytest.fixture
def listing(database: Database) -> ConversationList:
    return ConversationList(database)


@pytest.fixture
def recorder(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """It saves the texts of running calls twenty times as often as for users."""
    monkeypatch.setattr("storage.recording.recorder.TICK_S", 0.05)
    recorder = Recorder(database)
    yield recorder
    recorder.close()


class Recorded:
    """Runs whole made-up runs through a recorder."""

    def __init__(self, runs: Runs, recorder: Recorder) -> None:
        self.runs, self.recorder = runs, recorder

    async def __call__(
        self,
        config: MoAConfig,
        *,
        question: str = "What is the capital of France?",
        conversation_uid: str | None = None,
        **options,
    ) -> tuple[BegunRun, RunState]:
        begun = self.runs.begin(
            Question(question), config, conversation_uid=conversation_uid
        )
        state = RunState(config)
        for event in Storyteller(config, **options).tell():
            await self.tell(begun, event, state)
        return begun, state

    async def tell(self, begun: BegunRun, event: RunEvent, state: RunState) -> None:
        state.apply(event)
        await self.recorder.record(begun.run_uid, event, state)


@pytest.fixture
def recorded(runs: Runs, recorder: Recorder) -> Recorded:
    return Recorded(runs, recorder)


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder of a user who, unlike root, is bound by permissions."""
    folder = Path(tempfile.mkdtemp(prefix="polyphony-"))
    was_root = os.geteuid() == 0
    if was_root:
        _load_all()
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if was_root:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)


@cache
def _load_all() -> None:
    """Import what a database needs: nobody may not read where root's Python lies."""
    with tempfile.TemporaryDirectory() as elsewhere:
        Database.open(f"sqlite:///{elsewhere}/polyphony.db").close()
