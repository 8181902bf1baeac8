"""Reads drafts piece by piece, for an aggregator that goes on with its own text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from moa_core.engine.fast_start.continuing import Way
from moa_core.engine.fast_start.drafts import Drafts
from moa_core.messages import Message
from moa_core.mixture import AgentSpec, MoAConfig
from moa_core.run import DraftsRead, Piece, Step, growing_prompt, turns_prompt


@dataclass(slots=True)
class Reading:
    """What has been read of the drafts, and how the aggregator is asked to go on.

    Attributes:
        steps: What was read, step by step.
        written: What was written after each step.
        read: Told of each step: up to which character each draft has been read.
    """

    agent: AgentSpec
    config: MoAConfig
    messages: tuple[Message, ...]
    drafts: Drafts
    holds: Callable[[Sequence[Message]], bool]
    read: Callable[[tuple[int, ...]], None]
    steps: list[Step] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    _upto: list[int] = field(default_factory=list)
    _begun_anew: list[int] = field(default_factory=list)

    def read_on(self) -> None:
        """Read what has come of every draft that may still be a proposal."""
        drafts = list(self.drafts.by_seat.values())
        self._upto = self._upto or [0] * len(drafts)
        self._begun_anew = self._begun_anew or [0] * len(drafts)
        pieces: list[Piece] = []
        for place, draft in enumerate(drafts):
            if place + 1 in self._ended:
                continue
            if draft.began_anew != self._begun_anew[place]:
                self._begun_anew[place], self._upto[place] = draft.began_anew, 0
            text = draft.text
            if new := text[self._upto[place] :]:
                pieces.append(Piece(place + 1, new))
                self._upto[place] = len(text)
        self.steps.append(tuple(pieces))
        self.read(tuple(self._upto))

    @property
    def _ended(self) -> list[int]:
        """Numbers of the drafts that are not to be had any more."""
        references = self.drafts.references
        there = None if references is None else {call.seat for call in references}
        return [
            number
            for number, (seat, draft) in enumerate(self.drafts.by_seat.items(), 1)
            if (draft.lost if there is None else seat not in there)
        ]

    def request(self, way: Way, shown: str) -> tuple[tuple[Message, ...], bool]:
        """What is sent now, and whether all that was read fits into it."""
        prompt = self._prompt(way, shown)
        if self.holds(prompt):
            return prompt, True
        self.steps[-1] = ()
        return self._prompt(way, shown), False

    def _prompt(self, way: Way, shown: str) -> tuple[Message, ...]:
        agent, config, messages = self.agent, self.config, self.messages
        numbers = {piece.draft for step in self.steps for piece in step}
        broken = tuple(number for number in self._ended if number in numbers)
        read = DraftsRead(self.steps, broken, self.drafts.complete)
        if way == "turns":
            return turns_prompt(agent, config, messages, read, self.written)
        prompt = growing_prompt(agent, config, messages, read)
        return (*prompt, Message.from_text("assistant", shown)) if shown else prompt
