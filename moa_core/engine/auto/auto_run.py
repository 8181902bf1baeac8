"""Opens the run of an Auto mixture: one model answers first, and is doubted or not.

The aggregator's model answers by itself, while the first layer's cheapest proposer of
another maker gives a second opinion. How unlike they are decides whether the others are
asked: one more by itself, and where that one agrees with the first answer nobody else
of its layer; else all of them at once. Who dissents is read by whoever writes the
answer, and nobody is asked twice (docs/adr/0053-auto-and-early-exit.md). A run that was
cut off goes on in the same way, with what it had.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from moa_core.engine.pacing import (
    Doubt,
    Threshold,
    asking_order,
    doubt_about,
    families_agree,
    saving_of,
)
from moa_core.engine.seat_asking import SeatAsker, succeeded
from moa_core.errors import CapReachedError, WithheldError
from moa_core.mixture import Seat
from moa_core.run import (
    Call,
    FirstAnswerJudged,
    LayerStarted,
    ProposersLeftOut,
    ReusedCall,
    Rework,
    RunDecided,
)

_NOBODY = "No other model could give a second opinion."
_CAPPED = "Your caps allow no further call."
_TOOLS = "The first model called a tool before it answered."
_FAILED = "The first model did not answer."


@dataclass(slots=True)
class AutoRun:
    """What comes before the layers of one run.

    Attributes:
        asker: Asks the agents of the run.
        threshold: From which doubt on the others are asked.
        given: What a run that was cut off had got: these seats are not asked again.
        asked: The proposals that were looked at so far.
    """

    asker: SeatAsker
    threshold: Threshold
    given: Mapping[Seat, ReusedCall] = field(default_factory=dict)
    asked: dict[Seat, Call] = field(default_factory=dict)

    async def open(self) -> Call | Rework:
        """Ask for a first answer and a second opinion, and judge the first.

        Returns:
            The first answer, where it is the answer of the run; else what is still
            asked: ``reused`` has the proposals that are there.

        Raises:
            CapReachedError: Nothing more may be asked, and no answer can stand.
        """
        caller = self.asker.caller
        caller.check_budget()
        caller.emit(LayerStarted(caller.now_s, 0))
        order = asking_order(self.asker.config, caller.prices)
        async with asyncio.TaskGroup() as group:
            answering = group.create_task(self._first_answer())
            opining = group.create_task(self._second_opinion(order))
        first = answering.result()
        if self._stands(first, opining.result()):
            return first
        rest = [seat for seat in order if seat not in self.asked]
        if not succeeded(first) or len(rest) < 2:
            return self._going_on(rest)
        third, *rest = rest
        if await self._agrees(third, first):
            left_out = tuple(sorted(seat for seat in rest if seat not in self.given))
            caller.emit(RunDecided(caller.now_s, ProposersLeftOut(left_out=left_out)))
            rest = []
        return self._going_on(rest)

    async def _first_answer(self) -> Call:
        config = self.asker.config
        seat = Seat(len(config.layers), len(config.aggregators))
        if given := self.given.get(seat):
            return given.call
        return await self.asker.ask("provisional", seat, config.aggregator, ())

    async def _second_opinion(self, order: Sequence[Seat]) -> Call | str:
        """The first that can be had, as whoever fails is followed by the next.

        Returns:
            It, or a sentence on why there is none.
        """
        for seat in order:
            try:
                self.asker.caller.check_budget()
            except CapReachedError:
                return _CAPPED
            call = await self._ask(seat)
            if succeeded(call):
                return call
        withheld = any(isinstance(c.error, WithheldError) for c in self.asked.values())
        return _CAPPED if withheld else _NOBODY

    async def _ask(self, seat: Seat) -> Call:
        if given := self.given.get(seat):
            self.asked[seat] = given.call
        else:
            agent = self.asker.config.layers[0].proposers[seat.position]
            self.asked[seat] = await self.asker.ask("proposer", seat, agent, ())
        return self.asked[seat]

    async def _agrees(self, seat: Seat, first: Call) -> bool:
        """Ask one more; whether it agrees with the first answer, of another maker."""
        self.asker.caller.check_budget()
        third = await self._ask(seat)
        return succeeded(third) and families_agree(
            self.asker.question, (first, third), self.threshold.value
        )

    def _stands(self, first: Call, second: Call | str) -> bool:
        """Judge the first answer, and say so."""
        calls_tools = bool(first.tool_calls)  # the answer comes after what they return
        alone = succeeded(first) and (isinstance(second, str) or calls_tools)
        doubt = self._doubt_about(first, second)
        stands = alone or doubt.value < self.threshold.value
        caller = self.asker.caller
        judgement = FirstAnswerJudged(
            stands=stands,
            doubt=doubt.value,
            threshold=self.threshold.value,
            votes=self.threshold.votes,
            reasons=doubt.reasons,
        )
        if stands:
            saved = saving_of(self.asker.config, first, self.asked, caller.prices)
            judgement = replace(
                judgement,
                saved_calls=saved.calls,
                saved_usd=float(saved.cost.usd),
                saved_unknown_calls=saved.cost.unknown_calls,
            )
        caller.emit(RunDecided(caller.now_s, judgement))
        return stands

    def _doubt_about(self, first: Call, second: Call | str) -> Doubt:
        if not succeeded(first):
            return Doubt(1.0, (_FAILED,))
        if isinstance(second, str):
            return Doubt(0.0, (second,))
        if first.tool_calls:
            return Doubt(0.0, (_TOOLS,))
        return doubt_about(self.asker.question, first.text, second.text)

    def _going_on(self, rest: Sequence[Seat]) -> Rework:
        """What is asked from now on: ``rest`` of the first layer, and all after it."""
        layers = enumerate(self.asker.config.layers)
        later = [
            Seat(index, place)
            for index, layer in layers
            for place in range(len(layer.proposers) if index else 0)
        ]
        reused = {seat: ReusedCall(call) for seat, call in self.asked.items()} | {
            seat: each
            for seat, each in self.given.items()
            if each.call.role == "proposer"
        }
        return Rework(reused=reused, asks=frozenset({*rest, *later} - reused.keys()))
