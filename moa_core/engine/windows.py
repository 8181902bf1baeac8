"""Knows how much models can read, and notices prompts that a server shortened."""

import re
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field

from moa_core.messages import Message
from moa_core.mixture import AgentSpec
from moa_core.tokens import estimate_prompt_tokens
from moa_core.usage import Usage

_ROUND = 1024
_ROUND_SHARE, _ANY_SHARE = 0.85, 0.4
_LEAST_MISSING_TOKENS = 300
_RUN = re.compile(r"(\W|_)\1{3,}")

_ADVICE = (
    "Give it a larger window (Ollama: num_ctx or OLLAMA_CONTEXT_LENGTH, llama.cpp: -c, "
    "LM Studio: Context Length), or use fewer or shorter drafts."
)


@dataclass(frozen=True, slots=True)
class Windows:
    """How many tokens each model holds, prompt and answer together.

    Attributes:
        listed: Gives what the endpoint of ``endpoint/model`` says of it.
        learnt: By ``endpoint/model``, what its server was seen to hold; grows.
    """

    listed: Callable[[str], int | None] = lambda ref: None
    learnt: MutableMapping[str, int] = field(default_factory=dict)

    def of(self, agent: AgentSpec) -> int | None:
        """The window of the agent's model; ``None`` where nobody knows."""
        known = (self.listed(agent.ref), self.learnt.get(agent.ref))
        return min((each for each in known if each), default=None)

    def read(
        self, agent: AgentSpec, prompt: Sequence[Message], reported: Usage
    ) -> str | None:
        """Compare what a server reports to have read with what it was sent.

        Other tokenizers than ours count down to 0.65 of the estimate (Chinese by
        Qwen's; docs/adr/0017-deadlines.md), so far fewer are a sign; a round number,
        which windows are and prompts seldom, is one sooner.

        Returns:
            A sentence for the reader if the prompt was shortened; ``None`` if not, or
            if nobody can tell.
        """
        tokens = reported.input_tokens
        if reported.source != "reported" or not tokens:
            return None
        length = sum(len(message.text) for message in prompt)
        if length < tokens + _LEAST_MISSING_TOKENS:  # a character is seldom two tokens
            return None
        sent = [
            Message.from_text(each.role, _RUN.sub(r"\1\1\1", each.text))
            for each in prompt  # long rules are few tokens for some, many for others
        ]
        estimate = estimate_prompt_tokens(sent)
        round_number = tokens % _ROUND == 0
        share = _ROUND_SHARE if round_number else _ANY_SHARE
        missing = estimate - tokens
        if tokens >= estimate * share or missing < _LEAST_MISSING_TOKENS:
            return None
        if round_number:
            self.learnt[agent.ref] = tokens
        return (
            f"The server shortened the prompt: it read {tokens:,} of about "
            f"{round(estimate, -2):,} tokens. {_ADVICE}"
        )
