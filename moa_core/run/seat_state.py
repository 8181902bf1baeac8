"""Accumulates the events of one seat into its state."""

from dataclasses import dataclass, field
from typing import Literal, assert_never

from moa_core.errors import ProviderError
from moa_core.mixture import AgentSpec, Seat
from moa_core.run.completion import Timed
from moa_core.run.events import (
    CallAlive,
    CallContinued,
    CallDelta,
    CallEvent,
    CallExtended,
    CallFailed,
    CallFinished,
    CallNoted,
    CallQueued,
    CallReclassified,
    CallRestarted,
    CallStarted,
    CallTimed,
    CallToolDelta,
)
from moa_core.run.results import Call, SeatRole
from moa_core.run.rework import ReusedCall
from moa_core.run.writer import ToolCall, ToolCallPiece, whole_tool_calls

CallStatus = Literal[
    "pending",
    "queued",
    "loading",
    "waiting",
    "writing",
    "restarting",
    "succeeded",
    "failed",
    "stopped",
    "interrupted",
]

ENDED: frozenset[CallStatus] = frozenset(
    {"succeeded", "failed", "stopped", "interrupted"}
)


@dataclass(slots=True, kw_only=True)
class SeatState:
    """One agent at its seat: the attempt under way or the last one, and those before.

    Attributes:
        parts: Pieces of the answer so far; a restart begins a new list.
        reasoning_parts: Pieces of reasoning so far.
        tool_pieces: Pieces of calls of tools so far.
        page: How often its texts were begun anew: within a page they only grow.
        attempt: Number of the current or last attempt, from 1; 0 before the first.
        since_s: Run time at which the current attempt started.
        first_content_s: Run time of its first content.
        last_content_s: Run time of its newest content.
        last_sign_s: Run time at which its server last sent what is no content.
        queued_s: Run time at which it began to wait for a slot.
        loading_s: Run time at which it began to wait for its model to be loaded.
        limits: How long it may be silent, if that is known.
        not_before_s: Run time before which the user wants it not to be given up.
        wait_s: Seconds until the next attempt, while ``restarting``.
        notes: Sentences on how the attempt is made.
        call: The ended call, when it has ended.
        earlier: Attempts that failed, were stopped to begin anew, or were continued,
            before it.
        kept: How many pieces of the answer earlier requests wrote, to be continued.
        reused: Whether the call is one of an earlier run, and nobody is asked here.
        included: Whether those who read its layer are given its text.
        late: Whether its layer went on without it.
        spared: Whether the run decided by itself not to ask it.
    """

    role: SeatRole
    seat: Seat
    agent: AgentSpec
    status: CallStatus = "pending"
    page: int = 0
    attempt: int = 0
    parts: list[str] = field(default_factory=list)
    reasoning_parts: list[str] = field(default_factory=list)
    tool_pieces: list[ToolCallPiece] = field(default_factory=list)
    since_s: float = 0.0
    first_content_s: float | None = None
    last_content_s: float | None = None
    last_sign_s: float | None = None
    queued_s: float = 0.0
    loading_s: float | None = None
    limits: Timed | None = None
    not_before_s: float = 0.0
    wait_s: float = 0.0
    notes: tuple[str, ...] = ()
    error: ProviderError | None = None
    call: Call | None = None
    earlier: list[Call] = field(default_factory=list)
    kept: int = 0
    reused: bool = False
    included: bool = True
    late: bool = False
    spared: bool = False

    @property
    def text(self) -> str:
        """The answer so far."""
        return "".join(self.parts)

    @property
    def reasoning(self) -> str:
        """The reasoning so far."""
        return "".join(self.reasoning_parts)

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The calls of tools so far."""
        return self.call.tool_calls if self.call else whole_tool_calls(self.tool_pieces)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come from this seat."""
        return self.status in ENDED

    @property
    def calls(self) -> list[Call]:
        """Every ended attempt, oldest first."""
        return [*self.earlier, *([self.call] if self.call else [])]

    @property
    def gives_up_s(self) -> float | None:
        """Run time at which it is given up if no content comes; ``None`` if unknown."""
        limits = self.limits
        if limits is None or self.status not in ("waiting", "writing"):
            return None
        if self.last_content_s is None:
            ends_s = self.since_s + limits.first_content_s
        else:
            ends_s = self.last_content_s + limits.silence_s
        if limits.in_all_s is not None:
            ends_s = min(ends_s, self.since_s + limits.in_all_s)
        return max(ends_s, self.not_before_s)

    def apply(self, event: CallEvent) -> None:  # noqa: C901 - one case an event
        """Add ``event`` to what is known."""
        match event:
            case CallStarted():
                self.start(event.attempt, event.at_s, continues=event.continues)
            case CallDelta() | CallToolDelta():
                self.write(event)
            case CallReclassified():
                written = self.parts[self.kept :]
                self.parts = self.parts[: self.kept]
                self.reasoning_parts = self.reasoning_parts + written
                self.page += 1
            case CallNoted():
                self.notes += (event.text,)
            case CallQueued():
                self.queue(event)
            case CallTimed():
                self.limits = event.limits
            case CallExtended():
                ends_s = max(self.not_before_s, event.at_s) + event.seconds
                self.not_before_s = ends_s
            case CallAlive():
                self.last_sign_s = event.at_s
            case CallRestarted():
                self.restart(event.call, event.wait_s)
            case CallContinued():
                self.go_on(event.call)
            case CallFinished() | CallFailed():
                self.end(event.call)
            case _:
                assert_never(event)

    def start(self, attempt: int, at_s: float, *, continues: bool = False) -> None:
        """Begin an attempt with an empty page, or with what it ``continues``."""
        self.kept = self.kept if continues else 0
        self._clear()
        if attempt != self.attempt:
            self.loading_s = None
        self.attempt, self.since_s, self.first_content_s = attempt, at_s, None
        self.last_content_s = self.last_sign_s = self.limits = None
        self.status = "writing" if self.kept else "waiting"

    def queue(self, event: CallQueued) -> None:
        """Wait until a request can be made."""
        if event.reason == "slot":
            self.status, self.queued_s = "queued", event.at_s
        else:  # it is asked for again and again
            self.loading_s = event.at_s if self.loading_s is None else self.loading_s
            self.status = "loading"

    def write(self, event: CallDelta | CallToolDelta) -> None:
        """Add a piece of text, or pieces of calls of tools."""
        if isinstance(event, CallToolDelta):
            self.tool_pieces += event.pieces
        else:
            parts = self.parts if event.kind == "answer" else self.reasoning_parts
            parts.append(event.text)
        self.last_content_s = event.at_s
        if self.first_content_s is None:
            self.first_content_s = event.at_s
            self.status = "writing"

    def restart(self, call: Call, wait_s: float) -> None:
        """Put a failed attempt away, its text with it, and wait for the next one."""
        self.earlier.append(call)
        self.notes = ()
        self._clear()
        self.error, self.wait_s, self.status = call.error, wait_s, "restarting"

    def go_on(self, call: Call) -> None:
        """Put a request away that has ended, and keep what it wrote of the answer."""
        self.earlier.append(call)
        self.kept = len(self.parts)
        self._clear()
        self.limits = None  # nothing is asked until there is more to read
        self.notes, self.error = (), call.error
        self.status = "writing" if self.kept else "pending"

    def _clear(self) -> None:
        """Begin texts anew, but for the pieces of the answer that are kept."""
        if not self.kept or len(self.parts) > self.kept or self.reasoning_parts:
            self.parts, self.reasoning_parts = self.parts[: self.kept], []
            self.page += 1
        self.tool_pieces = []

    def end(self, call: Call) -> None:
        """Take over how the last attempt ended."""
        self.call, self.error, self.status = call, call.error, call.outcome
        self.notes, self.since_s = call.notes, call.started_at_s
        self.attempt = call.attempt  # one that was stopped before it began counts too

    def take_over(self, reused: ReusedCall) -> None:
        """Hold a call of an earlier run."""
        self.reused, self.included = True, reused.included
        call = reused.call
        self.parts = [call.text] if call.text else []
        self.reasoning_parts = [call.reasoning] if call.reasoning else []
        self.end(call)
