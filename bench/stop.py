"""Measures how long after Stop the last HTTP stream closes, as model servers see it."""

import statistics
import time

from bench.engine import WIDTH, running_services, warm_up_engine
from bench.figures import Figures, say
from bench.models import ModelServers, Pace, Work
from moa_core.messages import Question
from services import Services

PACE = Pace(tokens=600, per_s=60)
TIMES = 5
WRITE_S = 1.0
"""How long the proposers write before they are stopped."""


def measure_stop() -> Figures:
    """Stop six proposers in the middle of their answers, a few times."""
    with ModelServers() as servers, running_services(servers) as app:
        warm_up_engine(app, servers)
        taken_ms = [_stop_once(app, servers) for _ in range(TIMES)]
    say(f"stop: all streams closed after {', '.join(f'{t:.1f}' for t in taken_ms)} ms")
    return {"stop_ms": statistics.median(taken_ms), "stop_ms_slowest": max(taken_ms)}


def _stop_once(app: Services, servers: ModelServers) -> float:
    work = Work.of("stop", servers.names, 1, WIDTH, PACE)
    begun = app.asking().start_question(
        Question("How long does it take to stop?"), work.config
    )
    live = app.live.get(begun.run_uid)
    assert live
    time.sleep(PACE.first_s + WRITE_S)
    asked_s = time.monotonic()
    app.live.stop(begun.run_uid)
    while live.live:
        time.sleep(0.001)
    rows = servers.log()
    if len(rows) != WIDTH or any(row.whole for row in rows):
        raise ValueError(f"not every stream was closed by the stop: {rows}")
    return 1000 * (max(row.ended_s for row in rows) - asked_s)
