"""Answers rows on one of several machines: one engine, and files of its own."""

import asyncio
import os
import uuid
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from moa_core.batch.files import BatchFiles, BatchWriter, lines_of
from moa_core.batch.known import KnownBatch, cost_told
from moa_core.batch.on_ray.coordinator import Coordinator, RowEnd
from moa_core.batch.on_ray.keyless import with_own_secrets
from moa_core.batch.on_ray.shared import FreeMoney, SharedBudget, SharedRates
from moa_core.batch.prompts import Row
from moa_core.batch.row_runner import RowRunner
from moa_core.engine import Engine, Resilient
from moa_core.errors import ConfigError
from moa_core.mixture import MoAConfig, needs
from moa_core.network import system_proxies
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.run import Controls
from moa_core.settings import SIMULATED, Settings
from moa_core.usage import FREE, Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a worker is told; has no secret in it.

    Attributes:
        files: Of the batch, on storage that all workers share.
        mark: A file that the driver has made there.
        settings: Without keys.
        limited: Endpoints with a rate.
        concurrency: Rows at once.
        proposals: Whether answers have the texts of the panel.
    """

    files: BatchFiles
    mark: Path
    config: MoAConfig
    settings: Settings
    limited: Sequence[str]
    concurrency: int
    proposals: bool


@dataclass(slots=True)
class _Ready:
    """What a worker works with, once it has begun."""

    known: KnownBatch
    writer: BatchWriter
    runner: RowRunner
    places: asyncio.Semaphore
    free: FreeMoney = field(default_factory=FreeMoney)


class RowWorker:
    """Answers rows on the loop that it is called on.

    Args:
        work: What is to be done.
        coordinator: Shared by all workers.
        name: Of this worker, and of whoever takes its place when it is killed.
    """

    def __init__(self, work: Work, coordinator: Coordinator, name: str) -> None:
        self._work, self._coordinator, self._name = work, coordinator, name
        self._rates = SharedRates(coordinator, work.limited)
        self._open: set[Controls] = set()
        self._stopping = False
        self._beginning: asyncio.Task[_Ready] | None = None
        self._closing = AsyncExitStack()

    async def answer(self, rows: Sequence[Row]) -> None:
        """Answer those of ``rows`` that are still to be answered.

        What goes wrong is told to the coordinator.
        """
        if not self._beginning:
            self._beginning = asyncio.create_task(self._begin())
        try:
            ready = await self._beginning
            costs = {row.key.custom_id: _cost(row, ready.known) for row in rows}
            wanted = {*await self._coordinator.wanted(self._name, costs)}
            todo = (row for row in rows if row.key.custom_id in wanted)
            async with asyncio.TaskGroup() as group:
                for row in todo:
                    group.create_task(self._answer(row, ready))
        except* ConfigError as errors:
            error = errors.exceptions[0]
            await self._coordinator.refuse(str(error))

    async def aclose(self) -> None:
        """Let go of files and connections."""
        await self._closing.aclose()

    async def _begin(self) -> _Ready:
        """Read what is done, take files, build the engine.

        Raises:
            ConfigError: This machine cannot work: it sees other files, or has no keys.
        """
        work = self._work
        if not work.mark.exists():
            raise ConfigError(
                f"A worker on {os.uname().nodename} does not see {work.files.workers}. "
                "--output must be on storage that all machines share, by the same path."
            )
        await self._coordinator.joined(self._name)
        files = BatchFiles.of_worker(work.files.workers, uuid.uuid4().hex[:12])
        writer = self._closing.enter_context(BatchWriter(files))
        known = await asyncio.to_thread(KnownBatch.read, *work.files.parts)
        runner = await self._runner()
        for task in (writer.keep_synced(), self._obey()):
            self._closing.callback(asyncio.create_task(task).cancel)
        return _Ready(known, writer, runner, asyncio.Semaphore(work.concurrency))

    async def _runner(self) -> RowRunner:
        work, environ = self._work, {**system_proxies(), **os.environ}
        settings = with_own_secrets(work.settings, environ)
        endpoints, prices = Endpoints(settings), PriceBook(settings.prices)
        self._closing.push_async_callback(endpoints.aclose)
        if work.config.endpoints != {SIMULATED}:
            used = sorted(work.config.endpoints & set(endpoints))
            await asyncio.gather(
                endpoints.warm_up(),
                asyncio.to_thread(prices.prepare),
                *(endpoints.refresh(name) for name in used if name != SIMULATED),
            )
        lacking = needs(work.config, endpoints.infos())
        if said := " ".join(each.sentence for each in lacking if each.kind != "model"):
            raise ConfigError(
                f"{said} Workers read keys from the environment of their machine."
            )
        policies = Resilient(
            endpoints, settings.deadlines, settings.concurrent_calls, self._rates
        )
        engine = Engine.knowing(policies, prices, endpoints)
        return RowRunner(engine, prices, work.config, proposals=work.proposals)

    async def _answer(self, row: Row, ready: _Ready) -> None:
        async with ready.places:
            if ready.known.is_done(row.key):
                await self._tell_of_done(row)
                return
            begun = ready.known.state_of(row)
            usd = ready.runner.estimate(row, begun).high.usd
            place = await self._coordinator.may_begin(
                self._name, row.key.custom_id, usd
            )
            if not place:
                return
            budget = None
            if place.free_usd is not None:
                ready.free.usd = place.free_usd
                budget = SharedBudget(
                    limit_usd=place.usd, allow_unknown=True, free=ready.free
                )
            controls = Controls()
            self._open.add(controls)
            if self._stopping:
                controls.stop()

            def keep(record: dict[str, Any]) -> None:
                ready.writer.append(ready.writer.files.journal, record)

            result = await ready.runner.answer(row, keep, begun, controls, budget)
            self._open.discard(controls)
            result.keep(ready.writer, ready.known)
            end = RowEnd(
                result.row.key.custom_id,
                result.outcome,
                result.state.cost,
                result.line if result.outcome == "failed" else None,
                result.taken_over,
            )
            ready.free.usd = await self._coordinator.ended(end)

    async def _tell_of_done(self, row: Row) -> None:
        """A worker was killed between an answer and its message."""
        for files in self._work.files.parts:
            for line in lines_of(files.answers):
                about = line["response"]["body"]["polyphony"]
                if about["fingerprint"] == row.key.fingerprint:
                    end = RowEnd(row.key.custom_id, "answered", cost_told(about))
                    await self._coordinator.ended(end)
                    return

    async def _obey(self) -> None:
        """Do what the coordinator orders."""
        number = 0
        while True:
            orders = await self._coordinator.orders(number)
            number = orders.number
            for endpoint, seconds in (orders.pauses or {}).items():
                await self._rates.pause(endpoint, seconds)
            if orders.stop:
                self._stopping = True
                for controls in self._open:
                    controls.stop()


def _cost(row: Row, known: KnownBatch) -> Cost | None:
    """What a row has cost without having its answer."""
    if known.is_done(row.key):
        return None
    begun = known.state_of(row)
    return begun.cost if begun else FREE
