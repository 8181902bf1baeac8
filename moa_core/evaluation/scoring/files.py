"""Opens the files that are scored: plain or compressed, alone or in a folder."""

import gzip
import zlib
from pathlib import Path

from moa_core.errors import ConfigError
from moa_core.evaluation.benchmarks import MAX_FILE_BYTES


def file_bytes(path: Path) -> bytes:
    """What is in a file, decompressed if its name ends in ``.gz``.

    Raises:
        ConfigError: It cannot be read, or is larger than ``MAX_FILE_BYTES``.
    """
    too_large = ConfigError(f"file: larger than {MAX_FILE_BYTES >> 20} MB.")
    try:
        if path.is_file() and path.stat().st_size > MAX_FILE_BYTES:
            raise too_large
        with (gzip.open if path.suffix.lower() == ".gz" else open)(path, "rb") as file:
            data: bytes = file.read(MAX_FILE_BYTES + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise ConfigError("file: it is not a whole gzip file.") from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or "it can’t be read"
        raise ConfigError(f"{said}.") from None
    if len(data) > MAX_FILE_BYTES:
        raise too_large
    return data


def files_in(folder: Path) -> list[Path]:
    """The files of a folder, by name; none of what is hidden."""
    try:
        found = sorted(each for each in folder.iterdir() if each.is_file())
    except OSError as error:
        raise ConfigError(f"{error.strerror or 'it can’t be read'}.") from None
    return [each for each in found if not each.name.startswith(".")]
