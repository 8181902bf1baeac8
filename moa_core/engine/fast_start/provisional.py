"""Has a provisional answer checked: it stands, or a revision of it is written."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final

from moa_core.engine.fast_start.seams import OneWord
from moa_core.run import (
    STANDS,
    CompletionRequest,
    Delta,
    Finish,
    Provider,
    Reclassify,
    Restart,
    StreamItem,
)
from moa_core.tokens import estimate_usage

STANDS_REASON: Final = "stands"
"""Finish reason of a check that left the provisional answer as it is."""


@dataclass(frozen=True, slots=True)
class CheckingProvider:
    """Answers with the provisional text, unchanged, where the model says it stands.

    What the model says is then passed on as reasoning: it is kept and billed.

    Attributes:
        provider: Asks the model.
        provisional: The text that was shown.
    """

    provider: Provider
    provisional: str

    async def stream(  # noqa: C901 - one case an item
        self, request: CompletionRequest
    ) -> AsyncGenerator[StreamItem, None]:
        """Stream the revision, or the provisional text as one piece."""
        reply = OneWord(STANDS)
        async with aclosing(self.provider.stream(request)) as items:
            async for item in items:
                match item:
                    case Delta(kind="answer"):
                        if text := reply.write(item.text):
                            yield Delta(text)
                    case Finish(error=None) if reply.said:
                        usage = item.usage or estimate_usage(request.messages, STANDS)
                        yield Delta(reply.held, "reasoning")
                        yield Delta(self.provisional)
                        yield replace(item, usage=usage, reason=STANDS_REASON)
                    case Finish():
                        if reply.held:
                            yield Delta(reply.held)
                        yield item
                    case Restart() | Reclassify():
                        if isinstance(item, Reclassify) and reply.held:
                            yield Delta(reply.held)
                        reply = OneWord(STANDS)
                        yield item
                    case _:
                        yield item
