"""Measures a batch on Ray: two workers beside one process, and kills of both kinds."""

import importlib.util
import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.batch.process import BatchProcess
from bench.figures import Figures, say
from bench.model_server import ModelServers
from bench.models import Work, WritingPace
from moa_core.batch import KnownBatch, answers_of
from moa_core.mixture import Preset

ROWS, KILL_ROWS = 320, 120
WORKERS, CONCURRENCY = 2, 16
LAYERS, WIDTH = 2, 3
PACE = WritingPace(tokens=40, per_s=100, first_s=0.6)
CALLS = LAYERS * WIDTH + 1
ON_RAY = "--ray", "--workers", str(WORKERS), "--concurrency", str(CONCURRENCY)
HERE = "--concurrency", str(WORKERS * CONCURRENCY)
TICKS = os.sysconf("SC_CLK_TCK")


def measure_ray() -> Figures:
    """320 rows of seven calls on one process and on Ray; then 120 rows with kills."""
    if importlib.util.find_spec("ray") is None:
        say("batch_ray: left out, as Ray is not installed")
        return {}
    with ModelServers() as servers, TemporaryDirectory() as folder:
        here = _measured(Path(folder) / "here", servers, HERE)
        on_ray = _measured(Path(folder) / "ray", servers, ON_RAY)
        kills = _killed(Path(folder) / "kills", servers)
    return {
        "batch_ray_wall_over_one_process": on_ray["wall_s"] / here["wall_s"],
        "batch_ray_cpu_over_one_process": on_ray["cpu_s"] / here["cpu_s"],
        "batch_ray_start_s": on_ray["start_s"],
        "batch_start_s": here["start_s"],
        **kills,
    }


def _batch(folder: Path, servers: ModelServers, rows: int) -> BatchProcess:
    work = Work.of("ray", servers.names, LAYERS, WIDTH, PACE)
    preset = Preset(name="ray", title="Ray", description="", config=work.config)
    return BatchProcess.prepare(folder, servers, preset, rows)


def _measured(folder: Path, servers: ModelServers, options: tuple[str, ...]) -> Figures:
    """From the first call to the last, the CPU of all processes, and the start."""
    batch = _batch(folder, servers, ROWS)
    began_s, cpu = time.monotonic(), dict[int, float]()
    process = BatchProcess(folder, batch.endpoints, options).start()
    while process.poll() is None:
        cpu |= _cpu_of(process.pid)
        time.sleep(0.5)
    calls = servers.log()
    if process.returncode or len(calls) != ROWS * CALLS:
        raise ValueError(f"{len(calls)} calls, exit code {process.returncode}")
    first_s = calls[0].asked_s
    wall_s = max(call.ended_s for call in calls) - first_s
    start_s, cpu_s = first_s - began_s, sum(cpu.values())
    say(
        f"batch {' '.join(options)}: {wall_s:.1f} s for {len(calls)} calls, "
        f"{cpu_s:.1f} s of CPU in {len(cpu)} processes, first after {start_s:.1f} s"
    )
    return {"wall_s": wall_s, "cpu_s": cpu_s, "start_s": start_s}


def _killed(folder: Path, servers: ModelServers) -> Figures:
    """A worker is killed after a quarter of the calls, the driver after a half."""
    batch = _batch(folder, servers, KILL_ROWS)
    process = BatchProcess(folder, batch.endpoints, ON_RAY).start()
    needed, asked = KILL_ROWS * CALLS, 0
    for share, whom in ((4, _worker_of), (2, int)):
        while asked < needed // share and process.poll() is None:
            time.sleep(0.05)
            asked += len(servers.log())
        os.kill(whom(process.pid), signal.SIGKILL)
    process.wait()
    if BatchProcess(folder, batch.endpoints, ON_RAY).start().wait() != 0:
        raise ValueError("the batch did not end")
    asked += len(servers.log())
    known = KnownBatch.read(*batch.files.parts)
    ids = Counter(each.custom_id for each in answers_of(known, [batch.files]))
    say(f"batch on Ray: {asked} calls for {needed} that were needed, after two kills")
    return {
        "batch_ray_rows_answered_once": sum(count == 1 for count in ids.values()),
        "batch_ray_calls_beyond_needed": asked - needed,
    }


def _worker_of(pid: int) -> int:
    names = {each: _read(each, "cmdline") for each in _family(pid)}
    return next(each for each, name in names.items() if "ray::MapWorker" in name)


def _cpu_of(pid: int) -> dict[int, float]:
    """Seconds of CPU of a process and of all that it has started."""
    found = {}
    for each in _family(pid):
        fields = _read(each, "stat").rpartition(")")[2].split()
        if fields:
            found[each] = (int(fields[11]) + int(fields[12])) / TICKS
    return found


def _family(pid: int) -> list[int]:
    """A process and all that it has started."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    pairs = [tuple(map(int, row.split())) for row in listed.stdout.splitlines()]
    found = [pid]
    for parent in found:
        found += [child for child, of in pairs if of == parent]
    return found


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except OSError:
        return ""
