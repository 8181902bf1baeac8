"""Measures how near a batch comes to an endpoint's limit, and what a call costs."""

import os
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.batch.process import BatchProcess
from bench.figures import Figures, say
from bench.model_server import ModelServers
from bench.models import Work, WritingPace
from moa_core.mixture import Preset

PER_MINUTE = 1200
RATE_ROWS = 300
CPU_ROWS = (20, 420)
PACE = WritingPace(tokens=40, per_s=400, first_s=0.2)
LAYERS, WIDTH = 2, 3


def measure_rates() -> Figures:
    """A limit of 1,200 calls a minute for 90 seconds; then none, for the CPU time."""
    with ModelServers(1) as servers, TemporaryDirectory() as folder:
        return {**_throughput(Path(folder), servers), **_cpu(Path(folder), servers)}


def _batch(
    folder: Path, servers: ModelServers, rows: int, *options: str
) -> BatchProcess:
    work = Work.of("rate", servers.names, LAYERS, WIDTH, PACE)
    preset = Preset(name="rates", title="Rates", description="", config=work.config)
    batch = BatchProcess.prepare(folder / str(rows), servers, preset, rows)
    return BatchProcess(batch.folder, batch.endpoints, options)


def _throughput(folder: Path, servers: ModelServers) -> Figures:
    (name,) = servers.names
    limit = f"{name}={PER_MINUTE}"
    options = "--concurrency", "32", "--calls-per-minute", limit
    _batch(folder, servers, RATE_ROWS, *options).start().wait()
    at = [row.asked_s for row in servers.log()]
    seconds = at[-1] - at[0]
    reached = 60 * (len(at) - 1) / seconds / PER_MINUTE
    gaps = sorted(b - a for a, b in pairwise(at))
    most_gaps = gaps[int(len(gaps) * 0.99)]
    most = max(sum(t <= each < t + 60 for each in at) for t in at[::20])
    say(
        f"batch: {len(at)} calls in {seconds:.1f} s, {reached:.3f} of the limit; at "
        f"most {most} in a minute; 99 % of gaps under {most_gaps:.3f} s"
    )
    return {"batch_share_of_the_limit": reached, "batch_most_in_a_minute": most}


def _cpu(folder: Path, servers: ModelServers) -> Figures:
    """What a call costs, the start of the process taken off."""
    few, many = (_cpu_s(folder, servers, rows) for rows in CPU_ROWS)
    calls = (CPU_ROWS[1] - CPU_ROWS[0]) * (LAYERS * WIDTH + 1)
    say(f"batch: {few:.2f} s of CPU for {CPU_ROWS[0]} rows, {many:.2f} for the others")
    return {"batch_cpu_ms_per_call": 1000 * (many - few) / calls}


def _cpu_s(folder: Path, servers: ModelServers, rows: int) -> float:
    process = _batch(folder, servers, rows, "--concurrency", "32").start()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or len(servers.log()) != rows * (LAYERS * WIDTH + 1):
        raise ValueError("not every call was made")
    return usage.ru_utime + usage.ru_stime
