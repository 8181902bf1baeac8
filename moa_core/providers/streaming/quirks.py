"""Writes requests in the form that a model takes, without what it has refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, groupby
from typing import Any, Final, Self

from moa_core.messages import Message
from moa_core.providers.streaming.cache_hints import CacheDialect, cache_dialect
from moa_core.providers.streaming.message_content import written_message
from moa_core.run import CompletionRequest


class Quirk(StrEnum):
    """Something that most models take and this one does not; a sentence about it."""

    NO_TEMPERATURE = "Sent without temperature: the server refused it."
    NO_EFFORT = "Sent without reasoning_effort: the server refused it."
    NO_STREAM_OPTIONS = "Sent without stream_options: the server refused it."
    COMPLETION_TOKENS = "Sent max_completion_tokens: the server refused max_tokens."
    NO_LIMIT = "Sent without a length limit: the server refused it."
    ALTERNATING = (
        "Messages of the same role were joined: the server refused two in a row."
    )
    NO_SYSTEM = (
        "The system message was joined to the user's: the server refused it alone."
    )
    NO_TOP_P = "Sent without top_p: the server refused it."
    NO_SEED = "Sent without seed: the server refused it."
    NO_PENALTIES = "Sent without penalties: the server refused them."
    NO_LOGIT_BIAS = "Sent without logit_bias: the server refused it."
    NO_PARALLEL_TOOLS = "Sent without parallel_tool_calls: the server refused it."
    NO_CACHE_HINT = "Sent without a hint for prompt caching: the server refused it."
    NOT_STREAMED = (
        "Not streamed: the server refused to, so the answer comes all at once."
    )


Quirks = frozenset[Quirk]
LEFT_OUT: Final[Mapping[str, Quirk]] = {
    "top_p": Quirk.NO_TOP_P,
    "seed": Quirk.NO_SEED,
    "frequency_penalty": Quirk.NO_PENALTIES,
    "presence_penalty": Quirk.NO_PENALTIES,
    "logit_bias": Quirk.NO_LOGIT_BIAS,
    "parallel_tool_calls": Quirk.NO_PARALLEL_TOOLS,
}
"""Parameters of another program that may be left out, and are then told of. Without
its tools or its format an answer is another one: those are never left out."""

_PLAINEST = (
    "Sent in the plainest form, without temperature, length limit and streaming: the "
    "server refused it without a reason."
)


@dataclass(frozen=True, slots=True)
class RequestForm:
    """How requests to a model differ from what is sent to most.

    Attributes:
        quirks: What it does not take.
        most_tokens: Most tokens that it allows for any answer; ``None`` if unknown.
        tokens_left: Tokens that are left for the answer to this prompt; ``None`` where
            the prompt was not refused for them.
        caching: How its endpoint is told which prompts begin alike.
    """

    quirks: Quirks = frozenset()
    most_tokens: int | None = None
    tokens_left: int | None = None
    caching: CacheDialect = CacheDialect.NONE

    def adding(self, *quirks: Quirk) -> Self:
        """The same form with more quirks."""
        return replace(self, quirks=self.quirks.union(quirks))

    @property
    def lasting(self) -> Self:
        """What of it is true of other prompts as well."""
        return replace(self, tokens_left=None)

    @property
    def plain(self) -> Self:
        """The form that nothing was refused of."""
        return replace(self, quirks=frozenset(), most_tokens=None, tokens_left=None)

    def joined_with(self, other: Self) -> Self:
        """A form that is right where either is needed."""
        limits = [n for n in (self.most_tokens, other.most_tokens) if n is not None]
        quirks = self.quirks | other.quirks
        return replace(self, quirks=quirks, most_tokens=min(limits, default=None))

    def max_tokens(self, request: CompletionRequest) -> int:
        """The longest answer to ask for, in tokens."""
        limits = (request.agent.max_tokens, self.most_tokens, self.tokens_left)
        return min(limit for limit in limits if limit is not None)

    def fitted(self, request: CompletionRequest) -> CompletionRequest:
        """``request`` with the length that is asked for."""
        agent = replace(request.agent, max_tokens=self.max_tokens(request))
        return replace(request, agent=agent)

    def body(self, request: CompletionRequest) -> dict[str, Any]:
        """The body of ``request`` as a chat completion."""
        agent, quirks = request.agent, self.quirks
        messages: list[dict[str, Any]] = [
            written_message(message)
            for message in adapted_messages(request.messages, quirks)
        ]
        streamed = Quirk.NOT_STREAMED not in quirks
        body: dict[str, Any] = {
            "model": agent.model,
            "messages": messages,
            "stream": streamed,
        }
        if Quirk.NO_LIMIT not in quirks:
            renamed = Quirk.COMPLETION_TOKENS in quirks
            name = "max_completion_tokens" if renamed else "max_tokens"
            body[name] = self.max_tokens(request)
        if agent.temperature is not None and Quirk.NO_TEMPERATURE not in quirks:
            body["temperature"] = agent.temperature
        if agent.effort is not None and Quirk.NO_EFFORT not in quirks:
            body["reasoning_effort"] = agent.effort
        if streamed and Quirk.NO_STREAM_OPTIONS not in quirks:
            body["stream_options"] = {"include_usage": True}
        if request.continues == "prefix":
            messages[-1]["prefix"] = True
        elif request.continues == "final_message":
            body |= {"continue_final_message": True, "add_generation_prompt": False}
        body |= {
            name: value
            for name, value in request.extra.items()
            if LEFT_OUT.get(name) not in quirks
        }
        if Quirk.NO_CACHE_HINT not in quirks:
            self.caching.write(body, request)
        return body

    def matters(self, quirk: Quirk, request: CompletionRequest) -> bool:
        """Whether ``request`` would be another one with ``quirk``."""
        return self.adding(quirk).body(request) != self.body(request)

    def notes(self, request: CompletionRequest) -> list[str]:
        """What was adapted in ``request``, a sentence each."""
        plain = self.plain
        matter = [
            quirk
            for quirk in Quirk
            if quirk in self.quirks and plain.matters(quirk, request)
        ]
        if self.quirks >= {Quirk.NO_LIMIT, Quirk.NOT_STREAMED}:
            named = [quirk.value for quirk in matter if quirk in LEFT_OUT.values()]
            return [_PLAINEST, *named]
        notes = [quirk.value for quirk in matter]
        asked, sent = request.agent.max_tokens, self.max_tokens(request)
        if sent < asked and Quirk.NO_LIMIT not in self.quirks:
            why = "the server allows no more"
            if sent == self.tokens_left:
                why = "no more fit beside the prompt"
            notes.append(f"Asked for {sent:,} tokens at most, not {asked:,}: {why}.")
        return notes


_MOST_GIVEN_UP = 1000
"""Refusals that are remembered: a server may word each of them anew."""


class QuirkBook:
    """Remembers, for the process, in which form each model takes requests."""

    def __init__(self) -> None:
        self._forms: dict[tuple[str, str], RequestForm] = {}
        self._given_up: set[tuple[str, str, str]] = set()
        self._failed: set[tuple[str, str]] = set()

    def of(self, base_url: str, model: str) -> RequestForm:
        """The form that worked; the usual one for a model not yet met."""
        usual = RequestForm(caching=cache_dialect(base_url, model))
        return self._forms.get((base_url, model), usual)

    def learn(self, base_url: str, model: str, form: RequestForm) -> None:
        """Remember ``form``; call it once the model has taken a request in it."""
        known = self.of(base_url, model)
        if form.lasting != known:
            self._forms[base_url, model] = form.lasting.joined_with(known)
        self._failed.discard((base_url, model))

    def give_up(self, base_url: str, model: str, refusal: str) -> None:
        """Remember that no form was found that helps against ``refusal``."""
        if len(self._given_up) >= _MOST_GIVEN_UP:
            self._given_up.clear()
        self._given_up.add((base_url, model, refusal))

    def has_given_up(self, base_url: str, model: str, refusal: str) -> bool:
        """Whether nothing that is left out helps against ``refusal``."""
        return (base_url, model, refusal) in self._given_up

    def failed_before(self, base_url: str, model: str) -> bool:
        """Whether the model has failed since it answered last; now it has."""
        failed = (base_url, model) in self._failed
        self._failed.add((base_url, model))
        return failed


def adapted_messages(
    messages: Sequence[Message], quirks: Quirks
) -> tuple[Message, ...]:
    """``messages`` in the form that a model with ``quirks`` takes."""
    adapted = tuple(messages)
    if Quirk.NO_SYSTEM in quirks:
        adapted = tuple(
            Message("user", message.parts) if message.role == "system" else message
            for message in adapted
        )
    if quirks & {Quirk.NO_SYSTEM, Quirk.ALTERNATING}:
        roles = groupby(  # what is sent word for word stands alone
            adapted, lambda each: each.role if each.as_sent is None else id(each)
        )
        adapted = tuple(_joined(neighbours) for _, neighbours in roles)
    return adapted


def _joined(neighbours: Iterable[Message]) -> Message:
    first, *others = neighbours
    if not others:
        return first
    parts = chain.from_iterable(each.parts for each in (first, *others))
    return Message(first.role, tuple(parts))
