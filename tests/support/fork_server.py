"""Starts processes that have imported our packages already: many tests need some.

One process imports them, for each worker of the tests, and is copied. What a user
starts, with all its imports, is started in `tests/test_package.py`.
"""

import multiprocessing
import sys
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from types import ModuleType

PRELOADED = ["streamlit.web.cli", "services", "pages.widgets.chat"]

if sys.platform == "win32":
    starting = multiprocessing.get_context("spawn")
else:
    starting = multiprocessing.get_context("forkserver")
starting.set_forkserver_preload(PRELOADED)


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
