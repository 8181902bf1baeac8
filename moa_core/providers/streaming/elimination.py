"""Finds by elimination in which form a model takes a request that it has refused.

What the server names goes first; where it names nothing, optional parameters go one by
one, and last of all everything but the model and its messages (docs/adr/0018).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from moa_core.errors import ProviderError
from moa_core.providers.errors import Failure
from moa_core.providers.streaming.quirks import Quirk, QuirkBook, RequestForm
from moa_core.providers.streaming.refused_names import (
    Part,
    gives_no_reason,
    is_about_something_else,
    named_parts,
    parts_named_apart,
)
from moa_core.providers.streaming.token_limits import token_limit_in
from moa_core.run import CompletionRequest
from moa_core.tokens import estimate_prompt_tokens

MOST_REQUESTS: Final = 4
"""Of one call, whatever a server refuses."""

_INVALID: Final = frozenset({400, 415, 422, 501})
_SUSPECTS: Final = (
    Quirk.NO_TEMPERATURE,
    Quirk.NO_EFFORT,
    Quirk.NO_STREAM_OPTIONS,
    Quirk.COMPLETION_TOKENS,
    Quirk.NOT_STREAMED,
)
"""What is left out where a server gives no reason, the likeliest first; roles, which
may also crash a server, come second."""

_PLAINEST: Final = frozenset(Quirk) - {Quirk.COMPLETION_TOKENS}
_WAYS_WITHOUT: Final[Mapping[Part, tuple[Quirk, ...]]] = {
    Part.TEMPERATURE: (Quirk.NO_TEMPERATURE,),
    Part.EFFORT: (Quirk.NO_EFFORT,),
    Part.STREAM_OPTIONS: (Quirk.NO_STREAM_OPTIONS,),
    Part.TOP_P: (Quirk.NO_TOP_P,),
    Part.SEED: (Quirk.NO_SEED,),
    Part.PENALTIES: (Quirk.NO_PENALTIES,),
    Part.LOGIT_BIAS: (Quirk.NO_LOGIT_BIAS,),
    Part.PARALLEL_TOOLS: (Quirk.NO_PARALLEL_TOOLS,),
    Part.CACHE_HINT: (Quirk.NO_CACHE_HINT,),
    Part.LIMIT: (Quirk.COMPLETION_TOKENS, Quirk.NO_LIMIT),
    Part.MESSAGES: (Quirk.NO_SYSTEM, Quirk.ALTERNATING),
    Part.STREAM: (Quirk.NOT_STREAMED,),
}
_IN_TURNS: Final = re.compile(
    r"alternat|consecutive|successive|interleav|in a row|same role"
    r"|(multiple|two) .{0,3}(user|assistant)"
)


class Elimination:
    """The forms of one request, each tried after the last was refused.

    Args:
        request: What is asked.
        base_url: Where.
        book: What is known of the models there.

    Attributes:
        form: The form to send it in.
        failure: Why the last form was refused, as the server said it.
    """

    def __init__(
        self, request: CompletionRequest, base_url: str, book: QuirkBook
    ) -> None:
        self.form = book.of(base_url, request.agent.model)
        self.failure: Failure | None = None
        self._reason: ProviderError | None = None
        self._request = request
        self._model_there = (base_url, request.agent.model)
        self._book = book
        self._refused: list[dict[str, Any]] = []
        self._said = ""  # by the last refusal
        self._riddle = ""  # the refusal that gave no reason
        self._kept = self.form  # the form without what was tried last
        self._guesses = False

    @property
    def why_not_streamed(self) -> str:
        """A sentence for those who see nothing while the answer is written.

        ``""`` while that is only tried: it may be refused as well, and tells nothing.
        """
        return "" if self._guesses else Quirk.NOT_STREAMED.value

    @property
    def refused(self) -> list[str]:
        """What was adapted in vain, as the server had named it."""
        adapted = len(self._refused) > 1 and not self._guesses
        return self.form.notes(self._request) if adapted else []

    def take(self) -> list[str]:
        """Remember the form, which the model has taken; return what was adapted."""
        known = self._book.of(*self._model_there)
        needed = {each for each in self.form.quirks if self._matters(each)}
        form = replace(self.form, quirks=frozenset(needed | known.quirks))
        self._book.learn(*self._model_there, form)
        return self.form.notes(self._request)

    def next_form(self, error: ProviderError) -> ProviderError | None:
        """Choose another form after a refusal, if there is one.

        Returns:
            The error to report if there is none: what a guess leads to says nothing
            about the request.
        """
        failure = self.failure
        if not self._guesses or failure is None or not failure.may_be_adapted:
            self._reason = error
        if failure is None or failure.kind not in ("response", "in stream"):
            return error
        said = f"{failure.status} {_VARIES.sub('', failure.body)}"
        if said != self._said:
            self._kept, self._said = self.form, said  # what was tried last did matter
        self._refused.append(self.form.body(self._request))
        if len(self._refused) < MOST_REQUESTS:
            for form in self._forms(failure):
                if form.body(self._request) not in self._refused:
                    self.form = form
                    return None
        if self._guesses or (len(self._refused) > 1 and _is_tried_again(failure)):
            self._book.give_up(*self._model_there, self._riddle or self._said)
        return self._reason

    def _matters(self, quirk: Quirk) -> bool:
        return self.form.plain.matters(quirk, self._request)

    def _forms(self, failure: Failure) -> Iterator[RequestForm]:
        """What to try after ``failure``, in this order."""
        if _is_tried_again(failure) and self._knows_no_form:
            return
        if parts := named_parts(failure):
            apart, (first, *others) = parts_named_apart(failure), parts
            if len(apart) > 1:
                yield self._kept.adding(*(_WAYS_WITHOUT[each][0] for each in apart))
            yield from self._without(first, failure)
            if others:
                yield self._kept.adding(*(_WAYS_WITHOUT[each][0] for each in parts))
            for part in others:
                yield from self._without(part, failure)
        elif self._may_guess(failure):
            if not self._guesses:
                self._guesses, self._riddle = True, self._said
            yield from self._guessed_forms(crashed=failure.status not in _INVALID)

    def _without(self, part: Part, failure: Failure) -> Iterator[RequestForm]:
        ways = _WAYS_WITHOUT[part]
        if part is Part.LIMIT:
            asked = self.form.max_tokens(self._request)
            prompt = estimate_prompt_tokens(self._request.messages)
            limit = token_limit_in(failure, asked, prompt)
            if limit and limit.lasting:
                yield replace(self._kept, most_tokens=limit.tokens)
            elif limit and not (self._request.can_be_shortened and failure.window):
                yield replace(self._kept, tokens_left=limit.tokens)
            if failure.refusal == "too long":
                return  # a shorter answer may help, another name does not
        elif part is Part.MESSAGES and _IN_TURNS.search(failure.body):
            ways = ways[::-1]
        for quirk in ways:
            yield self._kept.adding(quirk)

    def _guessed_forms(self, *, crashed: bool) -> Iterator[RequestForm]:
        """Without one suspect after the other; last, nothing but the messages."""
        roles = {message.role for message in self._request.messages}
        joined = Quirk.NO_SYSTEM if "system" in roles else Quirk.ALTERNATING
        plainest = self._kept.adding(*_PLAINEST)
        if crashed:  # once: such a call is made again as it was, too
            yield self._kept.adding(joined) if self._matters(joined) else plainest
            return
        if len(self._refused) < MOST_REQUESTS - 1:
            first, *others = _SUSPECTS
            for quirk in (first, joined, *others):
                yield self._kept.adding(quirk)
        yield plainest

    @property
    def _knows_no_form(self) -> bool:
        return self._book.has_given_up(*self._model_there, self._said)

    def _may_guess(self, failure: Failure) -> bool:
        """Whether it may be that a parameter is refused, though none is named.

        A server that fails without a reason is first believed to fail by accident.
        """
        if self._guesses:
            return failure.may_be_adapted
        if self._knows_no_form:
            return False
        if failure.status in _INVALID:
            named = is_about_something_else(failure)
            return failure.refusal == "request" and not named
        crashed = failure.status == 500 and gives_no_reason(failure)
        return crashed and self._book.failed_before(*self._model_there)


def _is_tried_again(failure: Failure) -> bool:
    """Whether the call is made again after it, and must not be adapted each time."""
    return failure.status is None or failure.status >= 500


_VARIES: Final = re.compile(r"\b[0-9a-f-]{8,}\b|[0-9]+")
"""What differs from one refusal to the next that says the same."""
