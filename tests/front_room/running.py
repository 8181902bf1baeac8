"""Starts the app of any checkout, with its own environment and no key."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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


@contextmanager
def local_server() -> Iterator[Callable[[], None]]:
    """Gives what starts a model server at the usual port of one that is looked for."""
    servers: list[ThreadingHTTPServer] = []

    def start() -> None:
        for name, port in LOCAL_SERVERS.items():
            with suppress(OSError):
                servers.append(ThreadingHTTPServer(("127.0.0.1", port), _Models))
                threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
                print(f"A model server answers as {name}.", file=sys.stderr)
                return

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


class _Models(BaseHTTPRequestHandler):
    """Lists one model, and says nothing else."""

    def do_GET(self) -> None:
        body = json.dumps({"object": "list", "data": [{"id": "local-model"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


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
