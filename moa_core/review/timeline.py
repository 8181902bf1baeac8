"""Finds the critical path of a run, and what its time was spent on.

A run takes as long as the slowest proposer of each layer, one after another, and the
aggregator: that is its critical path. Whoever is not on it was waited for by nobody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal, TypeAlias

from moa_core.mixture import Seat
from moa_core.review.call_times import BESIDE_S, Bar, LayerTime, SeatTime, layer_time
from moa_core.run import RunState

StepKind: TypeAlias = Literal[
    "queue", "pause", "first word", "writing", "lost", "late", "other"
]
"""What the time on the critical path was spent on.

``queue``: until there was a place at the endpoint. ``pause``: between two attempts.
``lost``: an attempt that gave no answer, until another one was made. ``late``: for
proposers that the layer went on without. ``other``: after the last call.
"""


@dataclass(frozen=True, slots=True)
class PathStep:
    """A stretch of the critical path; steps follow one another without a gap."""

    kind: StepKind
    seat: Seat | None
    from_s: float
    to_s: float

    @property
    def took_s(self) -> float:
        """Its length."""
        return self.to_s - self.from_s


@dataclass(frozen=True, slots=True)
class Timeline:
    """A run on one clock.

    Attributes:
        layers: Proposer layers, then the aggregator with its fallbacks.
        total_s: From the run's start to its end, or to now.
        path: The critical path; together its steps are as long as the run.
    """

    layers: tuple[LayerTime, ...]
    total_s: float
    path: tuple[PathStep, ...]

    @property
    def timed(self) -> bool:
        """Whether there is anything to draw."""
        return self.total_s > 0 and any(seat.bars for seat in self.seats)

    @property
    def seats(self) -> list[SeatTime]:
        """Every seat, proposers first."""
        return [seat for layer in self.layers for seat in layer.seats]

    def seat_at(self, seat: Seat) -> SeatTime:
        """What one seat took."""
        return next(each for each in self.seats if each.seat == seat)

    def spent_s(self, *kinds: StepKind) -> float:
        """Seconds of the critical path that went to these."""
        return sum(step.took_s for step in self.path if step.kind in kinds)


def timeline(state: RunState) -> Timeline:
    """Put the calls of a run on its clock, and find out what made it so long.

    Runs that failed or were stopped have a path too: to where they ended. Reused calls
    took their time in an earlier run, so they take none here.
    """
    rows = [(layer.seats, layer.finished_s) for layer in state.layers]
    first = state.provisional
    if first and first.calls and state.config.pace.auto:  # beside the first proposers
        rows[0] = ([*state.layers[0].seats, first], state.layers[0].finished_s)
    rows.append((state.aggregators, None))
    ends = [call.started_at_s + call.latency_s for call in state.calls]
    total_s, began_s = max(state.now_s, *ends, 0.0), 0.0
    if state.latency_s is not None:
        total_s = state.latency_s
    layers: list[LayerTime] = []
    for row, finished_s in rows:
        layers.append(layer_time(row, began_s, total_s, finished_s))
        began_s = layers[-1].ended_s
    weighed = tuple(
        _weighed(
            layer,
            gone_on=any(seat.bars for after in layers[index:] for seat in after.seats),
        )
        for index, layer in enumerate(layers, start=1)
    )
    return Timeline(weighed, total_s, tuple(_path(weighed, total_s)))


def _weighed(layer: LayerTime, *, gone_on: bool) -> LayerTime:
    """Mark the seats on the critical path, and say what each costs its layer."""
    called = [seat for seat in layer.seats if seat.bars and not seat.late]
    by_end = sorted(called, key=lambda seat: seat.ended_s, reverse=True)

    def weigh(seat: SeatTime) -> SeatTime:
        others = [each for each in layer.seats if each is not seat]
        if not seat.bars or seat.late:
            return seat
        if layer.role == "aggregator":  # each that failed was waited for
            answered = any(each.status == "succeeded" for each in others)
            saves_s = seat.took_s if answered else None
            return replace(seat, on_critical_path=True, saves_s=saves_s)
        slowest = seat is by_end[0]
        if slowest and any(each.late for each in others):
            return replace(seat, on_critical_path=True)  # a quorum without it: unknown
        if not gone_on or not any(each.read for each in others):
            return replace(seat, on_critical_path=slowest)
        if not slowest:
            return replace(seat, saves_s=0.0)
        second = by_end[1] if len(by_end) > 1 else None
        return replace(
            seat,
            on_critical_path=True,
            saves_s=layer.ended_s - (second.ended_s if second else layer.began_s),
            next_slowest=second.seat if second else None,
        )

    return replace(layer, seats=tuple(map(weigh, layer.seats)))


def _path(layers: Sequence[LayerTime], total_s: float) -> Iterator[PathStep]:
    """The steps of those who decide, layer after layer, and what is left at the end."""
    ended_s = 0.0
    for layer in layers:
        deciding = [
            (seat, bar)
            for seat in layer.seats
            for bar in (seat.bars if seat.on_critical_path else ())
        ]
        for seat, bar, until_s in _one_after_another(deciding):
            for step in _steps(seat, bar, until_s):
                if step.to_s > ended_s:
                    yield replace(step, from_s=max(ended_s, step.from_s))
            ended_s = max(ended_s, until_s)
        if any(seat.late for seat in layer.seats) and layer.ended_s > ended_s:
            yield PathStep("late", None, ended_s, layer.ended_s)
            ended_s = layer.ended_s
    if total_s > ended_s:
        yield PathStep("other", None, ended_s, total_s)


def _one_after_another(
    bars: Sequence[tuple[SeatTime, Bar]],
) -> Iterator[tuple[SeatTime, Bar, float]]:
    """Attempts that decided, and until when: one beside the one that stayed did not."""
    kept: list[tuple[SeatTime, Bar]] = []
    for seat, bar in sorted(bars, key=lambda each: each[1].began_s):
        if not kept or bar.ended_s > kept[-1][1].ended_s - BESIDE_S:
            kept.append((seat, bar))
    for (seat, bar), after in zip_longest(kept, kept[1:]):
        until_s = min(bar.ended_s, after[1].began_s) if after else bar.ended_s
        yield seat, bar, until_s


def _steps(seat: SeatTime, bar: Bar, until_s: float) -> Iterator[PathStep]:
    """What one attempt took, until it ended or another one was made."""
    writes_s = until_s if bar.first_s is None else min(bar.first_s, until_s)
    waits: StepKind = "queue" if bar.attempt == 1 else "pause"
    stretches: list[tuple[StepKind, float, float]] = [(waits, bar.asked_s, bar.began_s)]
    answered = bar is seat.bars[-1] and until_s == bar.ended_s
    if answered and bar.status != "failed":
        stretches += [
            ("first word", bar.began_s, writes_s),
            ("writing", writes_s, until_s),
        ]
    else:
        stretches.append(("lost", bar.began_s, until_s))
    return (
        PathStep(kind, seat.seat, from_s, to_s)
        for kind, from_s, to_s in stretches
        if to_s > from_s
    )
