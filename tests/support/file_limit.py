"""Lets no file of this process grow further, as ``ulimit -f`` does."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_larger_files_than(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
