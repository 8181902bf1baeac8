"""Names the process that a run belongs to, and tells whether it still lives.

A worker's name holds its process space (host, boot, container), process number and
start. Within one space a look at the process tells the truth at once; a worker
elsewhere counts as alive while its heartbeat is younger than the lease.
"""

import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Self

LEASE_MS = 15_000
"""How long a run without a heartbeat still counts as alive, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One process that runs mixtures.

    Attributes:
        space: Host, boot and process namespace: where ``pid`` means something.
        pid: Number of the process.
        started: When the system started it, as the system counts; ``""`` if unknown.
        token: Tells two stores of one process apart.
    """

    space: str
    pid: int
    started: str
    token: str

    @classmethod
    def current(cls) -> Self:
        """A new name for this process."""
        pid = os.getpid()
        return cls(_space(), pid, _started(pid), secrets.token_hex(4))

    @classmethod
    def parse(cls, name: str) -> Self:
        """Read a name that ``str`` wrote; a strange one belongs to nobody here."""
        space, _, rest = name.rpartition("#")
        pid, _, rest = rest.partition(":")
        started, _, token = rest.partition(":")
        return cls(space, int(pid) if pid.isdecimal() else 0, started, token)

    def __str__(self) -> str:
        return f"{self.space}#{self.pid}:{self.started}:{self.token}"

    def alive(self, silent_ms: int) -> bool:
        """Whether the process still lives.

        Args:
            silent_ms: Milliseconds since its last heartbeat.
        """
        in_lease = silent_ms < LEASE_MS
        if self.space != _space():
            return in_lease
        if not self.started:
            return in_lease and _exists(self.pid)
        if _started(self.pid) != self.started:
            return False
        return in_lease or self.pid != os.getpid()  # our own store may be closed


def _space() -> str:
    boot = _read(Path("/proc/sys/kernel/random/boot_id"))[:8]
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        namespace = ""
    return f"{socket.gethostname()}/{boot}/{namespace}"


def _started(pid: int) -> str:
    """Clock ticks from boot to the start of process ``pid``.

    ``""`` where there is no /proc, and for a process that has ended.
    """
    after_name = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    if len(after_name) < 20 or after_name[0] in ("Z", "X"):
        return ""
    return after_name[19]


def _exists(pid: int) -> bool:
    if pid <= 0:
        return False
    if os.name == "nt":
        return True  # os.kill would end it; the lease decides
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
