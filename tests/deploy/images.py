"""Builds images of the repository without a daemon, and runs what is in them.

``buildah`` builds the real Dockerfile. What is built is run in namespaces of its own:
as PID 1, without capabilities, on a read-only root with ``/tmp`` in memory and a folder
at ``/data``, as compose.yaml asks Docker for. Only the network is the machine's.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = ROOT / "build" / "image"
"""Kept between two tests: layers that have not changed are not built again."""

DEBIAN = "localhost/debian-python"
"""A base from Debian's own packages, for where no registry of images can be reached."""

CERTIFICATES = "/etc/ssl/certs"
SETTLED_WITHIN_S = 120
MOST_TICKS = 20
"""Of CPU in two seconds, in hundredths of a second: an app that nobody asks."""

ENTER = """
set -eu
mount --bind "$ROOT" "$ROOT"
mount -o remount,bind,ro "$ROOT"
mount -t proc proc "$ROOT/proc"
mount --rbind /dev "$ROOT/dev"
mount -t tmpfs -o mode=1777 tmpfs "$ROOT/tmp"
mount --bind "$DATA" "$ROOT/data"
exec chroot "$ROOT" setpriv --reuid="$USER_ID" --regid="$USER_ID" --clear-groups \
  --bounding-set=-all --inh-caps=-all --no-new-privs env -i "$@"
"""


def missing() -> str:
    """Why no image can be built here; ``""`` if one can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "an image is built as root"
    tools = ("buildah", "mmdebstrap", "unshare", "setpriv", "chroot")
    absent = [tool for tool in tools if not shutil.which(tool)]
    return f"not installed: {', '.join(absent)}" if absent else ""


def buildah(*arguments: str) -> str:
    """What `buildah` says."""
    (WORK / "tmp").mkdir(parents=True, exist_ok=True)
    store = ("--root", str(WORK / "root"), "--runroot", str(WORK / "run"))
    environ = {
        **os.environ,
        "BUILDAH_ISOLATION": "chroot",
        "TMPDIR": str(WORK / "tmp"),
        "STORAGE_DRIVER": _driver(),
    }
    done = subprocess.run(
        ["buildah", *store, *arguments], capture_output=True, text=True, env=environ
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout.strip()


def _driver() -> str:
    """Layers over one another, or copies where that is what this machine is made of."""
    kind = subprocess.run(
        ["stat", "--file-system", "--format=%T", WORK], capture_output=True, text=True
    ).stdout
    chosen = "vfs" if kind.strip() == "overlayfs" else "overlay"
    return os.environ.get("STORAGE_DRIVER", chosen)


def debian_base() -> str:
    """The name of a base image of Debian as this machine runs, with its Python."""
    archive = WORK / "base.tar"
    if not archive.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        release = dict(
            line.split("=", 1)
            for line in Path("/etc/os-release").read_text().split()
            if "=" in line
        )["VERSION_CODENAME"]
        half = archive.with_suffix(".half.tar")
        packages = "--include=python3,python3-venv,ca-certificates"
        subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=minbase", packages, release, half],
            check=True,
        )
        half.rename(archive)
    if buildah("images", "--quiet", "--filter", f"reference={DEBIAN}"):
        return DEBIAN  # made anew, it would be another one, and all layers with it
    container = buildah("from", "scratch")
    buildah("add", "--quiet", container, str(archive), "/")
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    buildah("config", "--env", f"PATH={path}", container)
    buildah("commit", "--quiet", "--rm", container, DEBIAN)
    return DEBIAN


def build(tag: str, folder: Path, *options: str) -> str:
    """Build the Dockerfile of a folder, and give the image's name."""
    mounted = f"--volume={CERTIFICATES}:{CERTIFICATES}:ro"
    layers = ("bud", "--layers", "--format", "docker", "--pull=missing")
    buildah(*layers, *options, mounted, "-t", f"localhost/{tag}", str(folder))
    return f"localhost/{tag}"


@dataclass(frozen=True)
class Image:
    """An image whose files are mounted.

    Attributes:
        files: Where they are.
        config: What the image says of how it is run.
    """

    container: str
    files: Path
    config: Mapping

    @classmethod
    def mounted(cls, name: str) -> "Image":
        """Mount an image; ``remove`` ends that."""
        container = buildah("from", "--pull-never", name)
        files = Path(buildah("mount", container))
        told = json.loads(buildah("inspect", "--type", "image", name))
        return cls(container, files, told["Docker"]["config"])

    def remove(self) -> None:
        """Unmount it; the image stays."""
        buildah("rm", self.container)

    @property
    def user_id(self) -> str:
        """Whom it runs as."""
        return self.config["User"].partition(":")[0]

    def start(
        self, data: Path, *command: str, environ: Mapping[str, str], log: Path
    ) -> "Running":
        """Start a command in a container of its own; ``()``: the image's."""
        variables = [*self.config["Env"], *(f"{k}={v}" for k, v in environ.items())]
        words: Sequence[str] = command or self.config["Cmd"]
        folder = self.config.get("WorkingDir") or "/"
        with log.open("ab") as written:
            process = subprocess.Popen(
                [
                    *("unshare", "--mount", "--pid", "--fork", "--kill-child"),
                    *("sh", "-c", ENTER, "sh", "-C", folder, *variables, *words),
                ],
                env={
                    "PATH": os.environ["PATH"],
                    "ROOT": str(self.files),
                    "DATA": str(data),
                    "USER_ID": self.user_id,
                },
                stdout=written,
                stderr=subprocess.STDOUT,
            )
        return Running(process, log)

    def run(self, data: Path, *command: str, environ: Mapping[str, str]) -> str:
        """Run a command in a container of its own, and give what it says."""
        log = data.parent / "said.log"
        log.unlink(missing_ok=True)
        code = self.start(data, *command, environ=environ, log=log).process.wait(120)
        said = log.read_text()
        assert code == 0, said
        return said


@dataclass(frozen=True)
class Running:
    """A command in a container."""

    process: subprocess.Popen
    log: Path

    @property
    def first(self) -> int:
        """Its first process, as the machine numbers it; PID 1 inside."""
        unshare = self.process.pid
        children = Path(f"/proc/{unshare}/task/{unshare}/children").read_text().split()
        return int(children[0])

    def settled(self) -> bool:
        """Wait until it has loaded what it loads in the background after its start."""
        ends, used = time.monotonic() + SETTLED_WITHIN_S, -1
        while time.monotonic() < ends:
            words = Path(f"/proc/{self.first}/stat").read_text().rpartition(")")[2]
            ticks = sum(map(int, words.split()[11:13]))
            if ticks - used <= MOST_TICKS:
                return True
            used = ticks
            time.sleep(2)
        return False

    def terminate(self) -> None:
        """Do what `docker stop` does first."""
        os.kill(self.first, signal.SIGTERM)

    def kill(self) -> None:
        """End it in any case."""
        if self.process.poll() is None:
            os.kill(self.first, signal.SIGKILL)
            self.process.wait(10)
