"""The process that reads one file: from its input to its output, within limits."""

import os
import sys
import threading
import time
from contextlib import suppress

from moa_core.attachments.kinds import reader_for
from moa_core.attachments.limits import CPU_S, MEMORY_BYTES, MOST_BYTES
from moa_core.attachments.what_was_read import refusal_to_bytes
from moa_core.errors import AttachmentError

MOST_OUTPUT_BYTES = 2 * MOST_BYTES
_BROKEN = AttachmentError(
    "It is broken or cut off: it cannot be read to its end.",
    "Open it where it comes from, save it anew, and attach that.",
)
_TOO_LARGE = AttachmentError(
    "It takes more memory to read than a file may.",
    "Attach only the part that you ask about, or a smaller picture.",
)


def main() -> None:
    """Read the file that stands at the input, and write what it is."""
    limit_this_process()
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    sys.stdout.buffer.write(answer_to(data))
    sys.stdout.buffer.flush()
    os._exit(0)  # what a library would tidy up is gone with the process


def answer_to(data: bytes) -> bytes:
    """What a file is, or why it is refused, as ``what_was_read`` reads it."""
    try:
        return reader_for(data)(data).to_bytes()
    except AttachmentError as error:
        return refusal_to_bytes(error)
    except MemoryError:
        return refusal_to_bytes(_TOO_LARGE)
    except ImportError as error:
        return refusal_to_bytes(
            AttachmentError(
                f"The library that reads it is not installed: {error.name}.",
                "Install what requirements.lock lists, or attach its text.",
            )
        )
    except Exception:  # noqa: BLE001 - whatever a library makes of a broken file
        return refusal_to_bytes(_BROKEN)


def limit_this_process(cpu_s: int = CPU_S) -> None:
    """Bound the memory, the time and the files of this process, for good.

    Windows has no such limits: there only the time is bounded, by who waits.
    """
    with suppress(ImportError):
        import resource

        for limit, value in (
            (resource.RLIMIT_CPU, cpu_s),
            (resource.RLIMIT_FSIZE, MOST_OUTPUT_BYTES),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_AS, MEMORY_BYTES),
        ):
            with suppress(ValueError, OSError):  # macOS refuses some, or ignores them
                resource.setrlimit(limit, (value, value))
        if sys.platform == "darwin":  # which does not keep RLIMIT_AS
            threading.Thread(target=_watch_memory, daemon=True).start()


def _watch_memory() -> None:
    """End this process when it has taken too much."""
    import resource

    while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MEMORY_BYTES:
        time.sleep(0.05)
    os._exit(1)
