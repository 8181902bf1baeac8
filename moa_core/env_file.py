"""Reads `.env` files into the environment, in whatever encoding they were saved."""

import codecs
import io
import os
from pathlib import Path
from select import select
from typing import Final

from dotenv import find_dotenv, load_dotenv

from moa_core.errors import ConfigError

PIPE_S: Final = 10.0
"""How long a pipe is waited for: a password manager may ask its user first."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def load_env_file(path: Path | None = None) -> None:
    """Set what a `.env` file says and the environment does not.

    Args:
        path: The file, which need not exist; ``None`` looks for one in the current
            folder and those above it.

    Raises:
        ConfigError: It is there and cannot be read; the message names it.
    """
    if path is None:
        found = find_dotenv(usecwd=True)
        path = Path(found) if found else None
    try:
        if path is None or not path.exists():
            return
        if path.is_dir():  # as Docker makes it of a file that is not there
            raise ConfigError(f"{path} is a folder. Put a file there, or remove it.")
        text = _decoded(_read(path))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ConfigError(
            f"{path}: line {line} has a NUL character, which no setting can have. "
            "Save it as plain text in UTF-8."
        )
    load_dotenv(stream=io.StringIO(text))


def _read(path: Path) -> bytes:
    """What stands in it; it may be a pipe, which a password manager writes to."""
    if not path.is_fifo():
        return path.read_bytes()
    opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # else this waits for a writer
    with os.fdopen(opened, "rb") as pipe:
        if not select([pipe], [], [], PIPE_S)[0]:
            raise ConfigError(
                f"{path} is a pipe, and nothing writes to it. Start the program that "
                "does, or put a file there."
            )
        os.set_blocking(opened, True)
        return pipe.read()


def _decoded(content: bytes) -> str:
    """The text: UTF-8, or what its byte order mark or its zero bytes tell."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    odd, even = content[1::2].count(0), content[::2].count(0)
    if max(odd, even) > len(content) / 4:  # plain letters in UTF-16 without a mark
        encoding = "utf-16-le" if odd > even else "utf-16-be"
        return content.decode(encoding, errors="replace")
    try:
        return content.decode()
    except UnicodeDecodeError:  # an editor of an older Windows
        return content.decode("cp1252", errors="replace")
