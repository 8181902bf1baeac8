"""Writes to where the user points: a file, what a symbolic link leads to, a device.

A plain file gets the whole text or stays as it was. What is no plain file (a FIFO, a
terminal, a descriptor that is open) gets the text and is never replaced.
"""

import os
import shutil
import stat
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from errno import EACCES, EBUSY, EISDIR
from glob import escape
from pathlib import Path
from tempfile import mkstemp
from typing import Final

from storage.database import BESIDE, real_file, translate_writing
from storage.errors import FileNotWrittenError

if sys.platform != "win32":
    import fcntl

_MOST_LINKS: Final = 40
_PART: Final = ".part"
_FRESH_S: Final = 2.0
"""A part this young may be about to be locked by its maker."""

_DATABASE: Final = b"SQLite format 3\0"
_BESIDE_A_DATABASE: Final = (*BESIDE, ".lock")


def write_whole(path: Path, lines: Iterable[str]) -> bool:
    """Write a text to where ``path`` leads; a plain file only its owner may read.

    Where a file has other names (hard links), all of them have the new text.

    Returns:
        Whether it went into something that was there to be written to, as a FIFO, a
        device or standard output, and not into a plain file.

    Raises:
        StorageError: It cannot be written; a plain file is as it was.
    """
    try:
        descriptor = _open_stream(path)
        if descriptor is not None:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.writelines(lines)
            return True
        _write_file(path, real_file(path), lines)
    except OSError as error:
        raise translate_writing(error, path) from error
    return False


def _open_stream(path: Path) -> int | None:
    """A descriptor of what is no plain file; ``None`` for one, and where nothing is."""
    if (number := _own_descriptor(path)) is not None:
        return os.dup(number)  # where it stands, and not from the beginning
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(EISDIR, "it is a folder")
    if stat.S_ISBLK(mode):
        raise FileNotWrittenError(path, "it is a disk")
    return None if stat.S_ISREG(mode) else os.open(path, os.O_WRONLY)


def _own_descriptor(path: Path) -> int | None:
    """The descriptor that a path such as ``/dev/stdout`` means, if it means one."""
    for _ in range(_MOST_LINKS):
        folder = os.path.realpath(path.parent)
        if folder in ("/dev/fd", f"/proc/{os.getpid()}/fd") and path.name.isdecimal():
            return int(path.name)
        if not os.path.islink(path):  # noqa: PTH114 - Path raises where it may not look
            return None
        path = path.parent / path.readlink()
    return None


def _write_file(named: Path, target: Path, lines: Iterable[str]) -> None:
    if target == named:  # what a link leads to may be on a disk that is not there
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _is_of_database(target):
        raise FileNotWrittenError(named, "it is a database, or a part of one")
    effective = os.access in os.supports_effective_ids
    if target.exists() and not os.access(target, os.W_OK, effective_ids=effective):
        raise PermissionError(EACCES, os.strerror(EACCES))
    prefix = f".{target.name[:40]}-"
    _remove_abandoned(target.parent, prefix)
    descriptor, name = mkstemp(_PART, prefix, target.parent)
    partial = Path(name)
    _take(descriptor)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(partial, target)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _put_in_place(partial: Path, target: Path) -> None:
    """Replace a file by its new text; one with further names, or mounted, is filled."""
    try:
        if not target.exists() or target.stat().st_nlink == 1:
            partial.replace(target)
            return
    except OSError as error:
        if error.errno != EBUSY:
            raise
    with partial.open("rb") as source, target.open("rb+") as file:
        _make_room(file.fileno(), partial.stat().st_size)
        shutil.copyfileobj(source, file)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _make_room(descriptor: int, size: int) -> None:
    """See that a file can grow to ``size`` bytes before anything in it is changed."""
    before = os.fstat(descriptor).st_size
    if size <= before or not hasattr(os, "posix_fallocate"):
        return
    try:
        os.posix_fallocate(descriptor, 0, size)
    except OSError:
        os.ftruncate(descriptor, before)
        raise


def _is_of_database(target: Path) -> bool:
    names = [target.name, *map(target.name.removesuffix, _BESIDE_A_DATABASE)]
    for file in (target.with_name(name) for name in dict.fromkeys(names) if name):
        if file.is_file() and os.access(file, os.R_OK):
            with file.open("rb") as opened:
                if opened.read(len(_DATABASE)) == _DATABASE:
                    return True
    return False


def _remove_abandoned(folder: Path, prefix: str) -> None:
    """Remove what was left of an export to the same file that was killed."""
    for part in folder.glob(f"{escape(prefix)}*{_PART}"):
        with suppress(OSError), part.open("rb") as file:
            if time.time() - part.stat().st_mtime > _FRESH_S and _take(file.fileno()):
                part.unlink()


def _take(descriptor: int) -> bool:
    """Lock an open file for this process, which lets go when it ends, however it does.

    Returns:
        Whether no other process has it; ``False`` where files have no such locks.
    """
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
