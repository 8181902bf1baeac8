"""Serves SmolLM2-135M with a real llama.cpp for tests, where `make test` installed it.

All tests that use it are of one group, so that one worker has one server for them all.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from moa_core.mixture import AgentSpec, Layer, MoAConfig
from moa_core.settings import TINY
from services.demo_models.install import installed
from services.demo_models.server import MODEL, DemoServer

GROUP = "real model"
CONTEXT_TOKENS = 1024
LISTENS_S = 30.0
SHORT = 16
"""Most tokens of an answer, so that the tests are quick."""


@contextmanager
def serving(slots: int = 4, *, loaded: bool = True) -> Iterator[DemoServer]:
    """A server while the context is open: once it answers, or once it listens.

    One thread: with more, llama.cpp suffers from what else this machine does.
    """
    there = installed()
    if there is None:
        pytest.skip("no llama.cpp: python -m services.demo_models --install-only")
    server = DemoServer(there, slots=slots, context_tokens=CONTEXT_TOKENS, threads=1)
    try:
        if loaded:
            server.wait_until_loaded()
        else:
            _wait_until_listening(server.port)
        yield server
    finally:
        server.stop()


def _wait_until_listening(port: int) -> None:
    ends = time.monotonic() + LISTENS_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < ends, "llama.cpp does not listen"
            time.sleep(0.02)
        else:
            return


def environment(server: DemoServer) -> dict[str, str]:
    """The variables that make the server known to the app and to the terminal."""
    return {"POLYPHONY_ENDPOINTS": f"{TINY}={server.base_url}"}


def agent(max_tokens: int = SHORT) -> AgentSpec:
    """The model, with short answers."""
    return AgentSpec(endpoint=TINY, model=MODEL, max_tokens=max_tokens)


def mixture(*layers: int, max_tokens: int = SHORT) -> MoAConfig:
    """A mixture with so many proposers in each layer."""
    return MoAConfig(
        layers=tuple(Layer((agent(max_tokens),) * count) for count in layers),
        aggregator=agent(max_tokens),
    )
