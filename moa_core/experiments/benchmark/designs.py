"""Reads and carries out either: an experiment of several arms, or a benchmark."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeAlias

from moa_core.experiments.arms import config_of
from moa_core.experiments.benchmark.forecast import benchmark_forecast
from moa_core.experiments.benchmark.protocol import BenchmarkProtocol
from moa_core.experiments.benchmark.runner import BenchmarkRunner
from moa_core.experiments.benchmark.work import missing_of_benchmark
from moa_core.experiments.forecast import Forecast, forecast
from moa_core.experiments.items import Item
from moa_core.experiments.protocol import Protocol
from moa_core.experiments.run_maker import Step
from moa_core.experiments.runner import Runner
from moa_core.experiments.store import ExperimentStore
from moa_core.experiments.work import AnswerKey, WorkKey, missing
from moa_core.mixture import MoAConfig
from moa_core.pricing import PriceBook

Design: TypeAlias = Protocol | BenchmarkProtocol
"""What is done, fixed before the first answer."""


def design_from_dict(data: Mapping[str, Any]) -> Design:
    """Read what ``to_dict`` of either wrote.

    Raises:
        ConfigError: It is neither, or was written by a newer version.
    """
    if "benchmark" in data:
        return BenchmarkProtocol.from_dict(data)
    return Protocol.from_dict(data)


def runner_of(
    design: Design,
    items: Sequence[Item],
    store: ExperimentStore,
    on_step: Callable[[Step], None],
) -> Runner | BenchmarkRunner:
    """Who works on it, once."""
    if isinstance(design, BenchmarkProtocol):
        return BenchmarkRunner(design, items, store, on_step)
    return Runner(design, items, store, on_step)


def missing_of(
    design: Design, items: Sequence[Item], settled: Collection[WorkKey]
) -> Sequence[WorkKey]:
    """What is not settled yet, in the order in which it is done."""
    if isinstance(design, BenchmarkProtocol):
        return missing_of_benchmark(design, items, settled)
    return missing(design, items, settled)


def forecast_of(
    design: Design,
    items: Sequence[Item],
    prices: PriceBook,
    settled: Collection[WorkKey] = (),
) -> Forecast:
    """Estimate all that is not settled, calling nobody."""
    if isinstance(design, BenchmarkProtocol):
        return benchmark_forecast(design, items, prices, settled)
    return forecast(design, items, prices, settled)


def config_at(design: Design, item: Item, key: WorkKey) -> MoAConfig:
    """The mixture that a piece of work is done by."""
    if isinstance(key, AnswerKey):
        if isinstance(design, BenchmarkProtocol):
            return design.config_for(item)
        return config_of(design, key.arm)
    if design.judge is None:
        raise ValueError("nobody judges")
    return MoAConfig(layers=(), aggregator=design.judge)
