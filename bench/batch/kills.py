"""Kills a batch again and again, and counts what its models were asked."""

import random
import signal
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

ROWS, KILLS, SEED = 500, 10, 15
LAYERS, WIDTH = 1, 3
CONCURRENCY = 16
PACE = WritingPace(tokens=40, per_s=200, first_s=0.1)
SETTLES_S = 0.5


def measure_kills() -> Figures:
    """500 rows of four calls, SIGKILL at ten random moments, and resumed each time."""
    with ModelServers() as servers, TemporaryDirectory() as folder:
        work = Work.of("kill", servers.names, LAYERS, WIDTH, PACE)
        preset = Preset(name="kills", title="Kills", description="", config=work.config)
        batch = BatchProcess.prepare(Path(folder), servers, preset, ROWS)
        return _killed(batch, servers, len(work.config.agents) * ROWS)


def _killed(batch: BatchProcess, servers: ModelServers, needed: int) -> Figures:
    batch = BatchProcess(
        batch.folder, batch.endpoints, ("--concurrency", str(CONCURRENCY))
    )
    dice, asked, in_flight = random.Random(SEED), 0, 0
    for moment in sorted(
        dice.sample(range(needed // 50, needed - needed // 50), KILLS)
    ):
        process = batch.start()
        while asked < moment + in_flight and process.poll() is None:
            time.sleep(0.01)
            asked += len(servers.log())
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(SETTLES_S)  # the servers see connections close
        asked += len(servers.log())
        lost = asked - batch.recorded()
        say(f"batch: killed after {asked} calls, {lost - in_flight} of them in flight")
        in_flight = lost
    if batch.start().wait() != 0:
        raise ValueError("the batch did not end")
    asked += len(servers.log())
    known = KnownBatch.read(batch.files)
    ids = Counter(a.custom_id for a in answers_of(known, [batch.files]))
    say(
        f"batch: {len(ids)} of {ROWS} rows answered, {asked} calls, {needed} needed, "
        f"{in_flight} in flight at {KILLS} kills"
    )
    return {
        "batch_rows_answered_once": sum(count == 1 for count in ids.values()),
        "batch_calls_in_flight_at_kills": in_flight,
        "batch_calls_beyond_needed_and_in_flight": asked - needed - in_flight,
    }
