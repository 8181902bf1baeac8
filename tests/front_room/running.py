"""Starts the app of any checkout, with its own environment and no key."""

import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from moa_core.settings import LOCAL_SERVERS
from tests.browser.app.lab import ENDPOINT, PRICES
from tests.browser.app.running_app import KEYS, free_port

START_S = 60.0


@contextmanager
def running_app(root: Path, **environment: str) -> Iterator[tuple[str, float]]:
    """Run the app of the checkout at ``root``, as ``make run`` would.

    Args:
        root: Has ``app.py`` and ``.venv``.
        environment: Variables besides those that keep it from the network.

    Yields:
        Its address, and the seconds from the command to the first answer.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        variables = {
            **os.environ,
            **dict.fromkeys(KEYS, ""),
            "DATABASE_URL": f"sqlite:///{folder}/polyphony.db",
            "POLYPHONY_LOCAL_SERVERS": "off",
            "POLYPHONY_REMEMBER_KEYS": "file",
            **environment,
        }
        streamlit = str(root / ".venv" / "bin" / "streamlit")
        began = time.monotonic()
        process = subprocess.Popen(
            [streamlit, "run", "app.py", f"--server.port={port}"],
            cwd=root,
            env=variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}", time.monotonic() - began
        finally:
            process.terminate()
            process.wait(15)


def local_port() -> int:
    """A free port of those where local servers are looked for.

    Raises:
        RuntimeError: All are taken.
    """
    for port in LOCAL_SERVERS.values():
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise RuntimeError("a server listens at each port of a local one; stop one of them")


def lab_environment(url: str) -> dict[str, str]:
    """The variables that give the app the models of a model server."""
    return {"POLYPHONY_ENDPOINTS": f"{ENDPOINT}={url}", "POLYPHONY_PRICES": PRICES}


def _wait(address: str) -> None:
    ends = time.monotonic() + START_S
    while time.monotonic() < ends:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.05)
    raise RuntimeError(f"the app did not answer within {START_S:g} s")
