"""A Streamlit app in its own process that a test can kill."""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.support.fork_server import start

ROOT = Path(__file__).parents[3]
QUICK = {"POLYPHONY_SIMULATED_PACE": "0.02"}
"""Models that write fifty times as fast as real ones: what is written is drawn less."""
START_S = 60.0  # a loaded machine that runs four of these at once
STOP_S = 15.0

# Set but empty, so that neither the developer's shell nor their .env adds a provider.
KEYS = (
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "TOGETHER_API_KEY",
    "TOGETHER_BASE_URL",
    "POLYPHONY_ENDPOINTS",
    "POLYPHONY_PRICES",
)


class RunningApp:
    """One server; ``url`` stays the same over restarts.

    Args:
        folder: Where it keeps its database and its log.
        environment: Variables on top of the test's own.
        script: What `streamlit run` gets.
        health: The path that answers 200 when it is up.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        *,
        script: Path = ROOT / "app.py",
        health: str = "/healthz",
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"app-{self.port}.log"
        self.database = folder / "polyphony.db"
        self._script = script
        self._health = self.url + health
        self._process: BaseProcess | None = None
        self._environment = {
            **os.environ,
            **dict.fromkeys(KEYS, ""),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "POLYPHONY_LOCAL_SERVERS": "off",
            "POLYPHONY_REMEMBER_KEYS": "file",
            "POLYPHONY_SIMULATED_PACE": "1",
            **(environment or {}),
        }

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            AssertionError: It ended or did not answer in time; holds its log.
        """
        command = ["streamlit", "run", str(self._script)]
        command += ["--server.port", str(self.port)]
        self.log.touch()
        self._process = start(_serve, command, self._environment, self.log)
        self._wait_until_healthy()

    def stop(self) -> None:
        """End it as Ctrl-C or a container would."""
        if self._process is not None:
            self._process.terminate()
        self._end()

    def kill9(self) -> None:
        """End it without giving it a chance to say goodbye."""
        if self._process is not None:
            self._process.kill()
        self._end()

    def restart(self, environment: Mapping[str, str] | None = None) -> None:
        """Stop it if it runs, and start it again on the same port and database."""
        self.stop()
        self._environment.update(environment or {})
        self.start()

    def logged(self) -> str:
        """Return everything it has written so far."""
        return self.log.read_text("utf-8", errors="replace")

    def _wait_until_healthy(self) -> None:
        process = self._process
        assert process is not None
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            assert process.is_alive(), f"the app ended:\n{self.logged()}"
            try:
                with urllib.request.urlopen(self._health, timeout=5):
                    return
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                time.sleep(0.05)
        self.kill9()
        raise AssertionError(f"the app did not answer:\n{self.logged()}")

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.join(STOP_S)
        if process.is_alive():
            process.kill()
            process.join()


def _serve(command: list[str], environment: dict[str, str], log: Path) -> None:
    """Do what ``python -m`` does with the command, in this process."""
    from streamlit.web.cli import main

    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    written = os.open(log, os.O_WRONLY | os.O_APPEND)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(written, stream.fileno())
    sys.argv = command
    main()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
