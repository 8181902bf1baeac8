"""Knows how much models can read, and notices prompts that a server shortened."""

import re
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from moa_core.errors import ContextLengthError
from moa_core.messages import Message
from moa_core.mixture import AgentSpec
from moa_core.tokens import estimate_prompt_tokens
from moa_core.usage import Usage

_ROUND = 1024
_ROUND_SHARE, _ANY_SHARE = 0.85, 0.4
_LEAST_MISSING_TOKENS = 300
_SHARE_OF_UNCOUNTED = 0.75
_SMALLEST = 128
"""A smaller number is no window, whatever the words around it seem to say."""

_RUN = re.compile(r"(\W|_)\1{3,}")

_ADVICE = (
    "Give it a larger window (Ollama: num_ctx or OLLAMA_CONTEXT_LENGTH, llama.cpp: -c, "
    "LM Studio: Context Length), or use fewer or shorter drafts."
)


class Window(NamedTuple):
    """How much a model holds, prompt and answer together.

    Attributes:
        estimated_tokens: As we estimate them: fewer where the model's tokenizer was
            seen to make more of a text.
        tokens: As its server counts.
    """

    estimated_tokens: int
    tokens: int

    def note(self, cut: int, drafts: int) -> str:
        """A sentence that says that ``cut`` of a prompt's drafts were shortened."""
        which = f"{cut} of {drafts} drafts" if drafts > 1 else "The draft"
        verb = "was" if cut == 1 else "were"
        return f"{which} {verb} shortened to fit its window of {self.tokens:,} tokens."


@dataclass(frozen=True, slots=True)
class Windows:
    """How much each model holds, as far as anybody has said.

    Attributes:
        listed: Gives what the endpoint of ``endpoint/model`` says of it, in tokens.
        learnt: By ``endpoint/model``, what its server was seen to hold; grows.
    """

    listed: Callable[[str], int | None] = lambda ref: None
    learnt: MutableMapping[str, Window] = field(default_factory=dict)

    def of(self, agent: AgentSpec) -> Window | None:
        """The window of the agent's model; ``None`` where nobody knows."""
        known = [window] if (window := self.learnt.get(agent.ref)) else []
        if listed := self.listed(agent.ref):
            known.append(Window(listed, listed))
        return min(known, default=None)

    def holds(self, agent: AgentSpec, prompt: Sequence[Message]) -> bool:
        """Whether ``prompt`` leaves room for an answer, as far as anybody knows."""
        window = self.of(agent)
        return not window or estimate_prompt_tokens(prompt) < window.estimated_tokens

    def refused(
        self, agent: AgentSpec, prompt: Sequence[Message], error: ContextLengthError
    ) -> None:
        """Learn from a server that refused a prompt for its length, if it says enough.

        A server that says how many tokens it was sent shows how far our estimate was
        from its count; of one that does not, we take it to be too low.
        """
        tokens = error.window_tokens
        if tokens is None or tokens < _SMALLEST:
            return
        estimate = estimate_prompt_tokens(prompt)
        sent = error.prompt_tokens
        share = min(estimate / sent, 1.0) if sent else _SHARE_OF_UNCOUNTED
        self.learnt[agent.ref] = Window(int(tokens * share), tokens)

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
            self.learnt[agent.ref] = Window(tokens, tokens)
        return (
            f"The server shortened the prompt: it read {tokens:,} of about "
            f"{round(estimate, -2):,} tokens. {_ADVICE}"
        )
