"""Starts processes that have imported our packages already: many tests need some.

One process imports them (``preloaded``), for each worker of the tests, and is copied.
What a user starts, with all its imports, is started in `tests/test_package.py`.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import TextIO

if sys.platform == "win32":
    starting = multiprocessing.get_context("spawn")
else:
    starting = multiprocessing.get_context("forkserver")
starting.set_forkserver_preload(["tests.support.preloaded"])


def start(work: Callable[..., object], *arguments: object) -> BaseProcess:
    """Start a process that ends with this one; ``work`` is a function of a module."""
    process = starting.Process(target=work, args=arguments, daemon=True)
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")  # ours, or a page, would run in it
    try:
        process.start()
    finally:
        sys.modules["__main__"] = main
    return process


@contextmanager
def telling(
    work: Callable[..., object], *arguments: object
) -> Iterator[tuple[BaseProcess, TextIO]]:
    """Such a process and what it prints; it is killed when the context is left."""
    reader, writer = starting.Pipe(duplex=False)
    process = start(_tell, writer, work, arguments)
    writer.close()
    with os.fdopen(os.dup(reader.fileno())) as said:
        reader.close()
        try:
            yield process, said
        finally:
            process.kill()
            process.join()


def _tell(
    writer: Connection, work: Callable[..., object], arguments: tuple[object, ...]
) -> None:
    os.dup2(writer.fileno(), 1)
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
    writer.close()
    work(*arguments)
