"""Reads one file in a process of its own, whose memory and time are bounded.

Decoders of images and documents are where hostile files attack: they ask for more
memory than there is, never end, or crash what reads them. Here that costs one process.
It inherits no environment, so it knows no key, and what it writes is bounded.
"""

import os
import subprocess
import sys
import tempfile
import threading
from typing import Final

from moa_core.attachments.limits import WAIT_S
from moa_core.attachments.what_was_read import WhatWasRead, what_was_read
from moa_core.errors import AttachmentError

_AT_ONCE: Final = threading.BoundedSemaphore(2)
"""So that many uploads at once take no more memory than two."""

_START: Final = "from moa_core.attachments.reader import main; main()"


def read_in_process(data: bytes) -> WhatWasRead:
    """Read a file.

    Raises:
        AttachmentError: It cannot be attached; the message says why.
    """
    with _AT_ONCE, tempfile.TemporaryFile() as output:
        try:
            ended = subprocess.run(  # noqa: S603 - our own code
                [sys.executable, "-P", "-c", _START],
                input=data,
                stdout=output,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                timeout=WAIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _too_much("time") from None
        except OSError as error:
            raise AttachmentError(
                f"Files cannot be read on this machine now: {error.strerror}.",
                "Try again in a moment, or send the question without files.",
            ) from error
        output.seek(0)
        written = output.read()
    try:
        return what_was_read(written)
    except ValueError:
        raise _too_much(
            "memory" if ended.returncode > 0 else "time or memory"
        ) from None


def _environment() -> dict[str, str]:
    """Where to find what it imports, and nothing else that this process knows."""
    root = os.environ.get("SYSTEMROOT")  # noqa: TID251 - Windows starts nothing without
    system = {} if root is None else {"SYSTEMROOT": root}
    return {**system, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _too_much(what: str) -> AttachmentError:
    return AttachmentError(
        f"It takes more {what} to read than a file may.",
        "It may be broken. Save it anew, or attach only the part that you ask about.",
    )
