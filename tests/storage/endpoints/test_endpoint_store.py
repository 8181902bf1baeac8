"""Endpoints and keys, on real files and in a keyring."""

import json
import os
import stat
import subprocess
import sys

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from moa_core.errors import ConfigError
from storage.endpoints import endpoint_store, keyring_store
from storage.endpoints.endpoint_store import EndpointStore
from storage.errors import KeyringError, KeysFileDamagedError, StorageError

KEY = "sk-0123456789abcdefWXYZ"
URL = "http://127.0.0.1:9/v1"
posix = pytest.mark.skipif(os.name != "posix", reason="Windows has other permissions")


@pytest.fixture
def store(tmp_path):
    return EndpointStore(tmp_path, "file")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_nothing_is_remembered_and_no_file_made_until_something_is_saved(store):
    assert store.load().endpoints == ()
    assert store.load().keys == {}
    assert not store.path.exists()


@posix
def test_what_is_saved_is_there_again_in_a_file_for_its_owner_alone(store, tmp_path):
    store.save_key("openai", f" {KEY}\n")
    store.save_endpoint("lab", f"{URL}/", "another-key-of-lab")
    store.save_endpoint("free", URL, "")
    again = EndpointStore(tmp_path, "file")
    lab, free = again.load().endpoints
    assert (lab.name, lab.base_url, lab.api_key) == ("lab", URL, "another-key-of-lab")
    assert (free.api_key, free.origin) == (None, "remembered")
    assert again.load().keys == {"openai": KEY, "lab": "another-key-of-lab"}
    assert again.places() == {"openai": "file", "lab": "file"}
    assert mode(store.path) == 0o600
    assert KEY not in repr(again.load()) + repr(again.load().endpoints) + repr(again)


@posix
def test_others_lose_the_right_to_read_it(store):
    store.save_key("openai", KEY)
    store.path.chmod(0o644)
    assert store.load().keys == {"openai": KEY}
    assert mode(store.path) == 0o600


def test_a_key_or_a_whole_endpoint_is_forgotten(store):
    store.save_endpoint("lab", URL, KEY)
    store.forget("lab", endpoint=False)
    assert store.load().endpoints[0].api_key is None
    store.save_endpoint("lab", URL, KEY)
    store.forget("lab", endpoint=True)
    assert store.load().endpoints == ()
    assert KEY not in store.path.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "line 1 is not JSON"),
        (b'{"version": 1,\n "keys": {"a": "secret-of-a"', "line 2 is not JSON"),
        (b"\xff\xfe\x00", "no text"),
        (b"[]", "not what Polyphony writes"),
        (b'{"version": 99}', "a newer version"),
        (b'{"version": 1, "keys": {"a": 1}}', '"keys"'),
        (b'{"version": 1, "endpoints": {"a b": "http://x/v1"}}', "Name"),
        (b'{"version": 1, "endpoints": {"a": "http://u:pw@x/v1"}}', "Base URL"),
        (b"[" * 100_000, "cannot be read"),
    ],
)
def test_a_file_that_is_damaged_is_said_and_never_touched(store, text, said):
    store.path.write_bytes(text)
    for act in (store.load, lambda: store.save_key("openai", KEY)):
        with pytest.raises(KeysFileDamagedError) as caught:
            act()
        assert said in str(caught.value)
        assert str(store.path) in str(caught.value)
        assert "secret-of-a" not in str(caught.value) + caught.value.advice
        assert "pw" not in str(caught.value)
    assert store.path.read_bytes() == text


def test_a_folder_in_its_place_is_said(store):
    store.path.mkdir()
    with pytest.raises(StorageError):
        store.load()
    with pytest.raises(StorageError):
        store.save_key("openai", KEY)


@pytest.mark.parametrize("key", ["", " ", "two words", "sk-ключ", "a\nb", "x" * 5000])
def test_what_is_no_key_is_refused_and_not_repeated(store, key):
    with pytest.raises(ConfigError) as caught:
        store.save_key("openai", key)
    assert len(key.strip()) < 3 or key not in str(caught.value)
    assert not store.path.exists()


@pytest.mark.parametrize(
    ("name", "url", "said"),
    [
        ("openai", URL, "taken"),
        ("simulated", URL, "taken"),
        ("a/b", URL, "Name"),
        ("", URL, "Name"),
        ("lab", "example.com", "Base URL"),
        ("lab", "http://user:pw@host/v1", "its own field"),
        ("lab", "http://host/v1?key=abc", "its own field"),
    ],
)
def test_what_is_no_endpoint_is_refused(store, name, url, said):
    with pytest.raises(ConfigError, match=said):
        store.save_endpoint(name, url, KEY)
    assert not store.path.exists()


WRITER = """
import sys
from pathlib import Path
from storage.endpoints.endpoint_store import EndpointStore
store = EndpointStore(Path(sys.argv[1]), "file")
for number in range(15):
    store.save_key(f"{sys.argv[2]}{number}", f"key-{sys.argv[2]}-{number}")
"""


@pytest.mark.slow
def test_two_processes_that_write_at_once_lose_nothing(store, tmp_path):
    command = [sys.executable, "-c", WRITER, tmp_path]
    writers = [subprocess.Popen([*command, name]) for name in ("a", "b")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert len(store.load().keys) == 30
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {store.path.name, f"{store.path.name}.lock"}


class Keyring(KeyringBackend):
    """A keyring as the system's are, in memory."""

    priority = 5

    def __init__(self, locked=False):
        self.kept, self.locked = {}, locked

    def _open(self):
        if self.locked:
            raise KeyringLocked(f"locked while it was given {KEY}")

    def get_password(self, service, username):
        self._open()
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self._open()
        self.kept[service, username] = password

    def delete_password(self, service, username):
        self._open()
        if (service, username) not in self.kept:
            raise PasswordDeleteError("it is not there")
        del self.kept[service, username]


@pytest.fixture
def system(monkeypatch):
    """Gives this process a keyring."""

    def use(keyring):
        monkeypatch.setattr(endpoint_store, "system_keyring", lambda: keyring)
        return keyring

    return use


@pytest.mark.parametrize("choice", ["auto", "keyring"])
def test_a_keyring_has_the_keys_and_the_file_has_none(tmp_path, system, choice):
    keyring, store = system(Keyring()), EndpointStore(tmp_path, choice)
    store.save_key("openai", KEY)
    store.save_endpoint("lab", URL, KEY)
    assert KEY not in store.path.read_text("utf-8")
    assert json.loads(store.path.read_text("utf-8"))["keys"] == {
        "openai": None,
        "lab": None,
    }
    assert store.load().keys == {"openai": KEY, "lab": KEY}
    assert store.places()["lab"] == "keyring"
    store.forget("lab", endpoint=True)
    keyring.kept.clear()
    assert store.load().keys == {}
    store.forget("openai", endpoint=False)
    assert store.places() == {}


def test_two_installations_of_one_user_keep_their_keys_apart(tmp_path, system):
    system(Keyring())
    one, other = (EndpointStore(tmp_path / name, "auto") for name in ("one", "other"))
    one.save_key("openai", KEY)
    other.save_key("openai", "another-key")
    assert one.load().keys == {"openai": KEY}


def test_a_locked_keyring_leaves_the_file_or_says_so(tmp_path, system):
    system(Keyring(locked=True))
    store = EndpointStore(tmp_path / "auto", "auto")
    store.save_key("openai", KEY)
    assert store.places() == {"openai": "file"}
    strict = EndpointStore(tmp_path / "strict", "keyring")
    with pytest.raises(KeyringError) as caught:
        strict.save_key("openai", KEY)
    assert KEY not in str(caught.value)
    assert strict.load().keys == {}


def test_without_a_keyring_the_file_is_used_or_it_is_said(tmp_path, system):
    system(None)
    store = EndpointStore(tmp_path / "auto", "auto")
    store.save_key("openai", KEY)
    assert store.places() == {"openai": "file"}
    with pytest.raises(KeyringError):
        EndpointStore(tmp_path / "strict", "keyring").save_key("openai", KEY)


def test_a_keyring_that_nobody_recommends_is_none(monkeypatch):
    backend = Keyring()
    monkeypatch.setattr("keyring.get_keyring", lambda: backend)
    for priority, trusted in ((5, backend), (0.5, None)):
        monkeypatch.setattr(Keyring, "priority", priority)
        keyring_store.system_keyring.cache_clear()
        assert keyring_store.system_keyring() is trusted
    keyring_store.system_keyring.cache_clear()
