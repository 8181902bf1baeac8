"""Starts and stops the process that serves the tiny models."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

from moa_core.text import one_line
from services.demo_models.install import (
    DemoCancelledError,
    DemoModelsError,
    Installed,
    environment,
)

MODEL = "smollm2-135m"
"""The model as the server names it."""

_SCRIPT = Path(__file__).with_name("serve.py")
_HOST = "127.0.0.1"
_LOOK_EVERY_S = 0.1
_LOADS_S = 120.0
_STOPS_S = 5.0


class DemoServer:
    """One server of the tiny models.

    Args:
        installed: What to serve, and with what.
        port: Where; a free one by default.
        slots: Most answers at once.
        context_tokens: Longest prompt with its answer, in tokens.
        threads: Of the processor; by default half of what there is, four at most. With
            as many as there are, llama.cpp waits for threads that the app keeps busy,
            and is ten times slower (ADR 20).
    """

    def __init__(
        self,
        installed: Installed,
        port: int | None = None,
        *,
        slots: int = 4,
        context_tokens: int = 4096,
        threads: int | None = None,
    ) -> None:
        self.port = port or _free_port()
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - until stop
        options = {
            "packages": installed.packages,
            "model": installed.model,
            "alias": MODEL,
            "port": self.port,
            "slots": slots,
            "context-tokens": context_tokens,
            "threads": threads or max(1, min(4, (os.cpu_count() or 1) // 2)),
        }
        arguments = [f"--{name}={value}" for name, value in options.items()]
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, str(_SCRIPT), *arguments],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    @property
    def base_url(self) -> str:
        """Up to and including ``/v1``."""
        return f"http://{_HOST}:{self.port}/v1"

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def wait_until_loaded(self, cancelled: threading.Event | None = None) -> None:
        """Wait until the model answers.

        Raises:
            DemoModelsError: It ended, or took too long, or was cancelled.
        """
        ends = time.monotonic() + _LOADS_S
        waits = cancelled or threading.Event()
        while health(self.port) != http.HTTPStatus.OK:
            if not self.running:
                raise DemoModelsError(
                    f"llama.cpp ended instead of answering: {self._last_words()}",
                    "Try again; another program may have taken its port or memory.",
                )
            if time.monotonic() > ends:
                raise DemoModelsError(
                    "llama.cpp did not load the model within two minutes.",
                    "Try again when this machine has less to do.",
                )
            if waits.wait(_LOOK_EVERY_S):
                raise DemoCancelledError("The start was cancelled.")

    def stop(self) -> None:
        """End the process; harmless when it has ended."""
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(_STOPS_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _last_words(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        return one_line(lines[-1], 200) if lines else "without a word"


def is_free(port: int) -> bool:
    """Whether a server can listen at ``port`` of this machine."""
    with socket.socket() as probe:
        if os.name == "posix":  # as a server would; on Windows it means something else
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def health(port: int) -> int | None:
    """HTTP status of the server's health; 503 while it loads, ``None`` before."""
    connection = http.client.HTTPConnection(_HOST, port, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
