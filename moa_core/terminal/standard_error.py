"""Keeps a standard error that cannot be written from ending what goes elsewhere."""

import io
import os
import sys
from pathlib import Path


class _Forgiving(io.RawIOBase):
    """Writes to a file descriptor; what that does not take is lost."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def writable(self) -> bool:
        """It is."""
        return True

    def fileno(self) -> int:
        """The file descriptor."""
        return self._descriptor

    def isatty(self) -> bool:
        """Whether somebody may read it on a terminal."""
        return os.isatty(self._descriptor)

    def write(self, data: object) -> int:
        """Write ``data``, or lose it: the disk is full, or nobody reads any more."""
        piece = bytes(memoryview(data))  # type: ignore[arg-type]
        try:
            return os.write(self._descriptor, piece)
        except OSError:
            return len(piece)


def forgive_standard_error() -> None:
    """Let go of what standard error cannot take, so that nothing else is lost by it."""
    stream = sys.stderr
    if stream is None:  # closed by whoever started this process
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for good
        return
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):  # no file, as in a test
        return
    if not isinstance(getattr(stream, "buffer", None), _Forgiving):
        sys.stderr = io.TextIOWrapper(
            _Forgiving(descriptor),
            encoding=stream.encoding,
            errors="replace",
            write_through=True,
        )
