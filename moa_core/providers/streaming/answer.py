"""Adds up the events of one streamed chat completion."""

import codecs
import json
from collections.abc import Mapping
from typing import Any

from moa_core.errors import BrokenStreamError, ContentFilteredError, EmptyAnswerError
from moa_core.providers.errors import CallTarget, Failure, call_error, payload_is_error
from moa_core.providers.streaming.thinking import ThinkingSplitter
from moa_core.run import Delta, Finish
from moa_core.usage import Usage

DONE = "[DONE]"
_BROKEN_REASONS = frozenset(
    {"error", "abort", "cancelled", "network_error", "insufficient_system_resource"}
)


class Answer:
    """Reads the payloads of a stream and says, in the end, how it went.

    Attributes:
        finish_reason: The provider's reason, once it gave one.
        usage: Tokens, once they are reported.
        done: Whether the server said that nothing follows.
    """

    def __init__(self, target: CallTarget, max_tokens: int) -> None:
        self._target = target
        self._max_tokens = max_tokens
        self._splitter = ThinkingSplitter()
        self._thought = WholeCharacters()
        self._spoken = WholeCharacters()
        self._has_text = False
        self._model: str | None = None
        self._id: str | None = None
        self.finish_reason: str | None = None
        self.usage: Usage | None = None
        self.done = False

    def read(self, payload: str) -> list[Delta]:
        """The deltas that ``payload`` brings.

        Raises:
            ProviderError: The payload is an error, or nobody can read it.
        """
        if payload == DONE:
            self.done = True
            return []
        chunk = self._chunk(payload)
        if payload_is_error(chunk):
            if self.finish_reason:
                return []  # the answer is whole; what fails after it does not matter
            raise call_error(Failure.from_chunk(chunk), self._target)
        self._note(chunk)
        choices = chunk.get("choices")
        if not isinstance(choices, list) or not choices:
            return []
        return self._choice(choices[0])

    def end(self) -> list[Delta]:
        """Text that was held back in case it became a tag."""
        half = self._spoken.end()
        deltas = self._splitter.split(half) if half else []
        return self._counted(deltas + self._splitter.end())

    def finish(self) -> Finish:
        """How the stream ended.

        Raises:
            ProviderError: It broke off, was withheld, or has no text.
        """
        reason = self.finish_reason
        if reason is None or reason in _BROKEN_REASONS:
            raise self._target.error(
                BrokenStreamError,
                f"{self._target.label} broke the answer off before its end.",
            )
        if reason == "content_filter":
            raise self._target.error(
                ContentFilteredError,
                f"{self._target.label} withheld the answer by its content rules.",
            )
        if not self._has_text:
            model = self._target.model
            sentence = f"{model} sent an empty answer."
            if reason == "length":
                sentence = (
                    f"{model} used up its {self._max_tokens} tokens on reasoning "
                    "before it wrote an answer."
                )
            raise self._target.error(EmptyAnswerError, sentence)
        return Finish(
            reason=reason, usage=self.usage, model=self._model, response_id=self._id
        )

    def _chunk(self, payload: str) -> Mapping[str, Any]:
        try:
            chunk = json.loads(payload)
        except ValueError:
            chunk = None
        if not isinstance(chunk, dict):
            raise self._target.error(
                BrokenStreamError, f"{self._target.label} sent something unreadable."
            )
        return chunk

    def _note(self, chunk: Mapping[str, Any]) -> None:
        if self._model is None and isinstance(chunk.get("model"), str):
            self._model = chunk["model"] or None
        if self._id is None and isinstance(chunk.get("id"), str):
            self._id = chunk["id"] or None
        if reported := chunk.get("usage"):
            self.usage = usage_of(reported) or self.usage

    def _choice(self, choice: Mapping[str, Any]) -> list[Delta]:
        if reason := choice.get("finish_reason"):
            self.finish_reason = str(reason)
        # a server that ignores stream=True sends one whole message instead of deltas
        delta = choice.get("delta") or choice.get("message") or {}
        thought = self._thought.of(
            _text(delta.get("reasoning_content") or delta.get("reasoning"))
        )
        deltas = [Delta(thought, "reasoning")] if thought else []
        if text := self._spoken.of(_text(delta.get("content") or delta.get("refusal"))):
            deltas += self._splitter.split(text)
        return self._counted(deltas)

    def _counted(self, deltas: list[Delta]) -> list[Delta]:
        if not self._has_text:
            self._has_text = any(
                delta.kind == "answer" and not delta.text.isspace() for delta in deltas
            )
        return deltas


def usage_of(reported: object) -> Usage | None:
    """Tokens as a provider reports them; ``None`` when the figures are not there."""
    if not isinstance(reported, dict):
        return None
    input_tokens = _count(reported, "prompt_tokens")
    output_tokens = _count(reported, "completion_tokens")
    if input_tokens is None or output_tokens is None:
        return None
    # some leave reasoning out of completion_tokens, but count it in the total
    total_tokens = _count(reported, "total_tokens") or 0
    output_tokens = max(output_tokens, total_tokens - input_tokens)
    cached = _count(reported.get("prompt_tokens_details"), "cached_tokens") or _count(
        reported, "prompt_cache_hit_tokens"
    )
    reasoning = _count(reported.get("completion_tokens_details"), "reasoning_tokens")
    return Usage(
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cached_input_tokens=min(cached or 0, input_tokens),
        reasoning_tokens=min(reasoning or 0, output_tokens),
        source="reported",
    )


def _count(figures: object, name: str) -> int | None:
    value = figures.get(name) if isinstance(figures, dict) else None
    return value if isinstance(value, int) and value >= 0 else None


def _text(content: object) -> str:
    """Content as text; some servers send a list of parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(
            _text(part.get("text")) for part in content if isinstance(part, dict)
        )
    return ""


class WholeCharacters:
    """Cuts one text into pieces that end in a whole character.

    JSON may escape a character beyond U+FFFF as two halves, one in each piece.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-16-le")("replace")

    def of(self, piece: str) -> str:
        """``piece`` with the half that was held back, without one that ends it."""
        return self._decoder.decode(piece.encode("utf-16-le", "surrogatepass"))

    def end(self) -> str:
        """A half that waited in vain, as the sign for what cannot be read."""
        return self._decoder.decode(b"", final=True)
