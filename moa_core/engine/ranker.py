"""Implements the paper's ranker: an aggregator that chooses one proposal."""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from moa_core.errors import NoChoiceError
from moa_core.run import (
    Call,
    CompletionRequest,
    Delta,
    Finish,
    Provider,
    Reclassify,
    Restart,
    StreamItem,
)
from moa_core.tokens import estimate_usage

_BARE = re.compile(r"\W*(?:(?:draft|response|answer|number|no)\W*)*(\d{1,4})\W*", re.I)
_NUMBER = re.compile(r"(?<![\d.,])\d{1,4}(?![\d]|[.,]\d)")


@dataclass(frozen=True, slots=True)
class RankingProvider:
    """Answers with the proposal whose number the model says, unchanged.

    What the model itself writes is passed on as reasoning: it is kept and billed, and
    nobody takes its digits for the answer.

    Attributes:
        provider: Asks the model.
        proposals: The calls to choose from, numbered from 1 in its prompt.
    """

    provider: Provider
    proposals: Sequence[Call]

    async def stream(
        self, request: CompletionRequest
    ) -> AsyncGenerator[StreamItem, None]:
        """Stream the choice.

        Yields:
            What the model writes, as reasoning; then the whole chosen text as one
            piece of the answer, and the finish. If no proposal can be chosen, there is
            no such piece and the finish carries a NoChoiceError, or the error that it
            came with.
        """
        written: list[Delta] = []
        async with aclosing(self.provider.stream(request)) as items:
            async for item in items:
                match item:
                    case Delta():
                        written.append(item)
                        yield replace(item, kind="reasoning")
                    case Reclassify():
                        written = [replace(each, kind="reasoning") for each in written]
                    case Finish():
                        break
                    case _:
                        written = [] if isinstance(item, Restart) else written
                        yield item
            else:
                return
        verdict, reasoning = (
            "".join(delta.text for delta in written if delta.kind == kind)
            for kind in ("answer", "reasoning")
        )
        # The chosen text is not written, and not billed, again.
        usage = item.usage or estimate_usage(request.messages, verdict, reasoning)
        if item.error:
            yield replace(item, usage=usage)
            return
        number = choice_in(verdict, len(self.proposals))
        if number is None:
            did = "named none of them" if verdict.strip() else "said nothing"
            message = f"{request.agent.model} was to choose a proposal and {did}."
            error = request.error(NoChoiceError, message)
            yield replace(item, usage=usage, error=error)
            return
        chosen = self.proposals[number - 1]
        yield Delta(chosen.text)
        yield replace(item, usage=usage, reason=chosen.finish_reason or item.reason)


def choice_in(verdict: str, count: int) -> int | None:
    """The number from 1 to ``count`` that ``verdict`` names, if it names one.

    It does when its first or last line is nothing but a number, or when it contains a
    single one, however often.
    """
    lines = [line for line in verdict.splitlines() if line.strip()]
    bare = [_BARE.fullmatch(line) for line in (*lines[:1], *lines[-1:])]
    numbers = {int(match[1]) for match in bare if match}
    numbers = numbers or {int(match) for match in _NUMBER.findall(verdict)}
    number = numbers.pop() if len(numbers) == 1 else 0
    return number if 1 <= number <= count else None
