"""Finds out how a model can be had to continue a text of its own, and remembers it.

A half sentence is sent that can go on in one way only, so that a continuation, an echo,
a new answer and a refusal can be told apart. Who continues: docs/adr/0052.
"""

import re
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from moa_core.errors import EmptyAnswerError, ProviderError, RequestRefusedError
from moa_core.messages import Message
from moa_core.mixture import AgentSpec
from moa_core.run import (
    Begin,
    CompletionRequest,
    Continued,
    Delta,
    Finish,
    Provider,
    Report,
    Restart,
    Spelling,
    StreamItem,
)

Way = Literal["trailing", "prefix", "final_message", "turns"]
"""How a model is had to go on with its text: one of the spellings, or, where it knows
none of them, by further turns of the conversation."""

SPELLINGS: Final[tuple[Spelling, ...]] = ("trailing", "prefix", "final_message")

_QUESTION: Final = (
    "Write the numbers from one to ten as English words, separated by commas, and "
    "nothing else."
)
_MARK: Final = "[k7]"  # no answer begins with it by itself
_BEGINNING: Final = f"{_MARK} one, two, three, four, five,"
_PROBE: Final = (
    Message.from_text("user", _QUESTION),
    Message.from_text("assistant", _BEGINNING),
)
_PROBE_TOKENS: Final = 16
_TELLING: Final = (EmptyAnswerError, RequestRefusedError)
"""Failures that say something of the model, and not of the network or a key."""


@dataclass(slots=True)
class Continuations:
    """How each model can be had to continue a text.

    Attributes:
        learnt: By ``endpoint/model``; grows.
        keep: Told of all that is known when that has changed.
    """

    learnt: dict[str, Way] = field(default_factory=dict)
    keep: Callable[[Mapping[str, Way]], None] = lambda learnt: None

    def of(self, agent: AgentSpec) -> Way | None:
        """How the agent's model can be had to; ``None`` where nobody knows yet."""
        return self.learnt.get(agent.ref)

    def learn(self, agent: AgentSpec, way: Way) -> None:
        """Remember what was found out."""
        if self.learnt.get(agent.ref) != way:
            self.learnt[agent.ref] = way
            self.keep(dict(self.learnt))


def continues(reply: str) -> bool:
    """Whether ``reply`` goes on with the half sentence, or repeats it and goes on."""
    words = re.findall(r"[a-z]+", reply.lower().replace(_BEGINNING, ""))
    return words[:1] == ["six"]


async def probe(
    provider: Provider, request: CompletionRequest, known: Continuations
) -> AsyncGenerator[StreamItem, None]:
    """Find out how the agent of ``request`` can be had to continue a text.

    What cannot be found out now, because the model cannot be asked, is not remembered.

    Args:
        provider: Asks the model.
        request: Its agent is asked, with its time.
        known: Learns it.

    Yields:
        A begin and a ``Continued`` for each request; the replies as reasoning.
    """
    agent, sure = request.agent, True
    temperature = None if agent.temperature is None else 0.0
    brief = replace(agent, max_tokens=_PROBE_TOKENS, temperature=temperature)
    for spelling in SPELLINGS:
        asked = replace(request, agent=brief, messages=_PROBE, continues=spelling)
        reply = _Reply()
        yield Begin(_PROBE)
        async for item in reply.read(provider, asked):
            yield item
        error = reply.error
        yield Continued(reason="probe", report=reply.report, error=error)
        if continues(reply.text):
            known.learn(agent, spelling)
            return
        sure = sure and (error is None or isinstance(error, _TELLING))
        if not sure:
            return
    known.learn(agent, "turns")


@dataclass(slots=True)
class _Reply:
    """What came of one request.

    Attributes:
        error: Why it failed; it is not made again.
    """

    text: str = ""
    report: Report = field(default_factory=Report)
    error: ProviderError | None = None

    async def read(
        self, provider: Provider, request: CompletionRequest
    ) -> AsyncGenerator[StreamItem, None]:
        """Read the reply to its end, and pass it on as reasoning."""
        try:
            async with aclosing(provider.stream(request)) as items:
                async for item in items:
                    match item:
                        case Delta():
                            self.text += item.text
                            yield replace(item, kind="reasoning")
                        case Finish():
                            self.report, self.error = item, item.error
                        case Report():
                            self.report = item
                        case Restart(error):
                            self.error = error
                            return
                        case _:
                            pass
        except ProviderError as error:
            self.error = error
