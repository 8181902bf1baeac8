"""Runs mixtures on an event loop of their own, independent of any page.

Pages, a second tab and a phone attach to the same run by its id, read what is known so
far and look again. Nobody has to watch: a run ends, and is recorded, all the same.
"""

import asyncio
import concurrent.futures
import logging
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, TypeVar

from moa_core.engine.engine_loop import EngineLoop
from moa_core.errors import MoAError
from moa_core.mixture import MoAConfig, Seat
from moa_core.run import FULL_RUN, Controls, Rework, RunEvent, RunState, called_by

_log = logging.getLogger(__name__)

T = TypeVar("T")

EventSource: TypeAlias = Callable[[Controls], AsyncGenerator[RunEvent, None]]
"""Starts the events of a run, which obeys the controls it is given."""

Watcher: TypeAlias = Callable[[RunEvent | None], None]
"""Told of each event of a run once it is recorded, and of its end by ``None``: always,
also when that could not be recorded. On the loop's thread; returns at once."""


class Listener(Protocol):
    """Hears every event of every run, after the run's state has taken it in."""

    @property
    def last_error(self) -> MoAError | None:
        """Why nothing can be kept now; ``None`` while all is well."""

    async def record(self, run_uid: str, event: RunEvent, state: RunState) -> None:
        """Take note; a run is over only when its last event has been recorded."""


@dataclass(slots=True)
class LiveRun:
    """A run under way, as other threads may see it.

    Attributes:
        state: What is known so far; grows on the loop's thread.
        live: Whether it still runs or its end is still being recorded.
    """

    uid: str
    state: RunState
    live: bool = True
    _controls: Controls = field(default_factory=Controls)
    _started: float = field(default_factory=time.perf_counter)
    _work: concurrent.futures.Future[None] | None = None  # keeps its task alive

    @property
    def elapsed_s(self) -> float:
        """Seconds since it began, by the clock on the wall."""
        return time.perf_counter() - self._started

    async def ended(self) -> RunState:
        """Wait until its end is recorded, and return its state then."""
        if self._work:
            await asyncio.wrap_future(self._work)
        return self.state


class LiveRuns:
    """The runs under way whose events one listener hears.

    Args:
        listener: Hears every event, for example the recorder of a database.
        engine_loop: Where they run; others may run there, too. ``None`` starts one of
            their own, which ends with ``close``.
    """

    def __init__(
        self, listener: Listener, engine_loop: EngineLoop | None = None
    ) -> None:
        self._listener = listener
        self._runs: dict[str, LiveRun] = {}
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._owns_loop = engine_loop is None
        self._engine_loop = engine_loop or EngineLoop()

    def start(
        self,
        uid: str,
        config: MoAConfig,
        source: EventSource,
        rework: Rework = FULL_RUN,
        then: Callable[[RunState], None] | None = None,
        *,
        tell: Watcher | None = None,
    ) -> LiveRun:
        """Begin a run and return at once; it goes on by itself.

        Args:
            uid: What it is attached to by.
            config: Its mixture.
            source: Yields its events.
            rework: What it takes over from an earlier run, as the source knows it.
            then: Told on the loop's thread, when its end is recorded and before anybody
                can see that; it returns at once.
            tell: Watches the run.
        """
        run = LiveRun(uid, RunState(config, rework))
        self._runs[uid] = run
        run._work = self.submit(self._drive(run, source, then, tell))
        return run

    @property
    def trouble(self) -> MoAError | None:
        """Why what arrives cannot be kept now; ``None`` while all is well."""
        return self._listener.last_error

    def get(self, uid: str) -> LiveRun | None:
        """The run, if it is under way in this process."""
        return self._runs.get(uid)

    async def quiet(self) -> None:
        """Wait, on the loop, until no run is under way in this process."""
        await self._quiet.wait()

    def stop(self, uid: str) -> None:
        """Ask a run to stop; one that has ended stays as it is."""
        self._control(uid, Controls.stop)

    def stop_seat(self, uid: str, seat: Seat) -> None:
        """Ask one open call of a run to stop; the others go on."""
        self._control(uid, Controls.stop_seat, seat)

    def restart_seat(self, uid: str, seat: Seat) -> None:
        """Ask for another attempt of an open call, now."""
        self._control(uid, Controls.restart_seat, seat)

    def give_time(self, uid: str, seat: Seat, seconds: float) -> None:
        """Ask that no deadline end an open call of a run for ``seconds`` from now."""
        self._control(uid, Controls.give_time, seat, seconds)

    def end_layer(self, uid: str, layer_index: int) -> None:
        """Ask a run not to wait for the open seats of a layer that has a proposal."""
        self._control(uid, Controls.end_layer, layer_index)

    def _control(self, uid: str, do: Callable[..., None], *what: Seat | float) -> None:
        """What comes after the end of a run, or of a seat, changes nothing."""
        if run := self._runs.get(uid):
            self.loop.call_soon_threadsafe(do, run._controls, *what)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop that owns every run, for what must be scheduled on it."""
        return self._engine_loop.loop

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Run other work of the engine, such as listing models, on the same loop."""
        return self._engine_loop.submit(work)

    @property
    def count(self) -> int:
        """How many runs go on, or have their end recorded."""
        return len(self._runs)

    @property
    def under_way(self) -> bool:
        """Whether any run goes on, or its end is still being recorded."""
        return bool(self._runs)

    def begin_stopping(self) -> None:
        """Ask every run to stop, and return at once."""
        for uid in list(self._runs):
            self.stop(uid)

    def stop_all(self, patience_s: float = 5.0) -> None:
        """Stop every run and wait until their ends are recorded."""
        self.begin_stopping()
        ends = time.monotonic() + patience_s
        while self._runs and time.monotonic() < ends:
            time.sleep(0.01)

    def close(self, patience_s: float = 5.0) -> None:
        """Stop every run, wait until their ends are recorded, and end its own loop."""
        self.stop_all(patience_s)
        if self._owns_loop:
            self._engine_loop.close(patience_s)

    async def _drive(
        self,
        run: LiveRun,
        source: EventSource,
        then: Callable[[RunState], None] | None,
        tell: Watcher | None,
    ) -> None:
        self._quiet.clear()
        called_by.set((*called_by.get(), run.uid))
        try:
            async with aclosing(source(run._controls)) as events:
                async for event in events:
                    run.state.apply(event)
                    await self._listener.record(run.uid, event, run.state)
                    if tell:
                        tell(event)
            if then:
                then(run.state)
        except Exception:  # noqa: BLE001 - one run must not take the others along
            _log.exception("run %s ended without its last event", run.uid)
        finally:
            run.live = False
            self._runs.pop(run.uid, None)
            if not self._runs:
                self._quiet.set()
            if tell:
                tell(None)
