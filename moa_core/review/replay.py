"""Replays an ended run at the pace it was recorded, without calling any model.

Of a call, its texts and times are kept and not its pieces, so between its first content
and its end the text grows evenly. Everything else happens when it happened.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise, zip_longest
from typing import Final

from moa_core.errors import RunError
from moa_core.run import (
    Call,
    CallContinued,
    CallDelta,
    CallFailed,
    CallFinished,
    CallNoted,
    CallRestarted,
    CallStarted,
    DeltaKind,
    LayerFinished,
    LayerStarted,
    RunAborted,
    RunDecided,
    RunEvent,
    RunFinished,
    RunStarted,
    RunState,
    SeatState,
)

PIECES_HZ: Final = 20
"""How many pieces a second a text is cut into: no page is redrawn more often."""


def replayed_events(ended: RunState) -> tuple[RunEvent, ...]:
    """The events of an ended run, rebuilt from what is kept of it.

    Applied to a new state they give ``ended`` again; only an interrupted run has no
    last event.
    """
    events: list[RunEvent] = [RunStarted(0.0, ended.config)]
    for layer in ended.layers:
        if layer.started_s is not None:
            events.append(LayerStarted(layer.started_s, layer.index))
        for seat in layer.seats:
            events += _seat_events(seat)
        if layer.finished_s is not None:
            tally = (layer.answered, len(layer.seats))
            events.append(LayerFinished(layer.finished_s, layer.index, *tally))
    early = [ended.provisional] if ended.provisional else []
    for seat in (*early, *ended.aggregators):
        events += _seat_events(seat)
    events += [RunDecided(at_s, decision) for at_s, decision in ended.decisions]
    events.sort(key=lambda event: event.at_s)  # stable: each seat's stay in order
    last_s = max(events[-1].at_s, ended.latency_s or 0.0)
    return (*events, *_last_event(ended, last_s))


class Replay:
    """One run being played again; it looks like a live one.

    Args:
        uid: Names it on the page.
        ended: The run; it is left as it is.
        pace: How many times faster than it was.
        clock: Seconds on any clock.
    """

    def __init__(
        self,
        uid: str,
        ended: RunState,
        pace: float = 1.0,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.uid = uid
        self._began_with = ended.config, ended.rework
        self._state = RunState(*self._began_with)
        self._events = replayed_events(ended)
        self._applied = 0
        self._clock, self._pace, self._paused = clock, pace, False
        self._from_s, self._since = 0.0, clock()

    @property
    def elapsed_s(self) -> float:
        """Run time now."""
        if self._paused:
            return self._from_s
        return self._from_s + (self._clock() - self._since) * self._pace

    @property
    def state(self) -> RunState:
        """What was known of the run at this moment of it; grows with the clock."""
        now_s = self.elapsed_s
        while self.live and self._events[self._applied].at_s <= now_s:
            self._state.apply(self._events[self._applied])
            self._applied += 1
        return self._state

    @property
    def total_s(self) -> float:
        """How long it was, from its start to its end."""
        return self._events[-1].at_s

    @property
    def live(self) -> bool:
        """Whether more is to come."""
        return self._applied < len(self._events)

    @property
    def pace(self) -> float:
        """How many times faster than it was."""
        return self._pace

    @pace.setter
    def pace(self, pace: float) -> None:
        self._go_on_at(self.elapsed_s)
        self._pace = pace

    @property
    def paused(self) -> bool:
        """Whether its clock stands still."""
        return self._paused

    def pause(self) -> None:
        """Let its clock stand still."""
        self._go_on_at(self.elapsed_s)
        self._paused = True

    def play(self) -> None:
        """Let its clock run; from the beginning if all of it was shown."""
        if not self.live:
            self.seek(0.0)
        self._go_on_at(self.elapsed_s)
        self._paused = False

    def seek(self, at_s: float) -> None:
        """Go on at a moment of the run, forwards or backwards.

        Going backwards begins a new ``state``.
        """
        at_s = min(max(0.0, at_s), self.total_s)
        if self._applied and at_s < self._events[self._applied - 1].at_s:
            self._state, self._applied = RunState(*self._began_with), 0
        self._go_on_at(at_s)

    def skip(self) -> None:
        """Go on at the next layer, or at the answer; at the end if none is to come."""
        rest = self._events[self._applied :]
        later = [
            e.at_s
            for e in rest
            if isinstance(e, LayerStarted)
            or (isinstance(e, CallStarted) and e.role == "aggregator")
        ]
        ends = [e.at_s for e in rest[-1:]]
        self._go_on_at(min(later or ends or [self.elapsed_s]))

    def _go_on_at(self, at_s: float) -> None:
        self._from_s, self._since = at_s, self._clock()


def _seat_events(seat: SeatState) -> list[RunEvent]:
    """Every attempt that the run itself made at this seat."""
    if seat.reused:
        return []
    events: list[RunEvent] = []
    before = ""
    for call, after in zip_longest(seat.calls, seat.calls[1:]):
        # Times are kept rounded, and a request that was hedged began before the one
        # that was closed had ended: a seat's events must not run backwards.
        begins_s = max(call.started_at_s, events[-1].at_s if events else 0.0)
        ended = call is seat.call
        before = before if not ended or call.text.startswith(before) else ""
        new = call.text.removeprefix(before) if ended else call.text
        timed = replace(_begun_at(call, begins_s), text=new)
        events += _attempt_events(call, timed, after, before, ended=ended)
        before += call.text if call.continued else ""
    return events


def _begun_at(call: Call, begins_s: float) -> Call:
    """A call with a later beginning, but the same end."""
    later_s = begins_s - call.started_at_s
    ttft_s = None if call.ttft_s is None else max(0.0, call.ttft_s - later_s)
    took_s = max(0.0, call.latency_s - later_s)
    return replace(call, started_at_s=begins_s, ttft_s=ttft_s, latency_s=took_s)


def _attempt_events(
    call: Call, timed: Call, after: Call | None, before: str, *, ended: bool
) -> Iterator[RunEvent]:
    """One attempt, from its start to its end or to the wait for the next one.

    Args:
        call: As it is kept.
        timed: The same with the text that it wrote itself, when it wrote it.
        after: The attempt after it.
        before: What those before it wrote of the same text.
        ended: Whether it is the seat's last one.
    """
    ends_s = timed.started_at_s + timed.latency_s
    yield CallStarted(
        timed.started_at_s, call.role, call.seat, call.agent, call.attempt, bool(before)
    )
    for note in call.notes:
        at_s = timed.started_at_s
        yield CallNoted(at_s, call.role, call.seat, call.agent, note)
    for at_s, text, kind in _pieces(timed):
        yield CallDelta(at_s, call.role, call.seat, text, kind)
    if call.continued:
        yield CallContinued(ends_s, call)
    elif not ended:
        wait_s = max(0.0, after.started_at_s - ends_s) if after else 0.0
        yield CallRestarted(ends_s, call, wait_s)
    elif call.outcome == "succeeded":
        yield CallFinished(ends_s, call)
    else:
        yield CallFailed(ends_s, call)


def _pieces(call: Call) -> Iterator[tuple[float, str, DeltaKind]]:
    """The reasoning and then the text, evenly over the time that both took."""
    length = len(call.reasoning) + len(call.text)
    if not length:
        return
    ttft_s = call.latency_s if call.ttft_s is None else call.ttft_s
    writing_s = max(0.0, call.latency_s - ttft_s)
    count = min(length, 1 + int(writing_s * PIECES_HZ))
    cuts = [length * number // count for number in range(count + 1)]
    at_s = call.started_at_s + ttft_s
    switch = len(call.reasoning)
    for number, (start, stop) in enumerate(pairwise(cuts)):
        piece_s = at_s + writing_s * number / count
        if start < switch:
            yield piece_s, call.reasoning[start:stop], "reasoning"
        if stop > switch:
            yield piece_s, call.text[max(0, start - switch) : stop - switch], "answer"


def _last_event(ended: RunState, at_s: float) -> Iterator[RunEvent]:
    """The last event of a run; an interrupted one has none."""
    latency_s = at_s if ended.latency_s is None else ended.latency_s
    if ended.status == "succeeded":
        call = ended.synthesis.call if ended.synthesises else None
        yield RunFinished(
            at_s=at_s,
            text=call.text if call else "",
            finish_reason=call.finish_reason if call else None,
            usage=ended.usage,
            cost=ended.cost,
            ttft_s=ended.ttft_s,
            latency_s=latency_s,
        )
    elif isinstance(ended.error, RunError) and ended.status != "interrupted":
        yield RunAborted(
            at_s=at_s,
            error=ended.error,
            text=ended.synthesis.text,
            usage=ended.usage,
            cost=ended.cost,
            latency_s=latency_s,
        )
