"""Carries out a batch in the terminal, and says by its exit code how it ended."""

import argparse
import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Final, TextIO

from moa_core.batch import (
    SAMPLE,
    Batch,
    BatchEnded,
    BatchFiles,
    BatchForecast,
    BatchListener,
    BatchWriter,
    EndReason,
    KnownBatch,
    LocalCap,
    RayBatch,
    Row,
    RowRunner,
    Speed,
    batch_forecast,
    cluster,
    gather,
    read_rows,
    shard,
)
from moa_core.engine import Engine, LocalCallRates, Resilient
from moa_core.errors import ConfigError
from moa_core.mixture import MoAConfig, needs
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.settings import SIMULATED, Settings
from moa_core.terminal.batch.telling import BatchTeller, telling
from moa_core.terminal.stop_signals import on_stop_signals

CODES: Final[Mapping[EndReason, int]] = {
    "done": 0,
    "incomplete": 1,
    "capped": 3,
    "failing": 4,
    "stopped": 130,
}
_STOPPING: Final = (
    "Stopping: no further row begins. Ctrl-C again stops those under way.",
    "Stopping those under way; what they have is kept.",
)


async def carry_out_batch(  # noqa: PLR0913 - what a command brings
    call: argparse.Namespace,
    config: MoAConfig,
    settings: Settings,
    endpoints: Endpoints,
    streams: tuple[TextIO, TextIO],
    listeners: Sequence[BatchListener] = (),
    rows: Sequence[Row] | None = None,
) -> int:
    """Do what is missing of a batch, until it is done or a signal ends it.

    Args:
        call: The options.
        config: The mixture.
        settings: Deadlines, prices and how many calls are made at once.
        endpoints: Where models are asked; closed by the caller.
        streams: For what programs read, and for what people read meanwhile.
        listeners: Told of everything, too.
        rows: What is asked; ``None`` for what the file of prompts has.

    Returns:
        The exit code.

    Raises:
        ConfigError: It cannot be begun, or its files cannot be written.
    """
    every = _rows(call, config) if rows is None else rows
    rows = shard(every, *call.shard) if call.shard else every
    files, prices = BatchFiles.beside(call.output), PriceBook(settings.prices)
    rates = LocalCallRates(dict(call.calls_per_minute))
    policies = Resilient(
        endpoints, settings.deadlines, settings.concurrent_calls, rates
    )
    engine = Engine.knowing(policies, prices, endpoints)
    runner = RowRunner(engine, prices, config, proposals=not call.no_proposals)
    with telling(call.json, *streams) as teller:
        notes = await _checked(call, config, endpoints, prices)
        for sentence in (*notes, *_ignored(rows)):
            teller.note(sentence)
        known = KnownBatch.read(*files.parts)
        known.check_mixture(runner.mixture, files)
        for sentence in _others(call, known, every, files):
            teller.note(sentence)
        teller.expect(_forecast(call, rows, known, runner))
        if call.dry_run:
            return CODES["done"]
        with BatchWriter(files) as writer:
            gather(writer)
            kind = _kind(call, config, settings, rates)
            batch = _batch(kind, call, rows, runner, writer, (teller, *listeners))
            on_ray = bool(call.ray and batch.progress.left)
            with cluster(call.ray, call.workers) if on_ray else nullcontext():
                ended = await _until_it_ends(batch, teller)
        teller.end(ended, files)
    return CODES[ended.reason]


def _forecast(
    call: argparse.Namespace, rows: Sequence[Row], known: KnownBatch, runner: RowRunner
) -> BatchForecast:
    """What the rest is likely to take; of all rows only where nothing is asked."""
    at_once = call.concurrency * (call.workers if call.ray else 1)
    speed = Speed(at_once, dict(call.calls_per_minute))
    return batch_forecast(rows, known, runner, speed, None if call.dry_run else SAMPLE)


def _rows(call: argparse.Namespace, config: MoAConfig) -> Sequence[Row]:
    if call.output.resolve() == call.prompts.resolve():
        raise ConfigError("--output is the file of prompts. Name another one.")
    return read_rows(call.prompts, config)


def _kind(
    call: argparse.Namespace,
    config: MoAConfig,
    settings: Settings,
    rates: LocalCallRates,
) -> Callable[..., Batch]:
    """Makes a batch of this process, or one of workers on Ray."""
    if not call.ray:
        return partial(Batch, waits=rates.waits)
    return partial(
        RayBatch,
        config=config,
        settings=settings,
        workers=call.workers,
        rates=dict(call.calls_per_minute),
        proposals=not call.no_proposals,
    )


def _batch(
    kind: Callable[..., Batch],
    call: argparse.Namespace,
    rows: Sequence[Row],
    runner: RowRunner,
    writer: BatchWriter,
    listeners: Sequence[BatchListener],
) -> Batch:
    """What is to be done, now that nobody else writes."""
    known, limit = KnownBatch.read(writer.files), call.max_usd
    return kind(
        rows,
        runner,
        known,
        writer,
        None if limit is None else LocalCap(limit, known.spent.usd),
        concurrency=call.concurrency,
        listeners=listeners,
        limit_usd=limit,
    )


async def _checked(
    call: argparse.Namespace, config: MoAConfig, endpoints: Endpoints, prices: PriceBook
) -> Sequence[str]:
    """Look at endpoints, models and prices before anything is asked.

    Returns:
        Sentences on what is unknown.

    Raises:
        ConfigError: A model cannot be asked, or a cap could not be kept.
    """
    _check_names(call.calls_per_minute, endpoints)
    _check_needs(config, endpoints, call.unlisted)
    if config.endpoints != {SIMULATED}:
        used = sorted(config.endpoints & set(endpoints))
        await asyncio.gather(
            endpoints.warm_up(),
            asyncio.to_thread(prices.prepare),
            *(endpoints.refresh(name) for name in used if name != SIMULATED),
        )
        _check_needs(config, endpoints, call.unlisted)  # their lists are there now
    refs = dict.fromkeys(agent.ref for agent in config.agents)
    unknown = [
        ref
        for ref in refs
        for endpoint, _, model in [ref.partition("/")]
        if prices.price_of(endpoint, model) is None
    ]
    if not unknown:
        return ()
    named = ", ".join(unknown)
    if call.max_usd is not None:
        raise ConfigError(
            f"--max-usd needs the price of every model. Nobody knows that of {named}: "
            f"set POLYPHONY_PRICES, for example {unknown[0]}=0.10/0.40."
        )
    return (f"The price of {named} is unknown, so costs are not complete.",)


def _others(
    call: argparse.Namespace, known: KnownBatch, every: Sequence[Row], files: BatchFiles
) -> Sequence[str]:
    """What the output has that the file of prompts has not, in a sentence.

    Raises:
        ConfigError: That is all of it, and nobody has asked to add to it.
    """
    if not call.append:
        known.check_prompts(every, files)
    others = known.others_than(every)
    if not others:
        return ()
    of = "1 that is" if others == 1 else f"{others:,} that are"
    return (f"Of the rows in {files.answers}, {of} not in the file, or changed, stay.",)


def _ignored(rows: Sequence[Row]) -> Sequence[str]:
    """What of the requests nobody heeds, in a sentence."""
    names = {name for row in rows for name in row.request.ignored}
    if not names:
        return ()
    return (f"Ignored in the requests: {', '.join(sorted(names))}.",)


def _check_needs(config: MoAConfig, endpoints: Endpoints, unlisted: bool) -> None:
    """Make sure that every model can be asked, as far as that is known.

    An endpoint that lists nothing says nothing.
    """
    lacking = [
        need
        for need in needs(config, endpoints.infos())
        if need.kind != "model"
        or not (unlisted or need.endpoint is None or not need.endpoint.models.ids)
    ]
    if lacking:
        way_out = "--unlisted asks it all the same."
        asked = [way_out] if all(need.kind == "model" for need in lacking) else []
        raise ConfigError(" ".join([*(need.sentence for need in lacking), *asked]))


def _check_names(
    rates: Collection[tuple[str, float]], endpoints: Collection[str]
) -> None:
    for name, _ in rates:
        if name not in endpoints:
            raise ConfigError(
                f"--calls-per-minute: there is no endpoint {name!r}. Choose one of: "
                f"{', '.join(endpoints)}."
            )


async def _until_it_ends(batch: Batch, teller: BatchTeller) -> BatchEnded:
    """Run it; signals stop it, and time that passes is told."""
    sentences = iter(_STOPPING)

    def stop() -> None:
        batch.stop()
        if sentence := next(sentences, ""):
            teller.note(sentence)

    on_stop_signals(stop)

    async def tick() -> None:
        while True:
            await asyncio.sleep(teller.every_s)
            teller.tick(batch.now)

    ticking = asyncio.create_task(tick())
    try:
        return await batch.run()
    finally:
        ticking.cancel()
