"""Serves SmolLM2-135M with a real llama.cpp for tests, where `make test` installed it.

All tests that use it are of one group, so that one worker has one server for them all.
"""

import http
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from moa_core.mixture import AgentSpec, Layer, MoAConfig
from moa_core.settings import TINY
from services.demo_models.install import Installed, installed
from services.demo_models.server import MODEL, DemoServer, health

GROUP = "real model"
CONTEXT_TOKENS = 1024
LISTENS_S = 30.0
SHORT = 16
"""Most tokens of an answer, so that the tests are quick."""


@contextmanager
def serving(
    slots: int = 4, context_tokens: int = CONTEXT_TOKENS, threads: int = 1
) -> Iterator[DemoServer]:
    """A server that answers, while the context is open.

    One thread, unless nothing else runs: with more, llama.cpp suffers from what else
    this machine does.
    """
    server = DemoServer(
        _wheels(), slots=slots, context_tokens=context_tokens, threads=threads
    )
    try:
        server.wait_until_loaded()
        yield server
    finally:
        server.stop()


@contextmanager
def loading(
    folder: Path, port: int | None = None
) -> Iterator[tuple[DemoServer, Callable[[], None]]]:
    """A server of one slot that loads its model until it is let, then answers.

    As from a slow disk: it listens and answers 503, because the kernel lets it wait
    where it opens the file (a lease, fcntl(2), which Linux breaks after 45 s).

    Args:
        folder: For a copy of the model, gone when the context ends.
        port: Where it listens; a free one by default.

    Yields:
        The server, once it has said itself that it is loading, and what lets it go on.
    """
    there = _wheels()
    model = folder / "model.gguf"
    shutil.copyfile(there.model, model)
    with _held(model) as let_go:
        there = Installed(there.packages, model)
        server = DemoServer(
            there, port, slots=1, context_tokens=CONTEXT_TOKENS, threads=1
        )
        try:
            _wait_until_loading(server)
            yield server, let_go
        finally:
            let_go()
            server.stop()
            model.unlink()


def _wheels() -> Installed:
    there = installed()
    if there is None:
        pytest.skip("no llama.cpp: python -m services.demo_models --install-only")
    return there


@contextmanager
def _held(file: Path) -> Iterator[Callable[[], None]]:
    """No other process gets ``file`` open before what this yields is called."""
    fcntl = pytest.importorskip("fcntl")
    if not hasattr(fcntl, "F_SETLEASE"):
        pytest.skip("this system has no leases on files")
    opened = [os.open(file, os.O_RDONLY)]
    fcntl.fcntl(opened[0], fcntl.F_SETSIG, signal.SIGURG)  # SIGIO would end us
    fcntl.fcntl(opened[0], fcntl.F_SETLEASE, fcntl.F_WRLCK)

    def let_go() -> None:
        while opened:
            os.close(opened.pop())

    yield let_go
    let_go()


def _wait_until_loading(server: DemoServer) -> None:
    ends = time.monotonic() + LISTENS_S
    while (status := health(server.port)) != http.HTTPStatus.SERVICE_UNAVAILABLE:
        assert status is None, f"llama.cpp answers {status} before it has its model"
        assert time.monotonic() < ends, "llama.cpp does not listen"
        time.sleep(0.02)


def environment(server: DemoServer, beside: str = "") -> dict[str, str]:
    """The variables that make the server known, ``beside`` other endpoints."""
    known = [f"{TINY}={server.base_url}", *([beside] if beside else [])]
    return {"POLYPHONY_ENDPOINTS": ";".join(known)}


def mixture(*layers: int, max_tokens: int = SHORT, endpoint: str = TINY) -> MoAConfig:
    """A mixture of the model alone, with so many proposers in each layer."""
    agent = AgentSpec(endpoint=endpoint, model=MODEL, max_tokens=max_tokens)
    return MoAConfig(
        layers=tuple(Layer((agent,) * count) for count in layers), aggregator=agent
    )
