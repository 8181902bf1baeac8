"""Composes the prompt of one agent: instruction, conversation and references."""

import hashlib
import json
from collections.abc import Sequence
from typing import Literal

from moa_core.messages import Message
from moa_core.mixture.config import AgentSpec, MoAConfig
from moa_core.mixture.prompts import Reader, with_block, with_references, with_system


def prompt_for(
    agent: AgentSpec,
    role: Literal["proposer", "aggregator", "provisional", "judge"],
    config: MoAConfig,
    messages: Sequence[Message],
    references: Sequence[str],
) -> tuple[Message, ...]:
    """The messages that ``agent`` receives, word for word.

    Args:
        agent: The one that is called.
        role: Its role in ``config``; an aggregator may be told to choose, and a judge
            reads no proposals.
        config: The mixture, with its prompts.
        messages: The conversation, ending with the user's question.
        references: Proposals of the layer before, in proposer order; none in layer 1.
    """
    ranks = role == "aggregator" and config.method == "rank"
    reader: Reader = "proposer" if role == "proposer" else "aggregator"
    reader = "ranker" if ranks else reader
    if agent.system_prompt:
        messages = with_system(messages, agent.system_prompt)
    return with_references(messages, references, config.prompts, reader, config.length)


def aggregator_prompt(
    agent: AgentSpec, config: MoAConfig, messages: Sequence[Message], block: str
) -> tuple[Message, ...]:
    """The messages that the aggregator receives whose drafts are put as ``block``.

    Args:
        agent: The one that is called.
        config: The mixture, with its prompts.
        messages: The conversation, ending with the user's question.
        block: The drafts, in a form that the prompts of the mixture do not know.
    """
    if agent.system_prompt:
        messages = with_system(messages, agent.system_prompt)
    return with_block(messages, block, config.prompts, "aggregator", config.length)


def prompt_sha256(messages: Sequence[Message]) -> str:
    """A name for exactly these messages, so that one can prove what a model was sent.

    Returns:
        64 hexadecimal digits, over the pairs of role and text as compact JSON.
    """
    pairs = [[message.role, message.text] for message in messages]
    text = json.dumps(pairs, separators=(",", ":"))  # in ASCII, whatever is in them
    return hashlib.sha256(text.encode()).hexdigest()
