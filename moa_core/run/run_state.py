"""Accumulates the events of a run into its state.

Live pages, the database and the terminal read this; a stored run is loaded into the
same classes, so it is drawn by the code that drew it live. Written by one thread; other
threads may read at any moment, since texts only grow and fields are replaced whole.
"""

from dataclasses import dataclass, field
from typing import Literal, assert_never

from moa_core.errors import MoAError, ProviderError, RunStoppedError
from moa_core.mixture import AgentSpec, MoAConfig, Seat
from moa_core.run.events import (
    CallDelta,
    CallFailed,
    CallFinished,
    CallNoted,
    CallReclassified,
    CallRestarted,
    CallStarted,
    LayerFinished,
    LayerStarted,
    RunAborted,
    RunEvent,
    RunFinished,
    RunStarted,
)
from moa_core.run.results import Call, CallRole
from moa_core.run.rework import FULL_RUN, ReusedCall, Rework
from moa_core.usage import FREE, Cost, Usage

CallStatus = Literal[
    "pending",
    "waiting",
    "writing",
    "restarting",
    "succeeded",
    "failed",
    "stopped",
    "interrupted",
]
RunStatus = Literal["running", "succeeded", "failed", "stopped", "interrupted"]

ENDED: frozenset[CallStatus] = frozenset(
    {"succeeded", "failed", "stopped", "interrupted"}
)


@dataclass(slots=True, kw_only=True)
class SeatState:
    """One agent at its seat: the attempt under way or the last one, and those before.

    Attributes:
        parts: Pieces of the answer so far; a restart begins a new list.
        reasoning_parts: Pieces of reasoning so far.
        attempt: Number of the current or last attempt, from 1; 0 before the first.
        since_s: Run time at which the current attempt started.
        first_content_s: Run time of its first content.
        wait_s: Seconds until the next attempt, while ``restarting``.
        notes: Sentences on how the attempt is made.
        call: The ended call, when it has ended.
        earlier: Attempts that failed, or were stopped to begin anew, before it.
        reused: Whether the call is one of an earlier run, and nobody is asked here.
        included: Whether those who read its layer are given its text.
    """

    role: CallRole
    seat: Seat
    agent: AgentSpec
    status: CallStatus = "pending"
    attempt: int = 0
    parts: list[str] = field(default_factory=list)
    reasoning_parts: list[str] = field(default_factory=list)
    since_s: float = 0.0
    first_content_s: float | None = None
    wait_s: float = 0.0
    notes: tuple[str, ...] = ()
    error: ProviderError | None = None
    call: Call | None = None
    earlier: list[Call] = field(default_factory=list)
    reused: bool = False
    included: bool = True

    @property
    def text(self) -> str:
        """The answer so far."""
        return "".join(self.parts)

    @property
    def reasoning(self) -> str:
        """The reasoning so far."""
        return "".join(self.reasoning_parts)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come from this seat."""
        return self.status in ENDED

    @property
    def calls(self) -> list[Call]:
        """Every ended attempt, oldest first."""
        return [*self.earlier, *([self.call] if self.call else [])]

    def start(self, attempt: int, at_s: float) -> None:
        """Begin an attempt with an empty page."""
        self.parts, self.reasoning_parts = [], []
        self.attempt, self.since_s, self.first_content_s = attempt, at_s, None
        self.status = "waiting"

    def write(self, event: CallDelta) -> None:
        """Add a piece of text."""
        parts = self.parts if event.kind == "answer" else self.reasoning_parts
        parts.append(event.text)
        if self.first_content_s is None:
            self.first_content_s = event.at_s
            self.status = "writing"

    def reclassify(self) -> None:
        """Take what it has written as its answer for reasoning."""
        written, self.parts = self.parts, []
        self.reasoning_parts = self.reasoning_parts + written

    def restart(self, call: Call, wait_s: float) -> None:
        """Put a failed attempt away, its text with it, and wait for the next one."""
        self.earlier.append(call)
        self.parts, self.reasoning_parts, self.notes = [], [], ()
        self.error, self.wait_s, self.status = call.error, wait_s, "restarting"

    def end(self, call: Call) -> None:
        """Take over how the last attempt ended."""
        self.call, self.error, self.status = call, call.error, call.outcome
        self.notes = call.notes
        self.attempt = call.attempt  # one that was stopped before it began counts too

    def take_over(self, reused: ReusedCall) -> None:
        """Hold a call of an earlier run."""
        self.reused, self.included = True, reused.included
        call = reused.call
        self.parts = [call.text] if call.text else []
        self.reasoning_parts = [call.reasoning] if call.reasoning else []
        self.end(call)


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
        """Seats with a whole proposal, those of an earlier run included."""
        return sum(seat.status == "succeeded" for seat in self.seats)


@dataclass(slots=True)
class RunState:
    """One run, as far as it is known.

    Attributes:
        rework: What it took over from an earlier run, and whether it synthesises.
        layers: Every proposer layer of the mixture, those to come included.
        aggregators: The aggregator and its fallbacks; ``pending`` until called.
        now_s: Run time of the newest event.
        version: Grows with every event, so that a watcher can tell whether to look.
    """

    config: MoAConfig
    rework: Rework = FULL_RUN
    layers: list[LayerState] = field(init=False)
    aggregators: list[SeatState] = field(init=False)
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
        """Every seat, proposers first."""
        return [
            seat for layer in self.layers for seat in layer.seats
        ] + self.aggregators

    @property
    def synthesis(self) -> SeatState:
        """The aggregator that was asked last, or the first one before any was."""
        called = [seat for seat in self.aggregators if seat.status != "pending"]
        return called[-1] if called else self.aggregators[0]

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
        """Proposers of all layers."""
        return sum(len(layer.seats) for layer in self.layers)

    def read_by(self, layer_index: int) -> list[SeatState]:
        """The proposals that a layer, or the aggregator, reads, in proposer order."""
        return [seat for seat in self.offered_to(layer_index) if seat.included]

    def offered_to(self, layer_index: int) -> list[SeatState]:
        """The proposals that a layer or the aggregator could read, included or not."""
        before = self.layers[layer_index - 1].seats if layer_index else []
        return [seat for seat in before if seat.status == "succeeded"]

    def seat_at(self, seat: Seat) -> SeatState:
        """The state of one seat."""
        if seat.layer_index < len(self.layers):
            return self.layers[seat.layer_index].seats[seat.position]
        return self.aggregators[seat.position]

    def apply(self, event: RunEvent) -> None:  # noqa: C901, PLR0915 - one case an event
        """Add ``event`` to what is known."""
        self.now_s = event.at_s
        match event:
            case RunStarted():
                pass
            case LayerStarted():
                self.layers[event.layer_index].started_s = event.at_s
            case LayerFinished():
                self.layers[event.layer_index].finished_s = event.at_s
            case CallStarted():
                self.seat_at(event.seat).start(event.attempt, event.at_s)
            case CallDelta():
                self.seat_at(event.seat).write(event)
            case CallReclassified():
                self.seat_at(event.seat).reclassify()
            case CallNoted():
                self.seat_at(event.seat).notes += (event.text,)
            case CallRestarted():
                self.seat_at(event.seat).restart(event.call, event.wait_s)
            case CallFinished() | CallFailed():
                self.seat_at(event.seat).end(event.call)
            case RunFinished():
                self.status, self.ttft_s = "succeeded", event.ttft_s
                self.latency_s = event.latency_s
            case RunAborted():
                stopped = isinstance(event.error, RunStoppedError)
                self.error, self.latency_s = event.error, event.latency_s
                self.status = "stopped" if stopped else "failed"
            case _:
                assert_never(event)
        self.version += 1


def _seats(
    role: CallRole, layer_index: int, agents: tuple[AgentSpec, ...]
) -> list[SeatState]:
    return [
        SeatState(role=role, seat=Seat(layer_index, position), agent=agent)
        for position, agent in enumerate(agents)
    ]
