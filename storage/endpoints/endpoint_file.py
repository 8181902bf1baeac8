"""Reads and writes the file of endpoints and keys, which its owner alone may read."""

import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import mkstemp
from typing import Any, Final

from moa_core.errors import ConfigError
from moa_core.settings import endpoint_named
from storage.database import real_file, sqlite, translate_writing
from storage.errors import KeysFileDamagedError, KeysFileLockedError

FILE_NAME: Final = "endpoints.json"
LOCK_S: Final = 10.0
_VERSION: Final = 1
_LONGEST_BYTES: Final = 1_000_000
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What stands in the file.

    Attributes:
        addresses: Base URL by the name of an endpoint.
        keys: Key by the name of an endpoint; ``None`` where the keyring has it.
    """

    addresses: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str | None] = field(default_factory=dict, repr=False)


NOTHING: Final = Content()


class EndpointFile:
    """The file; several processes may read and change it.

    Args:
        path: Where it is, or will be once there is something to remember.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Content:
        """What is remembered; nothing where there is no file.

        Others lose the right to read it, should somebody have given it to them.

        Raises:
            StorageError: It cannot be read or understood; it was not touched.
        """
        try:
            with self.path.open("rb") as file:
                if os.fstat(file.fileno()).st_mode & _OTHERS and os.name == "posix":
                    os.fchmod(file.fileno(), 0o600)
                text = file.read(_LONGEST_BYTES + 1)
        except FileNotFoundError:
            return NOTHING
        except OSError as error:
            raise KeysFileDamagedError(self.path, error.strerror or "") from None
        return _parsed(text, self.path)

    @contextmanager
    def changing(self) -> Iterator[list[Content]]:
        """Change it, while no other process does.

        Yields:
            One entry, what is remembered now; what it is replaced by gets written.

        Raises:
            StorageError: It cannot be read or written; it is as it was.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = sqlite.file_lock(self.path, LOCK_S)
        try:
            lock.acquire()
        except TimeoutError:
            raise KeysFileLockedError(self.path) from None
        try:
            contents = [self.read()]
            before = contents[0]
            yield contents
            if contents[0] != before:
                self._write(contents[0])
        except OSError as error:
            raise translate_writing(error, self.path) from None
        finally:
            lock.release()

    @property
    def stamp(self) -> tuple[int, int] | None:
        """Changes whenever the file does; ``None`` where there is none."""
        try:
            seen = self.path.stat()
        except OSError:
            return None
        return seen.st_mtime_ns, seen.st_ino

    def _write(self, content: Content) -> None:
        """Replace it as a whole; until then the old one stays."""
        target = real_file(self.path)
        descriptor, name = mkstemp(".part", f".{target.name}-", target.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                json.dump(
                    {
                        "version": _VERSION,
                        "endpoints": dict(content.addresses),
                        "keys": dict(content.keys),
                    },
                    file,
                    indent=2,
                )
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, target)  # noqa: PTH105 - a name, not a path
        finally:
            with suppress(OSError):
                os.unlink(name)  # noqa: PTH108 - as above


def content_without(content: Content, name: str, *, endpoint: bool) -> Content:
    """``content`` without the key of an endpoint, or without the endpoint at all."""
    keys = {each: key for each, key in content.keys.items() if each != name}
    if not endpoint:
        return replace(content, keys=keys)
    addresses = {each: url for each, url in content.addresses.items() if each != name}
    return Content(addresses=addresses, keys=keys)


def _parsed(text: bytes, path: Path) -> Content:
    """What the file says.

    Raises:
        KeysFileDamagedError: It is not what we write; its text is not repeated.
    """
    try:
        parsed = json.loads(text)
    except json.JSONDecodeError as error:
        raise KeysFileDamagedError(path, f"line {error.lineno} is not JSON") from None
    except (ValueError, RecursionError):
        raise KeysFileDamagedError(path, "it is no text in UTF-8") from None
    version = parsed.get("version") if isinstance(parsed, dict) else None
    if isinstance(version, int) and version > _VERSION:
        raise KeysFileDamagedError(path, "a newer version of Polyphony wrote it")
    if version != _VERSION:
        raise KeysFileDamagedError(path, "it is not what Polyphony writes")
    addresses, keys = _texts(parsed, "endpoints", path), _texts(parsed, "keys", path)
    for name, url in addresses.items():
        try:
            endpoint_named(name, url or "")
        except ConfigError as error:
            raise KeysFileDamagedError(path, str(error)) from None
    return Content(
        addresses={name: url for name, url in addresses.items() if url}, keys=keys
    )


def _texts(parsed: Mapping[str, Any], part: str, path: Path) -> dict[str, str | None]:
    texts = parsed.get(part, {})
    if isinstance(texts, dict) and all(
        value is None or (isinstance(value, str) and value) for value in texts.values()
    ):
        return texts
    raise KeysFileDamagedError(path, f'"{part}" is not what Polyphony writes')
