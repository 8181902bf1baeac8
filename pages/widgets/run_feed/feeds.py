"""Looks at a run wherever it is: under way here, under way elsewhere, or stored."""

import asyncio
import secrets
import time
from typing import Final, Protocol

from moa_core.engine import LiveRun, LiveRuns
from moa_core.errors import MoAError
from moa_core.mixture import Seat
from moa_core.run import RunState
from moa_core.usage import Cost
from pages.widgets.run_feed.quiet_seats import more_time_s
from pages.widgets.run_feed.run_json import Json, Look
from storage.errors import NotFoundError, StorageError
from storage.recording import Runs
from storage.runs import StoredRun

ELSEWHERE_S: Final = 1.0
"""How often a run that goes on in another process is loaded; it is saved as often."""

_THIS_PROCESS: Final = secrets.token_hex(4)
"""Names the texts that grow in this process: only in them can be gone on."""


class Feed(Protocol):
    """A run to look at again and again, and to control."""

    @property
    def growth(self) -> str:
        """Names the texts in which a browser's position means something, if any do."""

    @property
    def stays(self) -> bool:
        """Whether it can be followed on when no more is to come of it."""

    async def look(self) -> Look:
        """The run as it stands.

        Raises:
            NotFoundError: There is no such run.
            StorageError: It cannot be read.
        """

    def obey(self, command: Json) -> None:
        """Carry out what a user wants of it; what comes too late changes nothing.

        Raises:
            ValueError: It is no command, or one without what it needs.
        """


class RunFeed:
    """A run by its uid, live or stored.

    Args:
        uid: The run's.
        live: The runs under way in this process.
        runs: The stored ones.
    """

    stays = False

    def __init__(self, uid: str, live: LiveRuns, runs: Runs) -> None:
        self._uid, self._running, self._runs = uid, live, runs
        self._run: LiveRun | None = None
        self._stored: StoredRun | None = None
        self._due = 0.0

    @property
    def growth(self) -> str:
        """Names this process if the run grows here; known from the first look on."""
        return _THIS_PROCESS if self._run else ""

    async def look(self) -> Look:
        """The run as it stands; its end comes when that is kept."""
        self._run = self._run or self._running.get(self._uid)  # it may begin later
        if run := self._run:
            live = run.live  # before what is new is read, or the end gets lost
            expected = None if live else await self._expected()
            trouble = self._running.trouble if live else None
            return Look(run.state, run.elapsed_s, live, expected, trouble)
        state = (await self._load()).state
        more = {"elsewhere": state.live}  # nobody here can stop it
        expected = _range(self._stored)
        return Look(state, state.now_s, state.live, expected, more=more)

    def obey(self, command: Json) -> None:
        """Stop the run or a seat, ask a seat anew, give it time, or end a layer."""
        running, uid = self._running, self._uid
        match command["do"]:
            case "stop":
                running.stop(uid)
            case "stop-seat":
                running.stop_seat(uid, seat_of(command))
            case "restart-seat":
                running.restart_seat(uid, seat_of(command))
            case "more-time":
                seat, run = seat_of(command), running.get(uid)
                for state in run.state.seats if run else ():
                    if state.seat == seat and (seconds := more_time_s(state)):
                        running.give_time(uid, seat, seconds)
            case "end-layer":
                running.end_layer(uid, whole_number(command, "layer"))
            case _:
                raise ValueError("unknown command")

    async def _load(self) -> StoredRun:
        """The run as it was last saved; what stood there before goes on growing."""
        before = self._stored
        if before and (not before.state.live or time.monotonic() < self._due):
            return before
        self._due = time.monotonic() + ELSEWHERE_S
        try:
            stored = await asyncio.to_thread(self._runs.load, self._uid)
        except NotFoundError:
            raise
        except StorageError:
            if before is None:
                raise
            return before  # it is tried again
        if before:
            carry_over(before.state, stored.state)
        self._stored = stored
        return stored

    async def _expected(self) -> tuple[Cost, Cost] | None:
        """What a run that has just ended was thought to cost, if that can be read."""
        if self._stored is None:
            try:
                self._stored = await asyncio.to_thread(self._runs.load, self._uid)
            except MoAError:
                return None
        return _range(self._stored)


def carry_over(before: RunState, after: RunState) -> None:
    """Let texts that have only grown since ``before`` stay the same lists."""
    after.version = before.version + 1
    for old, new in zip(before.seats, after.seats, strict=True):
        text, reasoning = new.text, new.reasoning
        grown = text.startswith(old.text) and reasoning.startswith(old.reasoning)
        if old.attempt != new.attempt or not grown:
            new.page = old.page + 1
            continue
        for parts, whole in ((old.parts, text), (old.reasoning_parts, reasoning)):
            if more := whole[sum(map(len, parts)) :]:
                parts.append(more)
        new.parts, new.reasoning_parts = old.parts, old.reasoning_parts
        new.page = old.page


def seat_of(command: Json) -> Seat:
    """The seat that a command names.

    Raises:
        ValueError: It names none.
    """
    match command.get("place"):
        case [int(layer), int(position)]:
            return Seat(layer, position)
        case _:
            raise ValueError("no place")


def whole_number(command: Json, name: str) -> int:
    """A number of a command.

    Raises:
        ValueError: It is missing, or none.
    """
    value = command.get(name)
    if not isinstance(value, int):
        raise ValueError(f"no {name}")
    return value


def _range(stored: StoredRun | None) -> tuple[Cost, Cost] | None:
    estimate = stored.estimate if stored else None
    return (estimate.low, estimate.high) if estimate else None
