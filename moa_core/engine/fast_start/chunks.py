"""Has an answer written while the drafts that it reads are still being written.

The aggregator reads the beginnings of the drafts, writes as much as they have, reads
on, and continues its text: several requests, one answer. Each step reads twice as much
as the one before (docs/adr/0052).
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Final

from moa_core.engine.fast_start.continuing import Continuations, Way, probe
from moa_core.engine.fast_start.reading import Reading
from moa_core.engine.fast_start.seams import OneWord, Seam
from moa_core.errors import (
    EmptyAnswerError,
    OnlyReasoningError,
    ProviderError,
    TokensUsedUpError,
    WithheldError,
)
from moa_core.messages import Message
from moa_core.mixture import AgentSpec
from moa_core.run import (
    DONE,
    Begin,
    CompletionRequest,
    Continued,
    Delta,
    Finish,
    Note,
    Provider,
    Reclassify,
    Restart,
    StreamItem,
)
from moa_core.tokens import estimate_tokens

LEAST_TOKENS: Final = 16
"""That a request may write at least: a sentence has to end in it."""

_THINKS: Final = (OnlyReasoningError, TokensUsedUpError)
_ANEW: Final = "Begun anew when the drafts were complete, since the early start failed."
_THOUGHT: Final = (
    "It thinks before it writes, so it began when the drafts were complete."
)
_NO_ROOM: Final = "The rest of the drafts did not fit its window, and was left out."


@dataclass(slots=True)
class ChunkedProvider:
    """Answers in several requests, while the drafts grow.

    Attributes:
        provider: Asks the model.
        reading: What it reads.
        chunk_tokens: How much of the drafts it reads first.
        known: How its model can be had to continue a text.
        usual: What it is asked where nothing could be begun early, once the drafts are
            complete.
    """

    provider: Provider
    reading: Reading
    chunk_tokens: int
    known: Continuations
    usual: Callable[[], CompletionRequest]

    async def stream(
        self, request: CompletionRequest
    ) -> AsyncGenerator[StreamItem, None]:
        """Stream the answer.

        Yields:
            The pieces of one text; a ``Continued`` after each request but the last.
            Where the early start fails, the answer is begun anew, and a note says so.
        """
        failure: ProviderError | None = None
        answer = _Answer(self, request, request.agent.max_tokens)
        try:
            async for item in answer.items():
                yield item
        except WithheldError:
            raise
        except ProviderError as error:
            failure = error
        if failure is None and answer.ended:
            return
        await self.reading.drafts.ended()
        if failure:
            yield Restart(failure, 0.0, from_start=True)
        usual = self.usual()
        yield Begin(usual.messages)
        if failure:
            yield Note(_THOUGHT if isinstance(failure, _THINKS) else _ANEW)
        async with aclosing(self.provider.stream(usual)) as items:
            async for item in items:
                yield item


@dataclass(slots=True)
class _Answer:
    """One answer, request by request.

    Attributes:
        ended: Whether it is whole. If not, nothing of it was written.
        left: How many tokens it may still have.
        says_done: Whether the last request ended the text by itself.
    """

    chunked: ChunkedProvider
    request: CompletionRequest
    left: int
    seam: Seam = field(default_factory=Seam)
    ended: bool = False
    says_done: bool = False

    async def items(self) -> AsyncGenerator[StreamItem, None]:
        """The answer, until it is whole or cannot begin early."""
        known, agent = self.chunked.known, self.request.agent
        drafts = self.chunked.reading.drafts
        if known.of(agent) is None:
            tried = probe(self.chunked.provider, self.request, known)
            async with aclosing(tried) as items:
                async for item in items:
                    yield item
        tokens = float(self.chunked.chunk_tokens)
        while not self.ended:
            await drafts.grown(tokens)
            if drafts.complete and not self.seam.shown:
                return
            async with aclosing(self._step(tokens)) as items:
                async for item in items:
                    yield item
            if self.says_done and not self.ended:
                await drafts.ended()
            tokens *= 2

    async def _step(self, tokens: float) -> AsyncGenerator[StreamItem, None]:
        """Read on, and write on; by turns, where a continuation is refused."""
        reading, known, agent = self.chunked.reading, self.chunked.known, self._agent
        reading.read_on()
        before = self.seam
        refused: ProviderError | None = None
        try:
            async with aclosing(self._attempt(tokens)) as items:
                async for item in items:
                    yield item
        except ProviderError as error:
            if self._way == "turns" or not before.shown or error.retryable:
                raise
            refused = error
        if refused:
            known.learn(agent, "turns")
            self.seam = before
            yield Restart(refused, 0.0)
            async with aclosing(self._attempt(tokens)) as items:
                async for item in items:
                    yield item
        reading.written.append(self.seam.shown[len(before.shown) :].lstrip())

    async def _attempt(self, tokens: float) -> AsyncGenerator[StreamItem, None]:
        """Ask once, with all that the provider does to get an answer."""
        reading = self.chunked.reading
        messages, fits = reading.request(self._way, self.seam.shown)
        last = reading.drafts.complete or not fits
        asked = self._asked(messages, tokens, last=last)
        yield Begin(messages)
        if not fits:
            yield Note(_NO_ROOM)
        finish = Finish(reason="stop")
        async with aclosing(self._heard(asked, last=last)) as items:
            async for item in items:
                if isinstance(item, Finish):
                    finish = item
                else:
                    yield item
        usage = finish.usage
        self.left -= usage.output_tokens if usage else asked.agent.max_tokens
        self.says_done = finish.reason != "length"
        self.ended = last or self.left <= 0 or finish.error is not None
        if self.ended:
            yield finish
        else:
            yield Continued(reason="continued", report=finish)

    def _asked(
        self, messages: tuple[Message, ...], tokens: float, *, last: bool
    ) -> CompletionRequest:
        """What is asked now: no more than the drafts have, until they are complete."""
        shown, way = self.seam.shown, self._way
        ahead = max(LEAST_TOKENS, int(tokens) - estimate_tokens(shown))
        agent = replace(
            self._agent, max_tokens=self.left if last else min(self.left, ahead)
        )
        spelling = way if shown and way != "turns" else None
        return replace(self.request, agent=agent, messages=messages, continues=spelling)

    async def _heard(  # noqa: C901 - one case an item
        self, asked: CompletionRequest, *, last: bool
    ) -> AsyncGenerator[StreamItem, None]:
        """What comes of one request, with a seam to what was there before.

        Raises:
            ProviderError: It failed.
        """
        before = self.seam
        hearing = _Hearing(before, last=last, in_turns=self._way == "turns")
        try:
            async with aclosing(self.chunked.provider.stream(asked)) as items:
                async for item in items:
                    match item:
                        case Delta(kind="answer"):
                            if shown := hearing.write(item.text):
                                yield Delta(shown)
                        case Reclassify():
                            raise asked.error(OnlyReasoningError, _THOUGHT)
                        case Restart(error=EmptyAnswerError()) if before.shown:
                            break
                        case Restart():
                            in_turns = hearing.seam.in_turns
                            hearing = _Hearing(before, last=last, in_turns=in_turns)
                            yield item
                        case Begin():
                            yield Begin(asked.messages)
                        case Finish():
                            self.seam = hearing.seam
                            if shown := hearing.end(cut=item.reason == "length"):
                                yield Delta(shown)
                            yield item
                            return
                        case _:
                            yield item
        except EmptyAnswerError:
            if not before.shown:
                raise
        yield Finish(reason="stop", usage=None)  # asked to go on, it has nothing to add

    @property
    def _agent(self) -> AgentSpec:
        return self.request.agent

    @property
    def _way(self) -> Way:
        return self.chunked.known.of(self._agent) or "turns"


class _Hearing:
    """What one request writes: without the word that says that nothing is missing."""

    def __init__(self, before: Seam, *, last: bool, in_turns: bool) -> None:
        self.seam = replace(before, in_turns=in_turns)
        self.seam.begin(growing=not last)
        self._word = OneWord(DONE) if last and in_turns else None

    def write(self, text: str) -> str:
        """Take what was written; return what of it is shown now."""
        return self.seam.write(self._word.write(text) if self._word else text)

    def end(self, *, cut: bool) -> str:
        """Return what is shown of what was held back."""
        word = self._word
        shown = self.seam.write(word.held) if word and not word.said else ""
        return shown + self.seam.end(cut=cut)
