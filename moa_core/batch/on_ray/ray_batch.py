"""Works through a batch on Ray Data, and tells of it as a batch in one process does."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from moa_core.batch.batch import Batch
from moa_core.batch.files import BatchFiles
from moa_core.batch.gathering import MARK, gather
from moa_core.batch.known import KnownBatch
from moa_core.batch.on_ray.cluster import imported_ray
from moa_core.batch.on_ray.coordinator import Coordinator, News
from moa_core.batch.on_ray.keyless import keyless
from moa_core.batch.on_ray.worker import RowWorker, Work
from moa_core.batch.progress import EndReason
from moa_core.batch.prompts import Row
from moa_core.batch.row_runner import RowResult
from moa_core.errors import ConfigError
from moa_core.mixture import MoAConfig
from moa_core.run import RunState
from moa_core.settings import Settings

ROWS_A_TASK: Final = 32
"""A task ends with its slowest row, and is what Ray hands out again after a kill."""

_TASKS_A_WORKER: Final = 4
_NEWS_WITHIN_S: Final = 0.5
_CLOSES_WITHIN_S: Final = 5.0


@dataclass(slots=True, kw_only=True)
class RayBatch(Batch):
    """A batch whose rows workers answer, within ``cluster()``.

    Results tell of a row without its answer and its state: these are in the files of
    the worker, until all are gathered.

    Attributes:
        config: The mixture.
        settings: Of this process; workers are sent them without secrets.
        workers: How many.
        rates: How many calls a minute an endpoint takes, from all of them.
        proposals: Whether answers have the texts of the panel.
    """

    config: MoAConfig
    settings: Settings
    workers: int
    rates: Mapping[str, float]
    proposals: bool = True
    _coordinator: Coordinator | None = None
    _refusal: str = field(default="")

    def stop(self) -> None:
        """Begin no further row; a second time: stop those under way."""
        Batch.stop(self)
        if self._stops > 1 and self._coordinator:
            _ = self._coordinator.stop()

    def end(self, reason: EndReason) -> None:
        """Begin no further row; the first reason stays."""
        Batch.end(self, reason)
        if self._coordinator:
            _ = self._coordinator.end(reason)

    async def answer_rows(self) -> None:
        """Have the workers answer what is missing, and gather what they wrote.

        Raises:
            ConfigError: A worker cannot work, or Ray has ended.
        """
        todo = [row for row in self.rows if not self.known.is_done(row.key)]
        work = self._told()
        work.mark.parent.mkdir(parents=True, exist_ok=True)
        work.mark.touch()
        actor = self._actor(work.mark.stem)
        try:
            self._coordinator = over_ray(actor)
            await self._follow(self._coordinator, todo, (work, actor))
        except imported_ray().exceptions.RayError as error:
            said = str(error).strip().splitlines() or [type(error).__name__]
            raise ConfigError(
                f"Ray has ended: {said[-1]} The same command goes on."
            ) from None
        finally:
            self._coordinator = None
        await asyncio.to_thread(gather, self.writer)
        self._read_what_is_done()
        if self._refusal:
            raise ConfigError(self._refusal)

    def _told(self) -> Work:
        """What every worker is told."""
        files = BatchFiles.beside(self.writer.files.answers.resolve())
        return Work(
            files=files,
            mark=files.workers / f"{uuid.uuid4().hex[:12]}{MARK}",
            config=self.config,
            settings=keyless(self.settings),
            limited=tuple(self.rates),
            concurrency=self.concurrency,
            proposals=self.proposals,
        )

    def _actor(self, name: str) -> Any:  # noqa: ANN401 - Ray's
        """The coordinator, as an actor: it lives as long as its handle."""
        kind = imported_ray().remote(num_cpus=0, max_concurrency=10_000)(Coordinator)
        named = kind.options(name=f"polyphony-{name}")
        return named.remote(dict(self.rates), self.limit_usd, self.known.spent.usd)

    async def _follow(
        self, coordinator: Coordinator, todo: Sequence[Row], told: tuple[Work, Any]
    ) -> None:
        """Take in the rows that end, until the workers have no more."""
        rows = {row.key.custom_id: row for row in todo}
        work = asyncio.to_thread(_answer_all, todo, self.workers, told)
        answering = asyncio.create_task(work)
        while not answering.done():
            self._hear(await coordinator.news(_NEWS_WITHIN_S), rows)
        self._hear(await coordinator.news(0.0), rows)
        await answering

    def _hear(self, news: News, rows: Mapping[str, Row]) -> None:
        self.waits = lambda: news.waits
        for end in news.ended:
            row = rows[end.custom_id]
            state = RunState(row.config)
            self.progress = self.progress.begun()
            self.take_in(
                RowResult(row, end.outcome, state, end.line, end.cost, end.taken_over)
            )
        if news.ending:
            Batch.end(self, news.ending)
        self._refusal = news.refusal

    def _read_what_is_done(self) -> None:
        """The files say it exactly: messages of a killed worker may be missing."""
        self.known = known = KnownBatch.read(self.writer.files)
        self.progress = replace(
            self.progress,
            answered=sum(known.is_done(row.key) for row in self.rows),
            spent=known.spent,
        )


class _RayWorker:
    """What Ray Data makes actors of."""

    def __init__(self, work: Work, actor: Any) -> None:  # noqa: ANN401 - Ray's
        name = imported_ray().get_runtime_context().get_actor_id()
        self._worker = RowWorker(work, over_ray(actor), name)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, batch: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer a task's rows; what came of them is in files."""
        self._loop = asyncio.get_running_loop()
        rows = [*batch["row"]]
        await self._worker.answer(rows)
        return {"rows": [len(rows)]}

    def __del__(self) -> None:
        if self._loop:
            closing = self._worker.aclose()
            asyncio.run_coroutine_threadsafe(closing, self._loop).result(
                _CLOSES_WITHIN_S
            )


def _answer_all(todo: Sequence[Row], workers: int, told: tuple[Work, Any]) -> None:
    """Put the rows through the workers; returns when none has any left."""
    ray = imported_ray()
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = False
    size = max(1, min(ROWS_A_TASK, len(todo) // (workers * _TASKS_A_WORKER)))
    at_once = -(-told[0].concurrency // size) + 1  # a task's last rows leave room
    rows = ray.data.from_items(
        [{"row": row} for row in todo], override_num_blocks=-(-len(todo) // size)
    )
    pool = ray.data.ActorPoolStrategy(
        size=workers, max_concurrent_calls_per_actor=at_once
    )
    answered = rows.map_batches(
        _RayWorker, fn_constructor_args=told, batch_size=size, compute=pool, num_cpus=1
    )
    for _ in answered.iter_batches(batch_size=None):
        pass


class _OverRay:
    """Methods of an actor, to be awaited as those of the object that it is."""

    def __init__(self, actor: Any) -> None:  # noqa: ANN401 - Ray's
        self._actor = actor

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - Ray's
        return getattr(self._actor, name).remote


def over_ray(actor: Any) -> Coordinator:  # noqa: ANN401 - Ray's
    """The coordinator behind an actor's handle."""
    return cast(Coordinator, _OverRay(actor))
