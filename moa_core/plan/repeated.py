"""Finds what of a prompt its model was sent before, and may read from its cache."""

from dataclasses import dataclass
from math import floor

from moa_core.mixture import AgentSpec, MoAConfig
from moa_core.pricing import CACHED_FROM_TOKENS, CachedShare


@dataclass(frozen=True, slots=True)
class RepeatedTokens:
    """How many tokens of a prompt its model may have been sent before.

    Attributes:
        possibly: Of the whole conversation, which another chat may have begun with.
        surely: Of what this run, or the turn before, sends to it as well.
    """

    possibly: int = 0
    surely: int = 0

    def cached(self, share: CachedShare | None) -> tuple[int, int]:
        """How many will be read from a cache, where calls are cheap and dear.

        Args:
            share: What this model's provider has read of such tokens until now; if
                nobody knows it may be all of them, or none.
        """
        if share is None:
            return _long_enough(self.possibly), 0
        surely = _long_enough(self.surely)
        return floor(share.high * surely), floor(share.low * surely)


def repeated_tokens(
    config: MoAConfig,
    agent: AgentSpec,
    layer_index: int,
    conversation: RepeatedTokens,
    *,
    reads: bool,
) -> RepeatedTokens:
    """What of a prompt was sent before.

    Args:
        config: The mixture.
        agent: Who is asked; one with another instruction is sent another beginning.
        layer_index: Where; the number of layers for who writes the answer.
        conversation: What was sent before this run, at least and at most.
        reads: Whether there are proposals in the prompt.
    """
    if reads and config.prompts.placement == "paper":
        return RepeatedTokens()  # the proposals come first
    asked_before = any(
        (agent.ref, agent.system_prompt) == (other.ref, other.system_prompt)
        for layer in config.layers[:layer_index]
        for other in layer.proposers
    )
    if asked_before:
        return RepeatedTokens(conversation.possibly, conversation.possibly)
    return conversation


def _long_enough(tokens: int) -> int:
    return tokens if tokens >= CACHED_FROM_TOKENS else 0
