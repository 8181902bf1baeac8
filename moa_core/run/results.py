"""Defines the record of one call: its text, usage, cost and outcome."""

from dataclasses import dataclass
from typing import Final, Literal

from moa_core.errors import ProviderError
from moa_core.mixture import AgentSpec, Seat
from moa_core.pricing import Price
from moa_core.run.writer import ToolCall
from moa_core.usage import Cost, Usage

SeatRole = Literal["proposer", "aggregator", "provisional", "judge"]
"""``provisional`` answers before the mixture does, and may be all that is needed;
``judge`` compares answers, and sits where the aggregator does."""
CallRole = SeatRole | Literal["title"]
CallOutcome = Literal["succeeded", "failed", "stopped", "interrupted"]

CONTINUED: Final = "continued"
"""Finish reason of a request whose text the next one at its seat continued."""
PROBE: Final = "probe"
"""Finish reason of a request that tried out whether a model continues a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to one model, ended.

    A succeeded proposer call is a proposal; a succeeded aggregator call is the
    synthesis; a title call, which stands beside the layers, titles the chat. Whoever
    had to try again leaves one call for every attempt. So does an answer that is
    written in several requests: the last one has the whole text, those before it
    (``continued``) the pieces they wrote.

    Attributes:
        attempt: Number of the request at this seat, from 1.
        text: The answer, or what had arrived of it.
        reasoning: Reasoning text, kept apart from the answer.
        finish_reason: The provider's own, such as ``stop``; ``None`` if it sent none.
        price: The price it was billed at, ``None`` if unknown.
        started_at_s: Seconds from the start of the run to the request.
        ttft_s: Seconds from the request to its first content, ``None`` if none came.
        latency_s: Seconds from the request to its end.
        model_answered: The model's name as the provider reported it.
        error: Why it did not succeed.
        prompt_sha256: Of what it was sent (``agent_prompts.prompt_sha256``); ``None``
            where that was not kept.
        notes: Sentences on how it was made (``completion.Note``), each once.
        late: Whether its layer, or the run, went on without it.
        window_tokens: The window that its prompt was shortened to fit, in estimated
            tokens; ``None`` where nothing was shortened.
        tool_calls: Calls of tools that it asks for; such an answer may have no text.
    """

    role: CallRole
    seat: Seat
    attempt: int
    agent: AgentSpec
    outcome: CallOutcome
    text: str
    reasoning: str
    finish_reason: str | None
    usage: Usage
    price: Price | None
    cost: Cost
    started_at_s: float
    ttft_s: float | None
    latency_s: float
    model_answered: str | None = None
    response_id: str | None = None
    error: ProviderError | None = None
    prompt_sha256: str | None = None
    notes: tuple[str, ...] = ()
    window_tokens: int | None = None
    late: bool = False
    tool_calls: tuple[ToolCall, ...] = ()

    @property
    def was_sent(self) -> bool:
        """Whether there was a request; one that is stopped as it waits has none."""
        waited = not (self.latency_s or self.usage.total_tokens)
        return self.outcome != "stopped" or not waited

    @property
    def continued(self) -> bool:
        """Whether the next request at its seat went on from it."""
        return is_continued(self.finish_reason)


def is_continued(finish_reason: str | None) -> bool:
    """Whether a request that ended so was followed by one that went on from it."""
    return finish_reason in (CONTINUED, PROBE)
