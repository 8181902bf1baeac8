"""Names the files of a batch, and appends to them a line at a time."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from filelock import FileLock, Timeout

from moa_core.errors import ConfigError
from moa_core.journal import Journal, as_line

SYNC_EVERY_S: Final = 1.0
_ENDINGS: Final = (".errors.jsonl", ".journal.jsonl", ".lock")
_WORKERS: Final = ".workers"
_WORKER: Final = "worker-"


@dataclass(frozen=True, slots=True)
class BatchFiles:
    """The files of one batch, or of one worker of it.

    Attributes:
        answers: What is wanted: a line for each row that was answered.
        errors: A line for each row that failed, and was not answered since.
        journal: Ended calls of rows that have no answer; gone once all have.
        lock: Held by whoever writes, and gone when they end.
    """

    answers: Path
    errors: Path
    journal: Path
    lock: Path

    @classmethod
    def beside(cls, answers: Path) -> Self:
        """Those of a batch that one process works on.

        Raises:
            ConfigError: It names a folder, as ``.`` does.
        """
        if not answers.name:
            raise ConfigError(f"{answers}: Is a directory.")
        return cls(answers, *(answers.with_suffix(end) for end in _ENDINGS))

    @property
    def lasting(self) -> tuple[Path, Path, Path]:
        """Those with lines, in the order in which they are read."""
        return self.answers, self.errors, self.journal

    @property
    def workers(self) -> Path:
        """The folder in which several workers write, each files of its own."""
        return self.answers.with_suffix(_WORKERS)

    @property
    def parts(self) -> list[Self]:
        """These, and those of workers that have not been gathered."""
        return [self, *self.in_folder(self.workers)]

    @classmethod
    def of_worker(cls, folder: Path, worker: str) -> Self:
        """Those of one of several workers, which share a folder and no file.

        Args:
            folder: Where all of them write.
            worker: Its name, without a dot.
        """
        return cls.beside(folder / f"{_WORKER}{worker}.jsonl")

    @classmethod
    def in_folder(cls, folder: Path) -> list[Self]:
        """Those of all workers that have written there."""
        names = {
            path.name.removeprefix(_WORKER).split(".")[0]
            for path in folder.glob(f"{_WORKER}*.jsonl")
        }
        return [cls.of_worker(folder, name) for name in sorted(names)]


class BatchWriter:
    """Appends to the files of a batch; nobody else can meanwhile. A context manager.

    Args:
        files: Are made when they are first written to.
        wait_s: How long to wait for another process to let go of them.

    Raises:
        ConfigError: Another process is working on them, or they cannot be used.
    """

    def __init__(self, files: BatchFiles, wait_s: float = 0.0) -> None:
        self.files = files
        self._wait_s = wait_s
        self._open: dict[Path, Journal] = {}
        self._lock = FileLock(files.lock)

    def __enter__(self) -> Self:
        try:
            self.files.lock.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=self._wait_s)
        except Timeout:
            raise ConfigError(
                f"Another process is working on {self.files.answers}. Wait for it, or "
                "name another --output."
            ) from None
        except OSError as error:
            raise _unusable(self.files.answers, error) from None
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()
        with suppress(OSError):  # on Windows, where nobody can take what is held
            self.files.lock.unlink()  # who waits for it looks whether it is still there
        self._lock.release()

    def append(self, path: Path, record: dict[str, Any]) -> None:
        """Add a line to one of the files.

        Raises:
            ConfigError: It cannot be written.
        """
        try:
            if path not in self._open:
                self._open[path] = Journal(path)
            self._open[path].append(record)
        except OSError as error:
            raise _unusable(path, error) from None

    def sync(self) -> None:
        """Have the disk keep what was written, so that it outlives a power cut."""
        for file in list(self._open.values()):
            file.sync()

    async def keep_synced(self) -> None:
        """Sync every second, beside the work, until this is cancelled."""
        while True:
            await asyncio.sleep(SYNC_EVERY_S)
            await asyncio.to_thread(self.sync)

    def close(self) -> None:
        """Let go of the files; the next line opens them again."""
        for file in self._open.values():
            file.sync()
            file.close()
        self._open.clear()

    def keep_only(self, path: Path, wanted: Callable[[dict[str, Any]], bool]) -> None:
        """Take the other lines out of a file, all at once; an empty one goes.

        Raises:
            ConfigError: It cannot be read or written.
        """
        self.close()
        if not path.exists():
            return
        new = path.with_name(f"{path.name}.new")
        kept = left = 0
        with new.open("wb") as file:
            for record in lines_of(path):
                if wanted(record):
                    kept += 1
                    file.write(as_line(record))
                else:
                    left += 1
            file.flush()
            os.fsync(file.fileno())
        if not kept:
            path.unlink()
        elif left:
            new.replace(path)
        new.unlink(missing_ok=True)


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """Every whole line of a file, none of one that is not there.

    A last line that was cut off is passed over, and taken away by who writes next.

    Raises:
        ConfigError: A line cannot be read; names it.
    """
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.endswith(b"\n"):
                    return
                record: Any = None
                with suppress(ValueError):
                    record = json.loads(line)
                if not isinstance(record, dict):
                    raise ConfigError(
                        f"{path}: line {number} is damaged. Correct or remove it."
                    )
                yield record
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unusable(path, error) from None


def _unusable(path: Path, error: OSError) -> ConfigError:
    return ConfigError(f"{path}: {error.strerror or error}.")
