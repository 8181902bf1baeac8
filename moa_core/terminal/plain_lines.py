"""Writes events as text for a terminal: progress apart from the answer."""

import re
from dataclasses import dataclass, field
from typing import TextIO, assert_never

from moa_core.errors import (
    KeyMissingError,
    KeyRefusedError,
    NoProposalsError,
    NoSynthesisError,
    RunError,
)
from moa_core.mixture import MoAConfig, Seat
from moa_core.run import (
    Call,
    CallAlive,
    CallContinued,
    CallDelta,
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
    LayerFinished,
    LayerStarted,
    RunAborted,
    RunDecided,
    RunEvent,
    RunFinished,
    RunStarted,
    decision_sentence,
)

_WRITERS = ("aggregator", "provisional")
"""Who writes what is read as the answer."""

_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What moves a terminal's cursor or worse; no answer needs it."""


@dataclass(frozen=True, slots=True)
class PlainLines:
    """Writes a run in words.

    Attributes:
        answer: Takes the synthesis as it is written, and nothing else.
        progress: Takes the progress of the layers, failures and the bill.
    """

    answer: TextIO
    progress: TextIO
    _begun: set[tuple[Seat, int]] = field(default_factory=set)
    """Attempts at writing the answer that were announced."""
    _queued: set[tuple[Seat, str]] = field(default_factory=set)
    """Waits that were announced: whose, and what for."""
    _first: set[Seat] = field(default_factory=set)
    """Where a first answer is being written, while others work beside it."""
    _meanwhile: list[str] = field(default_factory=list)
    """What is said once the first answer is written."""
    _provisional: list[str] = field(default_factory=list)
    """What was written of it."""
    _open_layers: set[int] = field(default_factory=set)
    """Layers that write; an answer may begin beside the last of them."""
    _config: list[MoAConfig] = field(default_factory=list)
    """The mixture of the run."""

    def write(self, event: RunEvent) -> None:  # noqa: C901, PLR0912, PLR0915 - one case an event
        """Write what ``event`` means to somebody who waits for the answer."""
        match event:
            case LayerStarted():
                self._note(f"Layer {event.layer_index + 1}")
                self._open_layers.add(event.layer_index)
            case LayerFinished():
                self._note(f"  {event.answered} of {event.asked} answered")
                self._open_layers.discard(event.layer_index)
            case CallStarted(role="aggregator" | "provisional", continues=False):
                self._announce(event)
            case CallDelta(role="aggregator" | "provisional", kind="answer"):
                self._write_answer(event)
            case CallReclassified(role="aggregator" | "provisional"):
                _write("\n\n", self.answer)
                self._note("  The text above is reasoning; the answer follows.")
            case CallQueued():
                self._write_wait(event)
            case RunStarted():
                self._config.append(event.config)
            case CallStarted() | CallDelta() | CallToolDelta() | CallReclassified():
                pass
            case CallTimed() | CallExtended() | CallAlive() | CallContinued():
                pass
            case CallNoted():
                self._note(f"  {event.agent.ref}: {event.text}")
            case RunDecided():
                self._end_first_answer()
                said = decision_sentence(event.decision, self._config[0])
                self._note(f"  {said}")
            case CallRestarted():
                wait = f" (retrying in {event.wait_s:.1f} s)"
                self._write_failure(event.call, wait)
            case CallFinished():
                self._write_finished(event.call)
            case CallFailed():
                self._write_failure(event.call)
            case RunFinished() | RunAborted():
                self._write_end(event)
            case _:
                assert_never(event)

    def _announce(self, event: CallStarted) -> None:
        """Say who begins to write the answer; once, though its queue may end later."""
        attempt = (event.seat, event.attempt)
        if attempt not in self._begun:
            doing = "is writing the answer"
            if event.role == "provisional":
                doing = "is writing a first answer"
            elif self._provisional and self._config[0].pace.fast_start:
                doing = "is checking the first answer"
            self._note(f"{event.agent.ref} {doing}\n")
        self._begun.add(attempt)
        if event.role == "provisional" or self._open_layers:
            self._first.add(event.seat)

    def _write_answer(self, delta: CallDelta) -> None:
        """Write a piece; a provisional answer that stands is not written again."""
        if delta.role == "provisional":
            self._provisional.append(delta.text)
        elif delta.text == "".join(self._provisional):
            return
        _write(delta.text, self.answer)

    def _write_finished(self, call: Call) -> None:
        if call.role in _WRITERS:
            for each in call.tool_calls:
                _write(f"\n[calls {each.text}]", self.answer)
            _write("\n", self.answer)
            self._end_first_answer()
            return
        cut = ", incomplete: timed out" if call.finish_reason == "deadline" else ""
        cut += ", too late" if call.late else ""
        spent = f"{call.latency_s:.1f} s, cost {call.cost}{cut}"
        self._note(f"  {call.agent.ref}: {spent}")

    def _write_wait(self, event: CallQueued) -> None:
        """Say once what a call waits for."""
        if (event.seat, event.reason) not in self._queued:
            waits = (
                "waiting for a slot" if event.reason == "slot" else "loading the model"
            )
            self._note(f"  {event.agent.ref}: {waits} …")
            self._queued.add((event.seat, event.reason))

    def _write_failure(self, call: Call, what_next: str = "") -> None:
        void = call.role in _WRITERS and call.text
        if void:  # what is written cannot be taken back, but it can be told apart
            _write("\n\n", self.answer)
        if call.role == "provisional":
            self._end_first_answer()
        self._note(f"  {call.agent.ref}: {call.error}{what_next}")
        if void and call.outcome == "failed":
            self._note("  The text above is incomplete.")

    def _write_end(self, event: RunFinished | RunAborted) -> None:
        self._end_first_answer()
        if isinstance(event, RunAborted):
            self._note(f"\n{event.error} {_advice(event.error)}".rstrip())
        elif event.finish_reason == "length":
            self._note("\nThe answer was cut off at the aggregator's length limit.")
        elif event.finish_reason == "deadline":
            self._note("\nThe answer is incomplete: the aggregator timed out.")
        about = "about " if event.usage.source == "estimated" else ""
        tokens = f"{about}{event.usage.total_tokens:,} tokens"
        if (share := event.usage.cached_share) is not None:
            tokens += f" ({share:.0%} of the input cached)"
        self._note(f"\nCost {event.cost} · {tokens} · {event.latency_s:.1f} s")

    def _end_first_answer(self) -> None:
        """It is written, or never will be: say what happened meanwhile."""
        self._first.clear()
        while self._meanwhile:
            self._note(self._meanwhile.pop(0))

    def _note(self, line: str) -> None:
        if self._first:  # whoever reads it as it is written is not to be interrupted
            self._meanwhile.append(line)
        else:
            _write(f"{line}\n", self.progress)


def _advice(error: RunError) -> str:
    """What to do next here, where there is no page to enter a key in."""
    of_calls = NoProposalsError | NoSynthesisError
    failures = error.failures if isinstance(error, of_calls) else ()
    if any(isinstance(each, KeyMissingError | KeyRefusedError) for each in failures):
        return "Put the key into the environment or a .env file, or use other models."
    return error.advice


def _write(text: str, stream: TextIO) -> None:
    stream.write(_STEERING.sub("", text))
    stream.flush()
