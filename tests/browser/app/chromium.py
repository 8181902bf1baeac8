"""Finds a Chromium for the browser tests, or gets one; `make test` calls it once.

An installed one first ($CHROMIUM, then the usual names), else Playwright's own, else
Debian's package where it may be installed. The headless shell is taken before a whole
Chromium: it has no window to draw, which saves a fifth of the CPU of a test. The path
is remembered in the virtual environment.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

REMEMBERED = Path(sys.prefix) / "chromium-path"
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
PACKAGES = ("chromium-headless-shell", "chromium")
"""Debian's, the lighter one first."""

# No sound, no updates, no requests of its own: what it sends is what the page sends.
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

_ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def executable_path() -> str:
    """Return the path of a Chromium that starts.

    Raises:
        RuntimeError: None; `python -m tests.browser.app.chromium` gets one.
    """
    for find in (_remembered, _installed, _playwrights):
        if path := find():
            return path
    raise RuntimeError("No Chromium found; run: python -m tests.browser.app.chromium")


def arguments() -> list[str]:
    """Return the flags to start it with; root cannot have Chromium's sandbox."""
    sandbox = ["--no-sandbox"] if _is_root() else []
    return [*ARGUMENTS, *sandbox]


def ensure() -> str:
    """Find a Chromium or get one, and remember where it is.

    Raises:
        RuntimeError: There is none and none could be had; says what to do.
    """
    steps: tuple[Callable[[], str | None], ...] = (
        _remembered,
        _installed,
        _playwrights,
        _download,
        _from_debian,
    )
    for step in steps:
        if path := step():
            REMEMBERED.write_text(path, "utf-8")
            return path
    raise RuntimeError(
        "The browser tests need a Chromium, and none could be installed here.\n"
        "Install one (Debian: sudo apt install chromium) or name it: CHROMIUM=/path"
    )


def _remembered() -> str | None:
    path = REMEMBERED.read_text("utf-8").strip() if REMEMBERED.exists() else ""
    return _if_it_starts(path)


def _installed() -> str | None:
    candidates = (os.environ.get("CHROMIUM"), *map(shutil.which, NAMES))
    return next((path for path in candidates if _if_it_starts(path)), None)


def _playwrights() -> str | None:
    # In a process of its own: this one may be running an event loop.
    asked = subprocess.run(
        [sys.executable, "-c", _ASK_PLAYWRIGHT], capture_output=True, text=True
    )
    return _if_it_starts(asked.stdout.strip())


def _download() -> str | None:
    print("Downloading a Chromium for the browser tests (once) ...", file=sys.stderr)
    command = [sys.executable, "-m", "playwright", "install", "--no-shell"]
    with_libraries = ["--with-deps"] if _is_root() and shutil.which("apt-get") else []
    _run([*command, *with_libraries, "chromium"])
    return _playwrights()


def _from_debian() -> str | None:
    if not shutil.which("apt-get"):
        return None
    sudo = [] if _is_root() else ["sudo", "-n"]
    install = [*sudo, "apt-get", "install", "-y", "-qq"]
    print("Installing Debian's Chromium ...", file=sys.stderr)
    if not _run([*install, PACKAGES[0]]):
        _run([*sudo, "apt-get", "update", "-qq"])
        any(_run([*install, package]) for package in PACKAGES)
    return _installed()


def _if_it_starts(path: str | None) -> str | None:
    """Return ``path`` if it is a browser whose libraries are there."""
    return path if path and _run([path, "--version"], timeout_s=30) else None


def _run(command: list[str], *, timeout_s: float = 900) -> bool:
    quiet = subprocess.DEVNULL
    try:
        ended = subprocess.run(
            command, stdin=quiet, stdout=quiet, stderr=quiet, timeout=timeout_s
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


if __name__ == "__main__":
    try:
        ensure()
    except RuntimeError as error:
        sys.exit(str(error))
