"""The real app as a process of its own, with a database that is filled beforehand."""

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from bench.models import ROOT, ModelServers
from moa_core.errors import RunStoppedError
from moa_core.messages import Question
from moa_core.mixture import MoAConfig
from moa_core.run import RunAborted, RunStarted, RunState
from moa_core.usage import FREE, Usage
from storage.database import Database
from storage.recording import Recorder, Runs

READY_WITHIN_S = 30.0
KEYS = ("OPENAI_API_KEY", "TOGETHER_API_KEY")
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


class AppProcess:
    """`streamlit run app.py` on a free port; a context manager.

    Args:
        servers: The model servers it may ask; without them it has simulated ones.
        database_url: Its database; ``None`` for one of its own.
    """

    def __init__(
        self,
        servers: ModelServers | None = None,
        database_url: str | None = None,
    ) -> None:
        self._folder = TemporaryDirectory()
        own_url = f"sqlite:///{Path(self._folder.name) / 'bench.db'}"
        self._database_url = database_url or own_url
        self._port = free_port()
        self._environment = {
            **os.environ,
            **dict.fromkeys(KEYS, ""),
            "DATABASE_URL": self._database_url,
            "POLYPHONY_ENDPOINTS": servers.endpoints if servers else "",
            "POLYPHONY_LOCAL_SERVERS": "off",
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """``http://127.0.0.1:8501``."""
        return f"http://127.0.0.1:{self._port}"

    def seed(self, mixtures: Iterable[MoAConfig]) -> list[str]:
        """Store a conversation for each mixture, which its next question will use.

        Returns:
            The conversations' uids. To be called before the app is started.
        """
        database = Database.open(self._database_url)
        recorder = Recorder(database)
        runs = Runs(database)
        uids = [asyncio.run(_stopped_run(runs, recorder, each)) for each in mixtures]
        recorder.close()
        database.close()
        return uids

    def cpu_s(self) -> float:
        """CPU seconds that the server has used so far."""
        assert self._process
        stat = Path(f"/proc/{self._process.pid}/stat").read_text()
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) * TICK_S

    def __enter__(self) -> Self:
        port = f"--server.port={self._port}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", port],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.DEVNULL,
        )
        ends_s = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < ends_s and self._process.poll() is None:
            with suppress(OSError):  # not yet
                urllib.request.urlopen(f"{self.address}/healthz").close()
                return self
            time.sleep(0.02)
        self.__exit__(None, None, None)
        raise TimeoutError("the app did not start")

    def __exit__(self, *_error: object) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(30)
        self._folder.cleanup()


async def _stopped_run(runs: Runs, recorder: Recorder, config: MoAConfig) -> str:
    """A conversation whose only run was stopped before it had asked anybody."""
    begun = runs.begin(Question("Which models shall answer?"), config)
    state = RunState(config)
    end = RunAborted(
        at_s=0.0,
        error=RunStoppedError(),
        text="",
        usage=Usage(),
        cost=FREE,
        latency_s=0.0,
    )
    for event in (RunStarted(0.0, config), end):
        state.apply(event)
        await recorder.record(begun.run_uid, event, state)
    return begun.conversation_uid


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
