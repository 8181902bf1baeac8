"""What every test gets: no network, no keys, and a model server of its own."""

import gc
import ipaddress
import os
import socket
from pathlib import Path

import pytest
from hypothesis import settings

from tests.coverage.kept_probes import keep_what_slipcover_makes
from tests.coverage.probes import (
    have_slipcover_keep_probes_longer,
    let_slipcover_look_at_copies,
    let_workers_tell_what_nobody_ran,
)
from tests.model_server import ModelServer
from tests.profiles import USUAL

settings.load_profile(USUAL)  # --hypothesis-profile loads another one later
let_slipcover_look_at_copies()
have_slipcover_keep_probes_longer()
keep_what_slipcover_makes()

_LOCAL_NAMES = ("localhost", "", None)
_PREFIXES = ("POLYPHONY_", "DATABASE_URL", "OPENAI_", "TOGETHER_")
_SUFFIXES = ("_API_KEY", "_BASE_URL", "_PROXY", "_proxy")


BESIDE_BROWSERS = 1
"""One worker more than cores: a test in a browser waits for some of its time."""


def pytest_configure(config):
    gc.disable()  # collecting makes a million objects that stay
    if getattr(config.option, "numprocesses", None):
        let_workers_tell_what_nobody_ran()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    gc.freeze()  # nor does a test's garbage have to be looked for among them
    gc.set_threshold(20_000, 20, 20)  # nor that often
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers(config):
    cores = yield
    return cores if "not browser" in config.option.markexpr else cores + BESIDE_BROWSERS


def is_local(address):
    """Whether ``address``, as sockets take it, is on this machine."""
    if not isinstance(address, tuple):
        return True  # a unix socket
    host = address[0]
    if host in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def guarded_connect(real, reached):
    """``connect`` that leads to this machine only."""

    def connect(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_local(address):
            reached.append(address)
            raise AssertionError(f"a test tried to reach {address!r}")
        return real(self, address)

    return connect


def guarded_lookup(real, reached):
    """A look-up that knows no other host; of ``.invalid`` ones there never are any."""

    def lookup(host, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        if is_local((name,)):
            return real(host, *args, **kwargs)
        if not name.endswith(".invalid"):
            reached.append(name)
        raise socket.gaierror(socket.EAI_NONAME, f"no {name!r} in tests")

    return lookup


@pytest.fixture(scope="session")
def reached():
    """Other hosts that were looked up or connected to, in any thread of the process."""
    reached = []
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            real = getattr(socket.socket, name)
            patch.setattr(socket.socket, name, guarded_connect(real, reached))
        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            patch.setattr(socket, name, guarded_lookup(getattr(socket, name), reached))
        yield reached
    assert reached == []  # after the last test


@pytest.fixture(autouse=True)
def no_network(reached):
    """A test that asks for another host fails, whatever became of the error."""
    yield
    asked, reached[:] = list(reached), []
    assert asked == []


@pytest.fixture(scope="session", autouse=True)
def no_keys():
    """Nothing of the developer's own environment reaches a test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith(_PREFIXES) or name.endswith(_SUFFIXES):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def new_file() -> Path:
    """A new database file, to be copied."""
    from tests.support.new_database import (
        new_file,  # tests of moa_core need no database
    )

    return new_file()


@pytest.fixture
def model_server():
    """A model server of this test's own, on a free port of 127.0.0.1."""
    with ModelServer() as server:
        yield server


@pytest.fixture(scope="session")
def real_model():
    """A real llama.cpp with SmolLM2-135M; its tests share it, on one worker."""
    from tests.real_model.llama import serving

    with serving() as server:
        yield server
