"""Fits references and documents into the window of their reader, longest first."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, Literal, NamedTuple

from moa_core.messages import DocumentPart, Message
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
        cut_documents: The names of the documents that were.
    """

    messages: tuple[Message, ...]
    cut: int = 0
    cut_documents: tuple[str, ...] = ()


def fitted_prompt(
    agent: AgentSpec,
    role: Literal["proposer", "aggregator", "provisional", "judge"],
    config: MoAConfig,
    messages: Sequence[Message],
    references: Sequence[str],
    window_tokens: int | None,
) -> FittedPrompt:
    """What ``agent`` receives, cut so that its window holds all.

    Only references and attached documents are cut, the longest first, at the end of a
    paragraph or a sentence, and marked; what else is too long is left for the server to
    refuse.

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
    documents = [part for message in messages for part in message.documents]
    if window_tokens is None or not (references or documents):
        return FittedPrompt(prompt)
    answer_tokens = min(agent.max_tokens, int(window_tokens * _ANSWER_SHARE))
    over = estimate_prompt_tokens(prompt) - int(
        (window_tokens - answer_tokens) * _MARGIN
    )
    if over <= 0:
        return FittedPrompt(prompt)
    texts = [*references, *(part.text for part in documents)]
    sizes = [estimate_tokens(text) for text in texts]
    most = _level(sizes, sum(sizes) - over)
    fitted = [
        _cut(text, most / size) if size > most else text
        for text, size in zip(texts, sizes, strict=True)
    ]
    drafts = len(references)
    shorter = _with_texts(messages, iter(fitted[drafts:]))
    return FittedPrompt(
        prompt_for(agent, role, config, shorter, fitted[:drafts]),
        sum(size > most for size in sizes[:drafts]),
        tuple(
            part.name
            for part, size in zip(documents, sizes[drafts:], strict=True)
            if size > most
        ),
    )


def _with_texts(
    messages: Sequence[Message], texts: Iterator[str]
) -> tuple[Message, ...]:
    """``messages`` with these texts in their documents, one after the other."""

    def changed(message: Message) -> Message:
        parts = (
            replace(part, text=next(texts)) if isinstance(part, DocumentPart) else part
            for part in message.parts
        )
        return replace(message, parts=tuple(parts)) if message.documents else message

    return tuple(map(changed, messages))


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
