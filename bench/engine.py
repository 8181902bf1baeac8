"""Measures what the engine adds to the time of the models, and how soon it stops."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figures, say
from bench.model_server import ModelServers, Row
from bench.models import Work, WritingPace, model_text
from moa_core.engine import LiveRun
from moa_core.messages import Question
from moa_core.settings import Settings
from services import Services, build_services

LAYERS, WIDTH = 3, 6
PACE = WritingPace(tokens=110, per_s=60)
AT_ONCE = 20
ALONE = 3
LOOK_S = 0.001
STOPPED_PACE = WritingPace(tokens=600, per_s=60)
STOPS = 5
WRITE_S = 1.0
"""How long the proposers write before they are stopped."""


@dataclass(slots=True)
class Watched:
    """A run as its user would time it, in seconds from the question.

    Attributes:
        first_s: Until the first token of the synthesis.
        wall_s: Until the run had ended and was stored.
        ideal_by_server_s: What it takes at best, by the servers' log.
    """

    work: Work
    live: LiveRun
    asked_s: float = field(default_factory=time.monotonic)
    first_s: float = 0.0
    wall_s: float = 0.0
    ideal_by_server_s: float = 0.0

    @property
    def wall(self) -> float:
        """Its time as a multiple of what the pace of its models allows."""
        return self.wall_s / self.work.ideal_s

    @property
    def first(self) -> float:
        """The same for the first token of the synthesis."""
        return self.first_s / self.work.ideal_first_s

    @property
    def wall_by_server(self) -> float:
        """Its time as a multiple of what its servers took."""
        return self.wall_s / self.ideal_by_server_s

    def look(self) -> bool:
        """Note the time of what is new; ``True`` while it runs."""
        now_s = time.monotonic() - self.asked_s
        if not self.first_s and self.live.state.synthesis.parts:
            self.first_s = now_s
        if self.live.live:
            return True
        self.wall_s = self.wall_s or now_s
        return False

    def check(self) -> None:
        """Make sure that every text is what its model said.

        Raises:
            ValueError: One is not; then no figure is worth anything.
        """
        for seat in self.live.state.seats:
            if seat.text != model_text(seat.agent.model):
                raise ValueError(f"{seat.agent.model}'s text did not arrive whole")


@contextmanager
def running_services(servers: ModelServers) -> Iterator[Services]:
    """The app without its page: engine, providers and a database in a new file."""
    with TemporaryDirectory() as folder:
        settings = Settings.from_mapping(
            {
                "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.db'}",
                "POLYPHONY_ENDPOINTS": servers.endpoints,
                "POLYPHONY_LOCAL_SERVERS": "off",
            }
        )
        app = build_services(settings)
        try:
            yield app
        finally:
            app.close()


def measure_engine() -> Figures:
    """Time runs of three layers of six and an aggregator: 19 calls each."""
    with ModelServers() as servers, running_services(servers) as app:
        warm_up_engine(app, servers)
        alone = [_batch(app, servers, 1)[0] for _ in range(ALONE)]
        began_s = time.process_time()
        together = _batch(app, servers, AT_ONCE)
        cpu_s = time.process_time() - began_s
    chunks = sum(each.work.chunks for each in together)
    return {
        "engine_wall_ratio_1": statistics.median(each.wall for each in alone),
        "engine_first_token_ratio_1": statistics.median(each.first for each in alone),
        "engine_wall_ratio_1_by_server": statistics.median(
            each.wall_by_server for each in alone
        ),
        "engine_wall_ratio_20": max(each.wall for each in together),
        "engine_wall_ratio_20_median": statistics.median(e.wall for e in together),
        "engine_wall_ratio_20_by_server": max(e.wall_by_server for e in together),
        "engine_first_token_ratio_20": max(each.first for each in together),
        "engine_cpu_ms_per_1000_chunks": 1e6 * cpu_s / chunks,
    }


def warm_up_engine(app: Services, servers: ModelServers) -> None:
    """One short run: imports are done and connections tried."""
    work = Work.of("warm", servers.names, 1, WIDTH, WritingPace(2, 60, 0.0))
    ask_engine([work], app)
    servers.log()


def _batch(app: Services, servers: ModelServers, count: int) -> list[Watched]:
    works = [
        Work.of(f"run{number}", servers.names, LAYERS, WIDTH, PACE)
        for number in range(count)
    ]
    watched = ask_engine(works, app)
    took = {row.model: row for row in servers.log()}
    for run in watched:
        run.check()
        run.ideal_by_server_s = _ideal_by_server_s(run.work, took)
    slowest = max(watched, key=lambda each: each.wall)
    say(
        f"engine: {count} at once, slowest {slowest.wall_s:.3f} s; "
        f"ideal {works[0].ideal_s:.3f} s, by the servers' log "
        f"{slowest.ideal_by_server_s:.3f} s"
    )
    return watched


def ask_engine(works: Sequence[Work], app: Services) -> list[Watched]:
    """Ask for every work at once and watch until all have ended."""
    runs = []
    for work in works:
        asked_s = time.monotonic()
        begun = app.asking().start_question(Question("What does it cost?"), work.config)
        live = app.live.get(begun.run_uid)
        assert live
        runs.append(Watched(work, live, asked_s))
    while sum(run.look() for run in runs):  # not any(): each one has to look
        time.sleep(LOOK_S)
    return runs


def _ideal_by_server_s(work: Work, took: dict[str, Row]) -> float:
    layers = [
        max(took[agent.model].took_s for agent in layer.proposers)
        for layer in work.config.layers
    ]
    return sum(layers) + took[work.config.aggregator.model].took_s


def measure_stop() -> Figures:
    """Time how long after a stop the last HTTP stream of six closes, a few times."""
    with ModelServers() as servers, running_services(servers) as app:
        warm_up_engine(app, servers)
        taken_ms = [_stop_once(app, servers) for _ in range(STOPS)]
    say(f"stop: all streams closed after {', '.join(f'{t:.1f}' for t in taken_ms)} ms")
    return {"stop_ms": statistics.median(taken_ms), "stop_ms_slowest": max(taken_ms)}


def _stop_once(app: Services, servers: ModelServers) -> float:
    work = Work.of("stop", servers.names, 1, WIDTH, STOPPED_PACE)
    begun = app.asking().start_question(
        Question("How long does it take to stop?"), work.config
    )
    live = app.live.get(begun.run_uid)
    assert live
    time.sleep(STOPPED_PACE.first_s + WRITE_S)
    asked_s = time.monotonic()
    app.live.stop(begun.run_uid)
    while live.live:
        time.sleep(0.001)
    rows = servers.log()
    if len(rows) != WIDTH or any(row.whole for row in rows):
        raise ValueError(f"not every stream was closed by the stop: {rows}")
    return 1000 * (max(row.ended_s for row in rows) - asked_s)
