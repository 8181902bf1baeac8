"""Streams the texts of simulated models: no key, and the same text every time.

They make the whole product usable, and testable, before any provider is connected.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator
from typing import Literal

from moa_core.errors import ModelNotFoundError
from moa_core.mixture import asks_to_choose, references_in
from moa_core.providers.simulated.judging import judgement_of
from moa_core.providers.simulated.structured import formatted_answer, tool_call
from moa_core.providers.simulated.texts import text_of, written_title
from moa_core.providers.simulated.voices import VOICES
from moa_core.run import (
    CompletionRequest,
    Delta,
    Finish,
    StreamItem,
    ToolCall,
    ToolCallDelta,
    ToolCallPiece,
)
from moa_core.settings import SIMULATED
from moa_core.titles import question_to_title
from moa_core.tokens import estimate_tokens, estimate_usage

_PIECE = re.compile(r"\s*\S{1,6}|\s+")  # about a token each


class Simulated:
    """The endpoint of all simulated models.

    Args:
        pace: 1 writes as fast as real models do, 2 takes twice as long, 0 no time.
    """

    def __init__(self, pace: float = 1.0) -> None:
        self._pace = pace

    async def stream(
        self, request: CompletionRequest
    ) -> AsyncGenerator[StreamItem, None]:
        """Stream the text that this model writes about the conversation.

        Yields:
            Deltas of about a token, then one finish with estimated tokens.

        Raises:
            ModelNotFoundError: No simulated model has this name.
        """
        model = request.agent.model
        if model not in VOICES:
            raise ModelNotFoundError(
                f"There is no simulated model {model}.", endpoint=SIMULATED, model=model
            )
        called = tool_call(request)
        thoughts, whole = (
            _title(request)
            or _judgement(request)
            or _choice(request)
            or text_of(model, request.messages)
        )
        whole = "" if called else formatted_answer(request, whole) or whole
        answer = _cut(whole, request.agent.max_tokens - estimate_tokens(thoughts))
        clock = asyncio.get_running_loop().time
        due_s = clock() + self._pace * VOICES[model].first_token_s
        pieces: list[tuple[Literal["reasoning", "answer"], str]] = [
            *(("reasoning", piece) for piece in _PIECE.findall(thoughts)),
            *(("answer", piece) for piece in _PIECE.findall(answer)),
        ]
        for kind, piece in pieces:
            # until a planned time, never for a time: late pieces are caught up with
            if self._pace and (wait_s := due_s - clock()) > 0:
                await asyncio.sleep(wait_s)
            due_s += self._pace / VOICES[model].tokens_per_s
            yield Delta(piece, kind)
        if called:
            yield ToolCallDelta(_pieces(called))
        text = called.text if called else answer
        usage = estimate_usage(request.messages, text, thoughts)
        reason = "stop" if answer == whole else "length"
        reason = "tool_calls" if called else reason
        yield Finish(reason=reason, usage=usage, model=f"{SIMULATED}/{model}")


def _pieces(call: ToolCall) -> tuple[ToolCallPiece, ...]:
    """A call as models stream it: its name first, then what it is called with."""
    first = ToolCallPiece(index=0, id=call.id, name=call.name)
    words = _PIECE.findall(call.arguments)
    return (first, *(ToolCallPiece(index=0, arguments=word) for word in words))


def _title(request: CompletionRequest) -> tuple[str, str] | None:
    """The title of a chat; ``None`` if none is asked for."""
    question = question_to_title(request.messages)
    return None if question is None else ("", written_title(question))


def _judgement(request: CompletionRequest) -> tuple[str, str] | None:
    """A judge's reply; ``None`` if no answers are to be compared."""
    reply = judgement_of(request.messages)
    return None if reply is None else ("", reply)


def _choice(request: CompletionRequest) -> tuple[str, str] | None:
    """A ranker's answer, the number of a proposal; ``None`` if none is asked for."""
    references = references_in(request.messages)
    if not (references and asks_to_choose(request.messages)):
        return None
    digest = hashlib.sha256(repr(request.messages).encode()).digest()
    return "", str(digest[0] % len(references) + 1)


def _cut(text: str, tokens: int) -> str:
    """As much of ``text`` as ``tokens`` hold, at least one piece."""
    pieces = _PIECE.findall(text)
    while len(pieces) > 1 and estimate_tokens("".join(pieces)) > tokens:
        del pieces[-max(1, len(pieces) // 20) :]
    return "".join(pieces)
