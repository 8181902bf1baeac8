"""Puts the calls of a run on one clock, layer by layer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from moa_core.errors import DeadlineError, ProviderError
from moa_core.mixture import AgentSpec, Seat
from moa_core.run import Call, CallStatus, SeatRole, SeatState
from moa_core.usage import FREE, UNKNOWN_COST, Cost

BESIDE_S: Final = 0.025
"""A call that began so long before the one before it had ended was made beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One attempt on the run's clock; its times only grow, all in seconds.

    Attributes:
        asked_s: When it could have been made: its layer began, or the attempt before
            it ended.
        began_s: When it was made.
        first_s: When its first content came, ``None`` if none did.
        ended_s: When it ended; where nobody saw it end, when the run did.
        cost: What it cost.
    """

    attempt: int
    status: CallStatus
    error: ProviderError | None
    asked_s: float
    began_s: float
    first_s: float | None
    ended_s: float
    cost: Cost

    @property
    def waited_s(self) -> float:
        """Seconds for a place at the endpoint, or between two attempts."""
        return self.began_s - self.asked_s

    @property
    def stalled(self) -> bool:
        """Whether it was given up because nothing came for too long."""
        return isinstance(self.error, DeadlineError)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatTime:
    """What one seat took.

    Attributes:
        reused: Whether its call is one of an earlier run, on whose clock it stands.
        included: Whether those who read its layer are given its text.
        late: Whether its layer went on without it.
        bars: Its attempts in this run; none for a reused seat, or one never asked.
        cost: What this run paid for it.
        began_s: When it could have been asked.
        on_critical_path: Whether it is on the critical path.
        saves_s: How much sooner the run would have ended without it, all else equal;
            ``None`` where there would have been nothing to go on from, or nothing
            came after it.
        next_slowest: Of its layer; as fast as that one, it would have saved as much.
    """

    seat: Seat
    role: SeatRole
    agent: AgentSpec
    status: CallStatus
    reused: bool
    included: bool
    late: bool
    bars: tuple[Bar, ...]
    cost: Cost
    began_s: float
    on_critical_path: bool = False
    saves_s: float | None = None
    next_slowest: Seat | None = None

    @property
    def ended_s(self) -> float:
        """When its last attempt ended; ``began_s`` if it was not asked."""
        return self.bars[-1].ended_s if self.bars else self.began_s

    @property
    def took_s(self) -> float:
        """From when it could have been asked to its end."""
        return self.ended_s - self.began_s

    @property
    def read(self) -> bool:
        """Whether those after it had something of it to go on from."""
        return self.included and self.status == "succeeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerTime:
    """What the seats of one layer took; the aggregator and its fallbacks are the last.

    Attributes:
        began_s: When the layer before it ended.
        ended_s: When the last of its seats ended, or it went on without the late ones;
            ``began_s`` if nobody was asked.
    """

    role: SeatRole
    seats: tuple[SeatTime, ...]
    began_s: float
    ended_s: float

    @property
    def cost(self) -> Cost:
        """What this run paid for it."""
        return sum((seat.cost for seat in self.seats), FREE)

    @property
    def took_s(self) -> float:
        """How long the run stayed in it."""
        return self.ended_s - self.began_s


def layer_time(
    row: Sequence[SeatState],
    began_s: float,
    total_s: float,
    finished_s: float | None = None,
) -> LayerTime:
    """Put the seats of one layer on the run's clock.

    Proposers begin together, aggregators one after another, unless one is hedged.

    Args:
        row: The seats; a reused one took its time in an earlier run, so none here.
        began_s: When the layer before ended.
        total_s: When the run ended, or now.
        finished_s: When the layer did, where that is known.
    """
    role, seats, asked_s = row[0].role, [], began_s
    if role == "aggregator" and not row[0].reused:  # a fast start begins before
        asked_s = min([began_s, *(c.started_at_s for c in row[0].calls)])
    for place, each in enumerate(row):
        bars = () if each.reused else tuple(_bars(each, asked_s, total_s))
        seats.append(
            SeatTime(
                seat=each.seat,
                role=each.role,
                agent=each.agent,
                status=each.status,
                reused=each.reused,
                included=each.included,
                late=each.late,
                bars=bars,
                cost=sum((bar.cost for bar in bars), FREE),
                began_s=asked_s,
            )
        )
        if role == "aggregator":
            asked_s = _asked_next_s(row[place + 1 :], asked_s, seats[-1].ended_s)
    ended_s = max(seat.ended_s for seat in seats if not seat.late or len(seats) == 1)
    if finished_s is not None and any(seat.late for seat in seats):
        ended_s = _within(ended_s, finished_s, total_s)
    return LayerTime(role=role, seats=tuple(seats), began_s=began_s, ended_s=ended_s)


def _asked_next_s(rest: Sequence[SeatState], asked_s: float, ended_s: float) -> float:
    """When the next of several could be asked: now, if it was asked meanwhile."""
    starts = [call.started_at_s for seat in rest[:1] for call in seat.calls[:1]]
    starts += [seat.since_s for seat in rest[:1] if seat.attempt and not starts]
    beside = bool(starts) and asked_s <= starts[0] < ended_s - BESIDE_S
    return starts[0] if beside else ended_s


def _bars(seat: SeatState, asked_s: float, total_s: float) -> Iterator[Bar]:
    """Each time is kept rounded by itself; what does not fit gives way."""
    attempts: list[Call | SeatState] = [*seat.calls]
    if seat.attempt > len(seat.calls):  # nobody saw its end, or it is under way
        attempts.append(seat)
    could_s = asked_s
    for each in attempts:
        if isinstance(each, Call):
            start_s, end_s = each.started_at_s, each.started_at_s + each.latency_s
            first_s = None if each.ttft_s is None else start_s + each.ttft_s
            cost = each.cost
        else:
            start_s, end_s, first_s = each.since_s, total_s, each.first_content_s
            cost = UNKNOWN_COST
        if start_s < asked_s - BESIDE_S:  # made beside the one that was closed
            asked_s = could_s
        began_s = _within(asked_s, start_s, total_s)
        ended_s = _within(began_s, end_s, total_s)
        yield Bar(
            attempt=each.attempt,
            status=each.outcome if isinstance(each, Call) else each.status,
            error=each.error,
            asked_s=asked_s,
            began_s=began_s,
            first_s=None if first_s is None else _within(began_s, first_s, ended_s),
            ended_s=ended_s,
            cost=cost,
        )
        asked_s = ended_s


def _within(low: float, value: float, high: float) -> float:
    return min(max(low, value), max(low, high))
