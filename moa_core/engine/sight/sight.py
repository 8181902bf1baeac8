"""Knows which models see images, as far as anybody has said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from moa_core.errors import ImagesRefusedError
from moa_core.messages import Message
from moa_core.mixture import AgentSpec


@dataclass(frozen=True, slots=True)
class Sight:
    """Which models see images, as far as anybody has said, for one run.

    Attributes:
        found: Whether ``endpoint/model`` sees images; ``None`` while nobody knows.
        keep: Remembers that ``endpoint/model`` has refused them.
        refused: Models that have refused the images of this run.
    """

    found: Callable[[str], bool | None] = lambda ref: None
    keep: Callable[[str], None] = lambda ref: None
    refused: set[str] = field(default_factory=set)

    def sees(self, agent: AgentSpec) -> bool | None:
        """Whether the agent's model sees them; ``None`` is found out by asking."""
        return False if agent.ref in self.refused else self.found(agent.ref)

    def shown_to(
        self, agent: AgentSpec, messages: Sequence[Message]
    ) -> tuple[Message, ...]:
        """``messages`` as the agent's model can take them."""
        if self.sees(agent) is False:
            return tuple(message.without_images() for message in messages)
        return tuple(messages)

    def learn(self, agent: AgentSpec, error: ImagesRefusedError) -> None:
        """Send it no more images in this run; in no other, where it takes none."""
        self.refused.add(agent.ref)
        if error.lasting:
            self.keep(agent.ref)
