"""Composes the prompt of one agent: instruction, conversation and references."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class SharedPrefix:
    """What a prompt begins with, and others of the same conversation begin with, too.

    Attributes:
        key: 32 hexadecimal digits, equal for all prompts of a conversation to agents
            with the same instruction.
        messages: How many messages of the prompt it has.
        again: Whether its model is likely to be sent it again within minutes, so that
            keeping it pays where that has a price.
    """

    key: str
    messages: int
    again: bool


def shared_prefix(
    agent: AgentSpec, config: MoAConfig, prompt: Sequence[Message], *, reads: bool
) -> SharedPrefix | None:
    """What of a prompt will be sent again: by later layers, and in the next turn.

    Args:
        agent: The one that is called.
        config: The mixture, with its prompts.
        prompt: What it is sent, as ``prompt_for`` makes it.
        reads: Whether there are proposals in it.

    Returns:
        ``None`` where the proposals come first: then nothing is the same.
    """
    if reads and config.prompts.placement == "paper":
        return None
    shared = prompt[: len(prompt) - 1] if reads else prompt
    roles = [message.role for message in shared]
    layers = [layer.proposers for layer in config.layers]
    asked = sum(
        any(
            (agent.ref, agent.system_prompt) == (other.ref, other.system_prompt)
            for other in agents
        )
        for agents in (*layers, config.aggregators)
    )
    return SharedPrefix(
        key=prompt_sha256(shared[: roles.index("user") + 1])[:32],
        messages=len(shared),
        again=asked > 1 or "assistant" in roles,
    )


def prompt_sha256(messages: Sequence[Message]) -> str:
    """A name for exactly these messages, so that one can prove what a model was sent.

    Returns:
        64 hexadecimal digits, over the role and text of each as compact JSON, with the
        hashes of its images; what another program wrote stands there as it is sent.
    """
    sent = [
        [message.role, message.text, *(each.content.sha256 for each in message.images)]
        if message.as_sent is None
        else message.as_sent
        for message in messages
    ]
    # in ASCII, whatever is in them
    text = json.dumps(sent, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
