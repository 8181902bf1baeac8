"""Has the answer written: by the aggregator, or a fallback of it.

With a fast start it begins before its drafts are complete (docs/adr/0052).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from moa_core.engine.fast_start import (
    STANDS_REASON,
    CheckingProvider,
    ChunkedProvider,
    Continuations,
    Drafts,
    Reading,
)
from moa_core.engine.pacing import SeatWatch
from moa_core.engine.seat_asking import SeatAsker, errors_of, succeeded
from moa_core.engine.seat_request import SeatRequest
from moa_core.errors import CapReachedError, NoSynthesisError
from moa_core.mixture import FastStart, Seat, prompt_for
from moa_core.run import (
    CONTINUED,
    AnswerBegun,
    Call,
    ProvisionalJudged,
    Rework,
    RunDecided,
    SeatRole,
    SeatState,
    beginnings_note,
    check_prompt,
    provisional_seat,
)


async def synthesise(
    asker: SeatAsker,
    writer: SeatRole,
    references: Sequence[Call],
    early: "EarlyAnswer | None" = None,
) -> Call:
    """Call the aggregator, then its fallbacks, until one of them answers.

    With hedging the next one is asked too when nothing comes of the one before.

    Args:
        asker: Asks the agents of the run.
        writer: Their role: ``judge`` where they judge answers.
        references: The proposals of the last layer, in proposer order.
        early: An answer that was begun before they were complete.

    Raises:
        NoSynthesisError: None of them answered.
        CapReachedError: The run has spent what it may.
    """
    calls: dict[Seat, Call] = {}
    begun = await early.ended(references) if early else None
    if begun and begun.role == "provisional":
        if succeeded(begun):
            return await _checked(asker, begun, references)
    elif begun:
        calls[begun.seat] = begun
        if succeeded(begun):
            return begun
    while len(calls) < len(asker.config.aggregators):
        asker.caller.check_budget()
        asked = await _ask(asker, writer, len(calls), references)
        calls |= asked
        for call in filter(succeeded, asked.values()):
            return call
    asker.raise_if_withheld(calls.values())
    raise NoSynthesisError(errors_of(calls))


async def _ask(
    asker: SeatAsker, writer: SeatRole, position: int, references: Sequence[Call]
) -> dict[Seat, Call]:
    """Ask an aggregator, and the next one as well if this one stays silent."""
    seats = [
        SeatState(role=writer, seat=Seat(len(asker.config.layers), place), agent=agent)
        for place, agent in enumerate(asker.config.aggregators)
    ][position : position + 2]
    begun = asker.open_calls.begin
    first = begun(asker.ask(writer, seats[0].seat, seats[0].agent, references))
    after_s = asker.hedge_after_s(writer, seats[0].agent)
    if after_s is None or len(seats) == 1:
        return {seats[0].seat: await first}
    watch = SeatWatch(seats)

    def now_s() -> float:
        return asker.caller.now_s

    asked, loser = {seats[0].seat: first}, None
    with asker.caller.watching(watch):  # until the first content: then all is known
        silent = await watch.stays_silent(seats[0].seat, after_s, now_s)
        if silent and asker.may_hedge(seats[0].seat, seats[1].agent, after_s):
            asking = asker.ask(writer, seats[1].seat, seats[1].agent, references)
            asked[seats[1].seat] = begun(asking)
            loser = await watch.slower_of(seats[0].seat, seats[1].seat)
    if loser:
        asker.controls.stop_seat(loser)
    await asyncio.wait(asked.values())
    return {seat: task.result() for seat, task in asked.items()}


async def _checked(
    asker: SeatAsker, provisional: Call, references: Sequence[Call]
) -> Call:
    """Have a provisional answer checked; it stays where nobody can."""

    def checking(request: SeatRequest) -> SeatRequest:
        text = provisional.text
        messages = check_prompt(request.completion.messages, text)

        def shortened() -> SeatRequest | None:
            shorter = request.shortened()
            return checking(shorter) if shorter else None

        def in_words() -> SeatRequest | None:
            told = request.in_words()
            return checking(told) if told else None

        return replace(
            request,
            completion=replace(request.completion, messages=messages),
            around=partial(CheckingProvider, provisional=text),
            shortened=shortened,
            in_words=in_words,
        )

    answer: Call | None = None
    for position, agent in enumerate(asker.config.aggregators):
        try:
            asker.caller.check_budget()
        except CapReachedError:
            break
        seat = Seat(len(asker.config.layers), position)
        call = await asker.ask("aggregator", seat, agent, references, checking)
        if succeeded(call):
            answer = call
            break
    stands = answer is None or answer.finish_reason == STANDS_REASON
    judged = ProvisionalJudged(stands=stands, checked=answer is not None)
    asker.caller.emit(RunDecided(asker.caller.now_s, judged))
    return answer or provisional


def early_answer(
    asker: SeatAsker, rework: Rework, writer: SeatRole, known: Continuations
) -> "EarlyAnswer | None":
    """Make ready to begin the answer early, where the mixture and the run allow it."""
    config, start = asker.config, asker.config.pace.fast_start
    last = len(config.layers) - 1
    if start is None or last < 0 or config.method == "rank":
        return None
    if asker.writer.changes_form:
        return None
    if writer != "aggregator" or not rework.synthesise:
        return None
    if start.way == "provisional" and config.pace.auto:
        return None  # its first answer stands there already
    asked = rework.asked_of(config, last)
    if not asked or (start.way == "chunks" and config.aggregator.effort):
        return None
    reused = {
        seat: each.call
        for seat, each in rework.reused.items()
        if seat.layer_index == last and each.read
    }
    return EarlyAnswer(asker, start, known, Drafts(tuple(asked), reused))


@dataclass(slots=True)
class EarlyAnswer:
    """An answer that is written while the drafts of the last layer are.

    Attributes:
        drafts: What has come of them; takes the events of the run.
    """

    asker: SeatAsker
    start: FastStart
    known: Continuations
    drafts: Drafts
    _read: list[tuple[int, ...]] = field(default_factory=list)
    _task: "asyncio.Task[Call | None] | None" = None

    def begin(self) -> None:
        """The layer begins."""
        write = self._chunks if self.start.way == "chunks" else self._provisional
        self._task = self.asker.open_calls.begin(write())

    async def ended(self, references: Sequence[Call]) -> Call | None:
        """Wait for its end; ``None`` where nothing was begun.

        Args:
            references: The drafts, which are complete now.
        """
        caller = self.asker.caller
        complete_s = caller.now_s
        self.drafts.close(references)
        call = await self._task if self._task else None
        if call and self._read:
            written = [c for c in caller.calls if c.seat == call.seat and c.text]
            at_s = min(
                (c.started_at_s + c.ttft_s for c in written if c.ttft_s is not None),
                default=complete_s,
            )
            turns = self.known.of(call.agent) in (None, "turns")
            begun = AnswerBegun(
                way=self.start.way,
                before_s=max(0.0, complete_s - at_s),
                read=tuple(self._read),
                in_turns=turns and any(c.finish_reason == CONTINUED for c in written),
            )
            caller.emit(RunDecided(caller.now_s, begun))
        return call

    async def _chunks(self) -> Call | None:
        """Write on as the drafts grow; how, is found out beforehand if need be."""
        asker, agent = self.asker, self.asker.config.aggregator
        seat = Seat(len(asker.config.layers), 0)

        def chunked(request: SeatRequest) -> SeatRequest:
            def whole() -> SeatRequest:
                read = self.drafts.references or ()
                return asker.request("aggregator", seat, agent, read)

            reading = Reading(
                agent,
                asker.config,
                asker.shown_to(agent),
                self.drafts,
                partial(asker.caller.windows.holds, agent),
                self._read.append,
            )
            around = partial(
                ChunkedProvider,
                reading=reading,
                chunk_tokens=self.start.chunk_tokens,
                known=self.known,
                usual=lambda: whole().completion,
            )
            return replace(request, around=around, hedge=None)

        if self.known.of(agent) is not None and not await self._grown():
            return None
        return await asker.ask("aggregator", seat, agent, (), chunked)

    async def _provisional(self) -> Call | None:
        """Answer from the beginnings of the drafts."""
        asker, agent = self.asker, self.asker.config.aggregator
        seat = provisional_seat(asker.config)
        if seat is None or not await self._grown():
            return None
        drafts = [draft for draft in self.drafts.by_seat.values() if not draft.lost]
        texts = [draft.text for draft in drafts if draft.parts]
        self._read.append(
            tuple(
                0 if draft.lost else len(draft.text)
                for draft in self.drafts.by_seat.values()
            )
        )

        def early(request: SeatRequest) -> SeatRequest:
            shown = asker.shown_to(agent)
            prompt = prompt_for(agent, "aggregator", asker.config, shown, texts)
            completion = replace(request.completion, messages=beginnings_note(prompt))

            def in_words() -> SeatRequest | None:
                told = request.in_words()
                return early(told) if told else None

            return replace(request, completion=completion, in_words=in_words)

        return await asker.ask("provisional", seat, agent, (), early)

    async def _grown(self) -> bool:
        """Wait until there is something to read; ``False`` where it is complete."""
        await self.drafts.grown(self.start.chunk_tokens)
        try:
            self.asker.caller.check_budget()
        except CapReachedError:
            return False
        return not self.drafts.complete
