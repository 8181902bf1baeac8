"""Defines what another program asks of the model that writes the answer.

That is settings, parameters such as tools, and the conversation word for word; and the
calls of those tools, which may be its answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from moa_core.messages import Message
from moa_core.mixture import AgentSpec, Effort, MoAConfig
from moa_core.tokens import estimate_parameter_tokens, estimate_picture_tokens

TOOLS_SENTENCE: Final = (
    "The drafts were written without the tools that you have: call one wherever its "
    "result would make the answer better, and trust what a tool has returned over the "
    "drafts."
)
"""What a writer with tools is told beside the drafts, whatever its prompt says."""


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
    def parameter_tokens(self) -> int:
        """About how many tokens of a prompt its parameters take."""
        return estimate_parameter_tokens(self.extra)

    @property
    def tokens_beside(self) -> int:
        """About how many tokens it takes beside the texts of a prompt."""
        if not (self.messages or self.extra):
            return 0
        return self.parameter_tokens + estimate_picture_tokens(self.messages or ())

    @property
    def changes_form(self) -> bool:
        """Whether its answer must have a form of its own, so nothing can be added."""
        return self.messages is not None or bool(
            self.extra.keys() & {"tools", "response_format", "stop"}
        )

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

    def prompting(self, config: MoAConfig) -> MoAConfig:
        """The mixture as its writer is prompted: that only it has tools, if it does."""
        if not self.tools:
            return config
        prompts = config.prompts
        told = replace(
            prompts,
            for_aggregator=f"{prompts.for_aggregator}\n\n{TOOLS_SENTENCE}",
            paper=f"{TOOLS_SENTENCE}\n\n{prompts.paper}",
        )
        return replace(config, prompts=told)


NO_REQUEST: Final = WriterRequest()
"""The writer is sent what its mixture says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A call of a tool, which whoever offered the tool is to make.

    Attributes:
        name: The tool.
        arguments: What it is called with, JSON as the model wrote it.
        id: Names the call; what the tool returns is sent under it.
        more: Fields of the call that only its server knows, to be sent back to it.
    """

    name: str
    arguments: str
    id: str
    more: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def text(self) -> str:
        """The call in words: ``get_weather({"city": "Paris"})``."""
        return f"{self.name}({self.arguments})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCallPiece:
    """A piece of a call: its id and name come in the first one, and only there.

    Attributes:
        index: Which call of the answer it belongs to, from 0.
    """

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""
    more: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """The next pieces of calls of tools, as the server sent them."""

    pieces: tuple[ToolCallPiece, ...]


def whole_tool_calls(pieces: Iterable[ToolCallPiece]) -> tuple[ToolCall, ...]:
    """The calls that ``pieces``, in the order in which they came, add up to."""
    calls: dict[int, list[ToolCallPiece]] = {}
    for piece in pieces:
        calls.setdefault(piece.index, []).append(piece)
    return tuple(
        ToolCall(
            name="".join(piece.name for piece in call),
            arguments="".join(piece.arguments for piece in call),
            id="".join(piece.id for piece in call),
            more={name: value for piece in call for name, value in piece.more.items()},
        )
        for _, call in sorted(calls.items())
    )
