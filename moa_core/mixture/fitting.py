"""Fits references into the window of the model that reads them, longest first."""

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from moa_core.messages import Message
from moa_core.mixture.agent_prompt import prompt_for
from moa_core.mixture.config import AgentSpec, MoAConfig
from moa_core.tokens import estimate_prompt_tokens, estimate_tokens

CUT_MARK: Final = "[… shortened to fit]"

_MARGIN = 0.9  # an estimate may be that much too low
_ANSWER_SHARE = 0.5  # of a window, at most, is kept free for the answer
_LEAST_TOKENS = 32
_ENDS = (re.compile(r"\n\s*\n"), re.compile(r"\n|(?<=[.!?…])\s|(?<=[。！？])"))


class FittedPrompt(NamedTuple):
    """What an agent receives.

    Attributes:
        messages: Word for word.
        cut: How many of its references were shortened.
    """

    messages: tuple[Message, ...]
    cut: int = 0


def fitted_prompt(
    agent: AgentSpec,
    role: Literal["proposer", "aggregator", "provisional", "judge"],
    config: MoAConfig,
    messages: Sequence[Message],
    references: Sequence[str],
    window_tokens: int | None,
) -> FittedPrompt:
    """What ``agent`` receives, its references cut so that its window holds all.

    Only references are cut, the longest first, at the end of a paragraph or a sentence,
    and marked; what else is too long is left for the server to refuse.

    Args:
        agent: The one that is called.
        role: Its role in ``config``.
        config: The mixture, with its prompts.
        messages: The conversation, ending with the user's question.
        references: Proposals of the layer before, in proposer order.
        window_tokens: What the model holds, as we estimate tokens; ``None`` if nobody
            knows.
    """
    prompt = prompt_for(agent, role, config, messages, references)
    if window_tokens is None or not references:
        return FittedPrompt(prompt)
    answer_tokens = min(agent.max_tokens, int(window_tokens * _ANSWER_SHARE))
    over = estimate_prompt_tokens(prompt) - int(
        (window_tokens - answer_tokens) * _MARGIN
    )
    if over <= 0:
        return FittedPrompt(prompt)
    sizes = [estimate_tokens(text) for text in references]
    most = _level(sizes, sum(sizes) - over)
    texts = [
        _cut(text, most / size) if size > most else text
        for text, size in zip(references, sizes, strict=True)
    ]
    cut = sum(size > most for size in sizes)
    return FittedPrompt(prompt_for(agent, role, config, messages, texts), cut)


def _level(sizes: Sequence[int], room: int) -> int:
    """The size that the longest are cut to, so that all together fit into ``room``."""
    left, ascending = max(room, 0), sorted(sizes)
    for index, size in enumerate(ascending):
        share = left // (len(ascending) - index)
        if size > share:
            return max(share, _LEAST_TOKENS)
        left -= size
    return max(ascending)


def _cut(text: str, share: float) -> str:
    """About so much of ``text``, up to the end of a paragraph or a sentence."""
    start = text[: max(1, int(len(text) * share) - len(CUT_MARK))]
    for end in _ENDS:
        found = [match.start() for match in end.finditer(start)]
        if found and found[-1] > len(start) // 2:
            start = start[: found[-1]]
            break
    return f"{start.rstrip()}\n\n{CUT_MARK}"
