"""Looks at the disk under a database: how much may still be written, and why not."""

import errno
import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

if sys.platform != "win32":
    import resource

_PROBE: Final = bytes(64 * 1024)
_NEAR_BYTES: Final = 32 * 1024 * 1024
BESIDE: Final = ("-wal", "-shm", "-journal")
"""How the names of the files end that SQLite keeps beside a database."""


def free_bytes(path: Path) -> int:
    """How many bytes the file of a database may still grow.

    As many as the disk has free, or as a limit on the size of files leaves.

    Raises:
        OSError: The disk cannot be asked.
    """
    free = shutil.disk_usage(path.parent).free
    limit = _largest_file()
    return free if limit is None else max(0, min(free, limit - _size(path)))


def why_not_written(path: Path) -> OSError | None:
    """Why SQLite could not write, which does not pass on what the system said.

    Tries to write a little beside the file; ``None`` if that can be done.
    """
    limit = _largest_file()
    if limit is not None and limit - _size(path) < _NEAR_BYTES:
        size = f"{limit / 1024**2:,.0f} MB"
        return OSError(errno.EFBIG, f"no file may be larger than {size} (ulimit -f)")
    try:
        with TemporaryFile(dir=path.parent) as file:
            file.write(_PROBE)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error
    return None


def _largest_file() -> int | None:
    """The most bytes that a file of this process may have; ``None`` without limit."""
    if sys.platform == "win32":
        return None
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    return None if limit == resource.RLIM_INFINITY else limit


def _size(path: Path) -> int:
    """Bytes of the largest file that a database consists of."""
    sizes = [0]
    for end in ("", *BESIDE):
        file = path.with_name(f"{path.name}{end}")
        if file.exists():
            sizes.append(file.stat().st_size)
    return max(sizes)
