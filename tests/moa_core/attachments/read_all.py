"""Reads many files in one process within the limits of one, and tells of each."""

import json
import pickle
import resource
import sys
from pathlib import Path

from moa_core.attachments.reader import answer_to, limit_this_process


def main(path):
    """Read the files of each group; tells of each, and of the memory after a group."""
    limit_this_process(cpu_s=170)
    groups = pickle.loads(Path(path).read_bytes())
    told, memory_mb = {}, [_memory_mb()]
    for files in groups:
        told |= {name: _head(data) for name, data in files.items()}
        memory_mb.append(_memory_mb())
    json.dump({"told": told, "memory_mb": memory_mb}, sys.stdout)


def _head(data):
    return json.loads(answer_to(data).partition(b"\n")[0])


def _memory_mb():
    """The most that this process has had; without that of the one that started it."""
    try:
        told = Path("/proc/self/status").read_text("ascii").split()
        return int(told[told.index("VmHWM:") + 1]) * 1024 / 1e6
    except OSError:  # macOS
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    main(sys.argv[1])
