"""Defines the interface between engine and providers: one streamed completion."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias, TypeVar, runtime_checkable

from moa_core.errors import ProviderError
from moa_core.messages import Message
from moa_core.mixture import AgentSpec, SharedPrefix
from moa_core.run.writer import ToolCallDelta
from moa_core.usage import Usage

DeltaKind = Literal["answer", "reasoning"]
QueueReason = Literal["slot", "loading"]
Spelling = Literal["trailing", "prefix", "final_message"]
"""How a model is asked to continue the assistant's message that ends its prompt: by
that message alone (llama.cpp), by ``prefix`` in it (DeepSeek, Mistral), or by
``continue_final_message`` (vLLM, SGLang, TGI)."""

E = TypeVar("E", bound=ProviderError)


@dataclass(slots=True)
class MoreTime:
    """What a user gives a call beyond its deadlines; may grow at any moment.

    Attributes:
        until: Moment on the loop's clock before which the call is not given up.
    """

    until: float = 0.0


class Claim:
    """The claim of a call to its place at an endpoint: a late call has none.

    Nobody waits for a late call, so it is stopped when its place is needed.

    Args:
        leave: Stops the call.

    Attributes:
        on_late: Told when the call is late; one for each place that it has.
    """

    def __init__(self, leave: Callable[[], None] = lambda: None) -> None:
        self.leave = leave
        self.on_late: list[Callable[[], None]] = []
        self._late = False

    @property
    def late(self) -> bool:
        """Whether the run went on without the call."""
        return self._late

    def give_up(self) -> None:
        """The run goes on without the call."""
        self._late = True
        for tell in list(self.on_late):
            tell()


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """Everything a provider needs to answer once.

    Attributes:
        more_time: Read by whoever ends calls that stay silent.
        claim: Read by whoever gives out places at the endpoint.
        can_be_shortened: Whether its prompt can, once it is known how much the model
            holds: then a refusal that says so is better than a short answer.
        continues: How the model is asked to continue its last message, if it is.
        shared: What a provider may keep of the prompt for later ones; ``None`` where
            nothing comes again.
        extra: Parameters of another program, such as ``tools``, as they came.
    """

    agent: AgentSpec
    messages: tuple[Message, ...]
    more_time: MoreTime = field(default_factory=MoreTime, compare=False, repr=False)
    claim: Claim = field(default_factory=Claim, compare=False, repr=False)
    can_be_shortened: bool = False
    continues: Spelling | None = None
    shared: SharedPrefix | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def error(self, kind: type[E], message: str) -> E:
        """A provider error of this kind that names the agent's endpoint and model."""
        return kind(message, endpoint=self.agent.endpoint, model=self.agent.model)


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of text: of the answer, or of the reasoning before it."""

    text: str
    kind: DeltaKind = "answer"


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that readers of the answer should know about how it was made.

    A provider may yield it at any time, also before it fails: it is shown at once, and
    kept with the call (``Call.notes``). For example "Sent without temperature: the
    server refused it."

    Attributes:
        text: The sentence; ``""`` tells the reader nothing.
        all_at_once: Whether it says that no content comes before the end of the answer.
    """

    text: str
    all_at_once: bool = False


@dataclass(frozen=True, slots=True)
class Restart:
    """The attempt failed and a new one begins in ``wait_s`` seconds.

    What the failed attempt wrote is void.

    Attributes:
        from_start: Whether what the requests before it wrote (``Continued``) is too.
    """

    error: ProviderError
    wait_s: float
    from_start: bool = False


@dataclass(frozen=True, slots=True)
class Queued:
    """No request can be made yet, so no clock runs and nothing costs. A begin follows.

    Attributes:
        reason: ``slot``: its endpoint has no place for a call; ``loading``: its server
            has refused the call because it still loads the model.
    """

    reason: QueueReason = "slot"


@dataclass(frozen=True, slots=True)
class Timed:
    """How long the call may be silent from now on, in seconds.

    Attributes:
        first_content_s: From the begin to the first content.
        silence_s: Between two pieces of content.
        in_all_s: From the begin to the end, ``None`` while content comes.
    """

    first_content_s: float
    silence_s: float
    in_all_s: float | None = None


@dataclass(frozen=True, slots=True)
class SignOfLife:
    """Something arrived that is no content: a comment, a ping, an empty delta.

    At most one a second, and only while no content comes. It ends no deadline.
    """


@dataclass(frozen=True, slots=True)
class Begin:
    """The wait is over: the next attempt begins now, with an empty page.

    Attributes:
        messages: What it sends, where that is not what was asked for.
    """

    messages: tuple[Message, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reclassify:
    """All that was passed on as the answer so far turned out to be reasoning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the provider has said about the answer, which may still break off.

    The last one counts when no finish follows: the tokens of a failed call are paid.

    Attributes:
        reason: The provider's finish reason, if it gave one; ``length`` where a limit
            cut the answer, ``deadline`` where we gave it up, with an error.
        usage: Tokens as the provider reports them, or ``None`` when it does not.
        model: Name of the model that answered, as the provider reports it.
        response_id: The provider's own identifier of the response.
    """

    reason: str | None = None
    usage: Usage | None = None
    model: str | None = None
    response_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish(Report):
    """The end of a completion.

    Attributes:
        error: Why the answer is of no use, though it came and was paid for.
    """

    error: ProviderError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """Of two requests for one answer, before any content: one is closed, one stays.

    Attributes:
        error: Why the other one was closed, or how it failed.
        report: What its provider had said.
        began_s: When it was made, on the loop's clock; ``None`` if it never was.
        stays_from_s: The same for the one that stays.
        first_stays: Whether that one is the request that was made first.
    """

    error: ProviderError
    report: Report
    began_s: float | None
    stays_from_s: float | None
    first_stays: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Continued:
    """A request has ended, and the answer goes on in another; a begin follows.

    Attributes:
        reason: ``continued``, or ``probe`` where it only tried something out.
        report: What the provider said of it.
        error: Why it failed, if it did.
    """

    reason: Literal["continued", "probe"]
    report: Report
    error: ProviderError | None = None


StreamItem: TypeAlias = (
    Delta
    | ToolCallDelta
    | Reclassify
    | Note
    | Report
    | Restart
    | Overtaken
    | Queued
    | Begin
    | Timed
    | SignOfLife
    | Continued
    | Finish
)


class Provider(Protocol):
    """Anything that can stream a completion: an adapter, or a policy around one."""

    def stream(self, request: CompletionRequest) -> AsyncGenerator[StreamItem, None]:
        """Stream the answer.

        Yields:
            Any number of deltas, with reclassifications, notes and reports among them,
            then exactly one finish. A policy that tries again yields a restart, waits,
            and yields a begin; one that lets calls queue yields so, waits, and yields a
            begin too. One that asks twice yields an overtaken for what it closed.
            Closing the generator closes the connection.

        Raises:
            ProviderError: The call failed; nothing follows.
        """


class SlottedServer(Protocol):
    """A model server near by, which answers few calls at once."""

    @property
    def address(self) -> str:
        """Names it; endpoints of one server share its places."""

    async def slots(self) -> int | None:
        """How many calls it answers at once; ``None`` for as many as are made."""


@runtime_checkable
class Situated(Protocol):
    """A provider that knows whether its server is near by."""

    @property
    def local_server(self) -> SlottedServer | None:
        """Its server; ``None`` for one that is hosted."""
