"""Accumulates the events of a run into its state.

Live pages, the database and the terminal read this; a stored run is loaded into the
same classes, so it is drawn by the code that drew it live. Written by one thread; other
threads may read at any moment, since texts only grow and fields are replaced whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from moa_core.errors import MoAError, RunStoppedError
from moa_core.mixture import AgentSpec, MoAConfig, Seat
from moa_core.run.decisions import (
    Decision,
    FirstAnswerJudged,
    LayerProceeded,
    LayersSkipped,
    ProposersLeftOut,
)
from moa_core.run.events import (
    CallDelta,
    LayerFinished,
    LayerStarted,
    RunAborted,
    RunDecided,
    RunEvent,
    RunFinished,
    RunStarted,
)
from moa_core.run.results import Call, SeatRole
from moa_core.run.rework import FULL_RUN, Rework
from moa_core.run.seat_state import SeatState
from moa_core.usage import FREE, Cost, Usage

RunStatus = Literal["running", "succeeded", "failed", "stopped", "interrupted"]


@dataclass(slots=True, kw_only=True)
class LayerState:
    """One layer of proposers.

    Attributes:
        started_s: Run time at which it began, ``None`` before.
        finished_s: Run time at which its last proposer ended, ``None`` before.
    """

    index: int
    seats: list[SeatState]
    started_s: float | None = None
    finished_s: float | None = None

    @property
    def answered(self) -> int:
        """Seats with a whole proposal in time, those of an earlier run included."""
        return sum(seat.status == "succeeded" and not seat.late for seat in self.seats)

    @property
    def asked(self) -> int:
        """Its proposers, but for those whom the run decided not to ask."""
        return sum(not seat.spared for seat in self.seats)


@dataclass(slots=True)
class RunState:
    """One run, as far as it is known.

    Attributes:
        rework: What it took over from an earlier run, and whether it synthesises.
        layers: Every proposer layer of the mixture, those to come included.
        aggregators: The aggregator and its fallbacks; ``pending`` until called.
        provisional: Answers before the mixture does; ``None`` where nobody may.
        decisions: What the run decided by itself, with the run time.
        now_s: Run time of the newest event.
        version: Grows with every event, so that a watcher can tell whether to look.
    """

    config: MoAConfig
    rework: Rework = FULL_RUN
    layers: list[LayerState] = field(init=False)
    aggregators: list[SeatState] = field(init=False)
    provisional: SeatState | None = field(init=False)
    decisions: list[tuple[float, Decision]] = field(default_factory=list)
    status: RunStatus = "running"
    error: MoAError | None = None
    now_s: float = 0.0
    latency_s: float | None = None
    ttft_s: float | None = None
    version: int = 0

    def __post_init__(self) -> None:
        self.layers = [
            LayerState(index=index, seats=_seats("proposer", index, layer.proposers))
            for index, layer in enumerate(self.config.layers)
        ]
        last = len(self.config.layers)
        self.aggregators = _seats("aggregator", last, self.config.aggregators)
        self.provisional = _provisional(self.config)
        for seat, reused in self.rework.reused.items():
            self.seat_at(seat).take_over(reused)

    @property
    def live(self) -> bool:
        """Whether more events will come."""
        return self.status == "running"

    @property
    def synthesises(self) -> bool:
        """Whether it asks the aggregator; a run that retries a proposer does not."""
        return self.rework.synthesise

    @property
    def seats(self) -> list[SeatState]:
        """Every seat, proposers first, the one of a provisional answer last."""
        proposers = [seat for layer in self.layers for seat in layer.seats]
        early = [self.provisional] if self.provisional else []
        return [*proposers, *self.aggregators, *early]

    @property
    def synthesis(self) -> SeatState:
        """The seat of the answer: the aggregator's that was asked last.

        A provisional answer is the answer unless an aggregator writes, or wrote,
        another one.
        """
        called = [seat for seat in self.aggregators if seat.status != "pending"]
        early = self.provisional
        if early and early.status != "pending":
            writing = [
                seat
                for seat in called
                if seat.status == "succeeded" or (seat.parts and not seat.ended)
            ]
            stands = early.status == "succeeded" or not called
            return early if stands and not writing else _answering(called)
        return _answering(called) if called else self.aggregators[0]

    @property
    def calls(self) -> list[Call]:
        """Every ended call of this run, failed attempts included; no reused ones."""
        return [call for seat in self.seats if not seat.reused for call in seat.calls]

    @property
    def usage(self) -> Usage:
        """Tokens of all ended calls of this run."""
        return sum((call.usage for call in self.calls), Usage())

    @property
    def cost(self) -> Cost:
        """Money for all ended calls of this run."""
        return sum((call.cost for call in self.calls), FREE)

    @property
    def answered(self) -> int:
        """Seats of all layers with a whole proposal, reused ones included."""
        return sum(layer.answered for layer in self.layers)

    @property
    def asked(self) -> int:
        """Proposers of all layers, but for those whom it decided not to ask."""
        return sum(layer.asked for layer in self.layers)

    @property
    def revised(self) -> bool:
        """Whether its answer has taken the place of a provisional one, in other words.

        The provisional answer is shown beside it.
        """
        early, answer = self.provisional, self.synthesis
        if early is None or answer is early or early.status != "succeeded":
            return False
        return bool(answer.parts) and answer.text != early.text

    def read_by(self, layer_index: int) -> list[SeatState]:
        """The proposals that a layer, or the aggregator, reads, in proposer order."""
        return [seat for seat in self.offered_to(layer_index) if seat.included]

    def read_at(self, seat: Seat) -> list[SeatState]:
        """The proposals that an agent reads at its seat; Auto's first answer none."""
        first = self.config.pace.auto and self.seat_at(seat).role == "provisional"
        return [] if first else self.read_by(seat.layer_index)

    def offered_to(self, layer_index: int) -> list[SeatState]:
        """The proposals that a layer or the aggregator could read, included or not."""
        if not layer_index:
            return []
        before = self.layers[self.layer_before(layer_index)].seats
        return [seat for seat in before if seat.status == "succeeded"]

    def layer_before(self, layer_index: int) -> int:
        """The layer whose proposals one reads: that before, unless it was left out."""
        before = layer_index - 1
        while before > 0 and self.left_out(before):
            before -= 1
        return before

    def left_out(self, layer_index: int) -> bool:
        """Whether a layer is passed over: proposals agreed, or a user wanted it so."""
        made = [each for _, each in self.decisions if isinstance(each, LayersSkipped)]
        if any(each.first <= layer_index <= each.last for each in made):
            return True
        return self.rework.passes_over(self.config, layer_index)

    def seat_at(self, seat: Seat) -> SeatState:
        """The state of one seat."""
        if seat.layer_index < len(self.layers):
            return self.layers[seat.layer_index].seats[seat.position]
        if self.provisional and seat == self.provisional.seat:
            return self.provisional
        return self.aggregators[seat.position]

    def apply(self, event: RunEvent) -> None:
        """Add ``event`` to what is known."""
        self.now_s = event.at_s
        match event:
            case CallDelta():  # first, since most are
                self.seat_at(event.seat).write(event)
            case RunStarted():
                pass
            case LayerStarted():
                self.layers[event.layer_index].started_s = event.at_s
            case LayerFinished():
                self.layers[event.layer_index].finished_s = event.at_s
            case RunDecided():
                self.decide(event.at_s, event.decision)
            case RunFinished():
                self.status, self.ttft_s = "succeeded", event.ttft_s
                self.latency_s = event.latency_s
            case RunAborted():
                stopped = isinstance(event.error, RunStoppedError)
                self.error, self.latency_s = event.error, event.latency_s
                self.status = "stopped" if stopped else "failed"
            case _:
                self.seat_at(event.seat).apply(event)
        self.version += 1

    def decide(self, at_s: float, decision: Decision) -> None:
        """Take in what the run decided."""
        self.decisions.append((at_s, decision))
        match decision:
            case LayerProceeded(late=late):
                for seat in map(self.seat_at, late):
                    seat.late, seat.included = True, False
            case LayersSkipped(first=first, last=last):
                self._spare(self.layers[first : last + 1])
            case ProposersLeftOut() | FirstAnswerJudged(stands=True):
                self._spare(self.layers)
            case _:
                pass

    def _spare(self, layers: Sequence[LayerState]) -> None:
        """Nobody of these is asked who was not asked yet."""
        for layer in layers:
            for seat in layer.seats:
                seat.spared = seat.status == "pending"


def _answering(called: Sequence[SeatState]) -> SeatState:
    """Of aggregators that were asked, two of them at once perhaps: who answers."""
    alive = (
        [seat for seat in called if seat.status == "succeeded"]
        or [seat for seat in called if not seat.ended and seat.first_content_s]
        or [seat for seat in called if not seat.ended]
    )
    cut = [seat for seat in called if seat.status == "stopped" and seat.parts]
    return alive[0] if alive else [*called, *cut][-1]


def provisional_seat(config: MoAConfig) -> Seat | None:
    """Where a provisional answer is written: behind the aggregators, if at all."""
    start = config.pace.fast_start
    early = config.pace.auto or (start and start.way == "provisional")
    if early and config.layers:
        return Seat(len(config.layers), len(config.aggregators))
    return None


def _provisional(config: MoAConfig) -> SeatState | None:
    seat = provisional_seat(config)
    if seat is None:
        return None
    return SeatState(role="provisional", seat=seat, agent=config.aggregator)


def _seats(
    role: SeatRole, layer_index: int, agents: tuple[AgentSpec, ...]
) -> list[SeatState]:
    return [
        SeatState(role=role, seat=Seat(layer_index, position), agent=agent)
        for position, agent in enumerate(agents)
    ]
