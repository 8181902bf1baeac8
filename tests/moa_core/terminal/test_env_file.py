import codecs
import os
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core import env_file
from moa_core.env_file import load_env_file
from moa_core.errors import ConfigError

TEXT = "LAB_API_KEY=k-1\n# Schlüssel\nLAB_NAME=Büro\n"


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    """Loads a file with that content and gives what it set."""

    def load(content):
        path = tmp_path / ".env"
        path.write_bytes(content)
        load_env_file(path)
        return os.environ.get("LAB_API_KEY"), os.environ.get("LAB_NAME")

    for name in ("LAB_API_KEY", "LAB_NAME"):
        monkeypatch.setenv(name, "")  # so that it is put back afterwards
        monkeypatch.delenv(name)
    return load


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        TEXT.encode("latin-1"),
        TEXT.encode("cp1252"),
        TEXT.replace("\n", "\r\n").encode("utf-16"),
    ],
)
def test_a_file_may_have_any_encoding(loaded, content):
    assert loaded(content) == ("k-1", "Büro")


def test_what_is_set_already_wins(loaded, monkeypatch):
    monkeypatch.setenv("LAB_NAME", "mine")
    assert loaded(TEXT.encode()) == ("k-1", "mine")


def test_a_nul_character_is_named_with_its_line(loaded, tmp_path):
    with pytest.raises(ConfigError) as caught:
        loaded(b"A=1\nLAB_NAME=a\0b\n")
    assert str(tmp_path / ".env") in str(caught.value)
    assert "line 2 has a NUL character" in str(caught.value)


def test_a_folder_of_that_name_is_named(tmp_path):
    (tmp_path / ".env").mkdir()
    with pytest.raises(ConfigError, match="is a folder"):
        load_env_file(tmp_path / ".env")


def test_a_pipe_is_read_when_something_writes_to_it(tmp_path, monkeypatch):
    path = tmp_path / ".env"
    os.mkfifo(path)
    monkeypatch.delenv("LAB_NAME", raising=False)
    writer = threading.Thread(target=path.write_text, args=("LAB_NAME=piped\n",))
    writer.start()
    with mock.patch.dict(os.environ):
        load_env_file(path)
        assert os.environ["LAB_NAME"] == "piped"
    writer.join()


def test_a_pipe_that_nothing_writes_to_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(env_file, "PIPE_S", 0.01)
    os.mkfifo(tmp_path / ".env")
    with pytest.raises(ConfigError, match="nothing writes to it"):
        load_env_file(tmp_path / ".env")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path):
    path = tmp_path / ".env"
    path.write_text(TEXT)
    path.chmod(0)
    with pytest.raises(ConfigError, match="cannot be read: Permission denied"):
        load_env_file(path)


def test_no_file_is_no_trouble(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = dict(os.environ)
    load_env_file(tmp_path / "gone")
    load_env_file()
    assert os.environ == before


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(content):
    with TemporaryDirectory() as folder, mock.patch.dict(os.environ):
        path = Path(folder) / ".env"
        path.write_bytes(content)
        try:
            load_env_file(path)
            refused = ""
        except ConfigError as error:
            refused = str(error)
        assert not refused or str(path) in refused
