"""Watches the drafts of a layer grow, for an aggregator that reads along."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from moa_core.mixture import Seat
from moa_core.run import (
    Call,
    CallDelta,
    CallFailed,
    CallFinished,
    CallReclassified,
    CallRestarted,
    CallStarted,
    RunEvent,
)

BYTES_PER_TOKEN: Final = 4
"""Of UTF-8: four letters of English, or a little more than one Chinese character."""

_SHARE = 2 / 3
"""Of the drafts that are still to be had, so many must have grown far enough."""


@dataclass(slots=True)
class Draft:
    """One proposer's text so far.

    Attributes:
        size: Of the text, in bytes of UTF-8.
        call: How it ended, when it has.
        began_anew: How often what it had written was void.
    """

    parts: list[str] = field(default_factory=list)
    size: int = 0
    call: Call | None = None
    began_anew: int = 0

    @property
    def text(self) -> str:
        """What it has written."""
        return "".join(self.parts)

    @property
    def whole(self) -> bool:
        """Whether it is a proposal."""
        return self.call is not None and self.call.outcome == "succeeded"

    @property
    def lost(self) -> bool:
        """Whether it will never be a proposal."""
        return self.call is not None and not self.whole

    def clear(self) -> None:
        """What it had written is void."""
        self.began_anew += bool(self.parts)
        self.parts, self.size = [], 0


class Drafts:
    """The drafts of one layer, in proposer order; wakes whoever waits for them.

    Args:
        seats: The layer's seats that are asked.
        reused: Proposals of an earlier run that the aggregator reads too.
    """

    def __init__(self, seats: Sequence[Seat], reused: Mapping[Seat, Call]) -> None:
        self.by_seat = {seat: Draft() for seat in sorted({*seats, *reused})}
        for seat, call in reused.items():
            self.by_seat[seat] = Draft([call.text], call=call)
        self.references: list[Call] | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._until: Callable[[], bool] = lambda: True

    @property
    def complete(self) -> bool:
        """Whether the layer has ended: nothing more will be read."""
        return self.references is not None

    def take(self, event: RunEvent) -> None:
        """Add what an event of the run says of these drafts."""
        match event:
            case CallDelta(kind="answer") | CallStarted():
                pass
            case CallReclassified() | CallRestarted() | CallFinished() | CallFailed():
                pass
            case _:
                return
        draft = self.by_seat.get(event.seat)
        if draft is None or event.role != "proposer":
            return
        match event:
            case CallDelta():
                draft.parts.append(event.text)
                draft.size += len(event.text.encode(errors="surrogatepass"))
            case CallFinished() | CallFailed():
                draft.call = event.call
            case _:
                draft.clear()
        self._look()

    def close(self, references: Sequence[Call]) -> None:
        """The layer has ended, and these are its proposals."""
        self.references = list(references)
        self._look()

    def have(self, tokens: float) -> bool:
        """Whether enough drafts have about so many tokens, or are whole."""
        alive = [draft for draft in self.by_seat.values() if not draft.lost]
        if self.complete or all(draft.whole for draft in alive):
            return self.complete
        size = tokens * BYTES_PER_TOKEN
        grown = sum(draft.whole or draft.size >= size for draft in alive)
        return grown >= ceil(_SHARE * len(alive))

    async def grown(self, tokens: float) -> None:
        """Wait until ``have(tokens)``."""
        await self._wait(lambda: self.have(tokens))

    async def ended(self) -> list[Call]:
        """Wait until the layer has ended; its proposals."""
        await self._wait(lambda: self.complete)
        return self.references or []

    async def _wait(self, until: Callable[[], bool]) -> None:
        if not until():
            self._until = until
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting

    def _look(self) -> None:
        if self._waiting and not self._waiting.done() and self._until():
            self._waiting.set_result(None)
