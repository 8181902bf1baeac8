"""Models that need no key: they write about the question, the same text every time.

They make the whole product usable, and testable, before any provider is connected.
Their tokens are counted by ``moa_core.tokens`` and so marked as estimated.
"""

import asyncio
import hashlib
import re
from bisect import bisect_right
from collections.abc import AsyncGenerator, Mapping
from random import Random

from moa_core.errors import ModelNotFoundError
from moa_core.mixture import asks_to_choose
from moa_core.providers.simulated.question import question_in
from moa_core.providers.simulated.synthesist import SYNTHESIST
from moa_core.providers.simulated.voices import PROPOSERS, Voice, label
from moa_core.run import CompletionRequest, Delta, Finish, StreamItem
from moa_core.settings import SIMULATED
from moa_core.tokens import estimate_prompt_tokens, estimate_tokens
from moa_core.usage import Usage

SYNTHESIST_MODEL = "synthesist"
VOICES: Mapping[str, Voice] = {**PROPOSERS, SYNTHESIST_MODEL: SYNTHESIST}
"""The simulated models by name; all but the last are proposers."""

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
            Deltas of about a token, then one finish.

        Raises:
            ModelNotFoundError: No simulated model has this name.
        """
        voice = _voice(request.agent.model)
        reasoning, answer, cut = _texts(request, voice)
        rhythm = _Rhythm(voice, self._pace)
        for piece in _PIECE.findall(reasoning):
            await rhythm.next()
            yield Delta(piece, "reasoning")
        for piece in _PIECE.findall(answer):
            await rhythm.next()
            yield Delta(piece)
        yield Finish(
            reason="length" if cut else "stop",
            usage=_usage(request, reasoning, answer),
            model=f"{SIMULATED}/{request.agent.model}",
        )


def _voice(model: str) -> Voice:
    if model not in VOICES:
        raise ModelNotFoundError(
            f"There is no simulated model {model}.", endpoint=SIMULATED, model=model
        )
    return VOICES[model]


def _texts(request: CompletionRequest, voice: Voice) -> tuple[str, str, bool]:
    """Reasoning, answer, and whether the answer was cut at ``max_tokens``."""
    question = question_in(request.messages)
    rng = Random(_seed(request))  # noqa: S311 - picks phrases, not secrets
    if question.references and asks_to_choose(request.messages):
        return "", str(rng.randint(1, len(question.references))), False
    thoughts = voice.think(question, rng) if voice.think else []
    title = label(request.agent.model, len(question.references))
    paragraphs = [title, *voice.write(question, rng)]
    reasoning, answer = "\n\n".join(thoughts), "\n\n".join(paragraphs)
    left = max(1, request.agent.max_tokens - estimate_tokens(reasoning))
    short = _cut(answer, left)
    return reasoning, short, short != answer


def _cut(text: str, tokens: int) -> str:
    """As much of ``text`` as ``tokens`` hold, at least one piece."""
    if estimate_tokens(text) <= tokens:
        return text
    pieces = _PIECE.findall(text)
    fitting = bisect_right(
        range(1, len(pieces) + 1),
        tokens,
        key=lambda count: estimate_tokens("".join(pieces[:count])),
    )
    return "".join(pieces[: max(1, fitting)])


def _seed(request: CompletionRequest) -> bytes:
    """The same for the same agent and conversation, whatever the process."""
    agent = request.agent
    said = "\0".join(message.content for message in request.messages)
    seed = f"{agent.model}\0{agent.temperature}\0{said}"
    return hashlib.sha256(seed.encode(errors="surrogatepass")).digest()


def _usage(request: CompletionRequest, reasoning: str, answer: str) -> Usage:
    reasoning_tokens = estimate_tokens(reasoning)
    return Usage(
        input_tokens=estimate_prompt_tokens(request.messages),
        output_tokens=reasoning_tokens + estimate_tokens(answer),
        reasoning_tokens=reasoning_tokens,
        source="estimated",
    )


class _Rhythm:
    """Waits before each piece, so that the whole keeps the voice's pace.

    Sleeps until a planned time, never for a time: late pieces are caught up with.
    """

    def __init__(self, voice: Voice, pace: float) -> None:
        self._clock = asyncio.get_running_loop().time
        self._gap_s = pace / voice.tokens_per_s
        self._due_s = self._clock() + pace * voice.first_token_s

    async def next(self) -> None:
        """Wait until the next piece is due."""
        if not self._gap_s:
            return
        wait_s = self._due_s - self._clock()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        self._due_s += self._gap_s
