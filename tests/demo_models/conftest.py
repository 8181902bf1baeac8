"""Marks what uses the real models: slow, and on the worker that serves them."""

import signal

import pytest

from tests.real_model.llama import GROUP

HERE = "tests/demo_models/"


def pytest_collection_modifyitems(items):
    for item in items:
        if item.nodeid.startswith(HERE) and "real_model" in item.fixturenames:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group(GROUP))


@pytest.fixture(autouse=True)
def same_signals():
    """The command takes signals, and leaves them so."""
    before = {
        number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)
    }
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
