"""Defines what another program asks of the model that writes the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from moa_core.messages import Message
from moa_core.mixture import AgentSpec, Effort, MoAConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterSettings:
    """Settings that take the place of those of the mixture; ``None`` keeps them.

    Attributes:
        max_tokens: Longest answer, in tokens.
        temperature: Sampling temperature, 0 to 2.
        effort: How long a reasoning model thinks.
    """

    max_tokens: int | None = None
    temperature: float | None = None
    effort: Effort | None = None

    def of(self, agent: AgentSpec) -> AgentSpec:
        """``agent`` with these settings."""
        changed = {
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
            "effort": self.effort,
        }
        given = {name: value for name, value in changed.items() if value is not None}
        return replace(agent, **given)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterRequest:
    """What the aggregator and its fallbacks are sent, and proposers are not.

    Attributes:
        messages: The conversation word for word, where it is more than its texts;
            ``None`` where the writer reads what everybody reads.
        settings: How it is to write.
        extra: Parameters of the chat completions protocol, as they came: ``tools``,
            ``response_format``, ``stop`` and so on.
    """

    messages: tuple[Message, ...] | None = None
    settings: WriterSettings = WriterSettings()
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tools(self) -> tuple[Mapping[str, Any], ...]:
        """The tools that the writer may call."""
        return tuple(self.extra.get("tools", ()))

    @property
    def is_plain(self) -> bool:
        """Whether the writer is sent what it would be sent without it."""
        return self == type(self)()

    def applied_to(self, config: MoAConfig) -> MoAConfig:
        """The mixture with these settings of its aggregator and fallbacks."""
        if self.settings == WriterSettings():
            return config
        return replace(
            config,
            aggregator=self.settings.of(config.aggregator),
            fallbacks=tuple(map(self.settings.of, config.fallbacks)),
        )

    def without_messages(self) -> Self:
        """The same without the conversation."""
        return replace(self, messages=None)


NO_REQUEST: Final = WriterRequest()
"""The writer is sent what its mixture says."""
