"""Moves what several workers have written into the files of their batch."""

from contextlib import suppress
from typing import Final

from moa_core.batch.files import BatchFiles, BatchWriter, lines_of
from moa_core.journal import as_line

MARK: Final = ".run"
"""Ends the names of files by which workers see that they share a folder."""

LEAVES_WITHIN_S: Final = 60.0
"""How long a worker whose batch was cut off may take to let go of its files."""


def gather(writer: BatchWriter) -> None:
    """Add the lines of all workers to those of the batch, and remove their files.

    It can be cut off at any moment, and done again: no line comes twice.

    Args:
        writer: Of the batch's files.

    Raises:
        ConfigError: A worker still writes, or a file cannot be read or written.
    """
    files = writer.files
    for worker in BatchFiles.in_folder(files.workers):
        with BatchWriter(worker, LEAVES_WITHIN_S):
            for own, other in zip(files.lasting, worker.lasting, strict=True):
                there = {hash(as_line(record)) for record in lines_of(own)}
                for record in lines_of(other):
                    if hash(as_line(record)) not in there:
                        writer.append(own, record)
                writer.sync()
                other.unlink(missing_ok=True)
        worker.lock.unlink(missing_ok=True)
    for mark in files.workers.glob(f"*{MARK}"):
        mark.unlink()
    with suppress(OSError):  # there is none, or somebody else's file is in it
        files.workers.rmdir()
