"""Listens for Ctrl-C, and for the request of a system to end."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress


def on_stop_signals(do: Callable[[], None]) -> None:
    """Have the running loop call ``do`` at each such signal, in place of ending."""
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # on Windows
            asyncio.get_running_loop().add_signal_handler(number, do)
