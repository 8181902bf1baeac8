"""Adds up the events of one streamed answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from moa_core.errors import BrokenStreamError, ProviderError
from moa_core.providers.answers.choices import Choices
from moa_core.providers.answers.content import NOTHING, Said, said_in
from moa_core.providers.answers.dialects import (
    says_complete,
    unwrapped,
    without_messages,
)
from moa_core.providers.answers.endings import Ending
from moa_core.providers.answers.event_decoder import DONE, Event, Unreadable
from moa_core.providers.answers.finish_reasons import FinishKind, kind_of_end, reason_in
from moa_core.providers.answers.repeats import GrowingText, OneText, rest_of
from moa_core.providers.answers.thinking import Item, ThinkingSplitter
from moa_core.providers.answers.token_counts import TokenCounts
from moa_core.providers.answers.tool_calls import ToolCallReader
from moa_core.providers.answers.visible import WholeCharacters
from moa_core.providers.answers.wrappers import AnswerText
from moa_core.providers.errors import (
    CallTarget,
    Failure,
    ReportedError,
    call_error,
    payload_is_error,
)
from moa_core.run import CompletionRequest, Delta, Report, ToolCallDelta
from moa_core.tokens import estimate_usage
from moa_core.usage import Usage


class Answer:
    """Reads the events of a stream and says, in the end, how it went.

    Args:
        target: The call.
        request: What was asked.

    Attributes:
        done: Whether the server said that nothing follows.
        resumed: Whether text came after a reason for its end, so that reasons mean
            nothing here until the stream ends.
        closed: Whether the tokens came in an event of their own after the end, where
            servers that send them last do so.
    """

    def __init__(self, target: CallTarget, request: CompletionRequest) -> None:
        self.done = self.resumed = self.closed = False
        self._target = target
        self._request = request
        self._splitter = ThinkingSplitter()
        self._reasoning = OneText()
        self._thought = WholeCharacters()
        self._spoken = WholeCharacters()
        self._growing, self._growing_thought = GrowingText(), GrowingText()
        self._content: list[str] = []  # as it came, tags and all
        self._answer = AnswerText()
        self._thoughts: list[str] = []
        self._in_deltas = False  # whether content came in deltas
        self._is_document = False  # whether it came as one whole message
        self._choices = Choices()
        self._tools = ToolCallReader(offered=bool(request.extra.get("tools")))
        self._last: Mapping[str, Any] = {}  # the event before the end
        self._stray = ""  # a word that was no event; it may say what went wrong
        self._model: str | None = None
        self._id: str | None = None
        self._counts = TokenCounts()
        self._reason: str | None = None
        self._reason_is_last = False  # whether nothing was said after it

    def read(self, event: Event) -> Sequence[Item | ToolCallDelta | Report]:
        """What ``event`` brings.

        Raises:
            ProviderError: The event is an error, or half of it is missing.
        """
        if event is DONE:
            self.done = bool(self._last)  # one that comes first ends nothing
            return ()
        if isinstance(event, Unreadable):
            self._skip(event)
            return ()
        usual = event.get("choices") and "error" not in event
        if not usual:
            event = unwrapped(event)
            if payload_is_error(event):
                return self._fail(event)
            self.done = self.done or event.get("type") == "message_stop"
        self._stray, self._last = "", event or self._last
        before = self._counts
        self.note(event)
        choices = self._choices.of(event)
        items = self._read_all(choices, event)
        if not choices and (reason := reason_in(event)):
            self._reason, self._reason_is_last = reason, True
        if self._counts is before:
            return items
        self.closed = not choices and self.ended
        measured = self._counts.usage(wrote=True) is not None
        return [*items, self.report()] if measured and not self.ended else items

    def note(self, event: Mapping[str, Any]) -> None:
        """Take note of what an event says of the call: its model, id and tokens."""
        if self._model is None and isinstance(model := event.get("model"), str):
            self._model = model or None
        if self._id is None and isinstance(its_id := event.get("id"), str):
            self._id = its_id or None
        if counts := TokenCounts.of_event(event):
            self._counts = self._counts.then(counts)

    @property
    def ended(self) -> bool:
        """Whether a reason was given for the end, and the end can be believed.

        The end of an answer without text cannot, where it is said to be a normal one.
        """
        whole = self._answer.visible or bool(self._tools) or self._kind != "whole"
        return self._reason_is_last and whole

    def end(self) -> list[Item | ToolCallDelta]:
        """Text that was held back in case it was something else."""
        others = self._choices.end(has_ended=self._reason is not None)
        items = self._read_all(others, {"choices": others})
        text, thought = self._growing.end(), self._growing_thought.end()
        if text or thought:
            items += self._say(Said(text, self._reasoning.new_in("delta", thought)))
        half = self._spoken.end()
        rest = self._splitter.split(half) if half else []
        items += self._taken([*rest, *self._splitter.end()])
        last = self._answer.end()
        return [*items, Delta(last)] if last else items

    def report(self) -> Report:
        """What the server has said of the answer so far."""
        reason = "length" if self._kind == "cut" else self._reason
        return Report(
            reason=reason and self._target.clean(reason),
            usage=self._usage(),
            model=self._model,
            response_id=self._id,
        )

    def failure(self) -> ProviderError | None:
        """Why the answer, which has come to its end, is no whole answer; if so."""
        channels = self._splitter.channels
        ending = Ending(
            kind=self._kind,
            reason=self._reason or "",
            complete=self.done or self._is_document or says_complete(self._last),
            text=str(self._answer),
            reasoned=bool(self._thoughts or self._counts.reasoning_tokens),
            tool=(channels and channels.tool) or self._tools.named,
            tool_is_last=self._tools.is_last,
            tools_offered=self._tools.offered,
            calls_tools=bool(self._tools),
            stray=self._stray,
        )
        return ending.error(self._target, self._request.agent.max_tokens)

    @property
    def _kind(self) -> FinishKind | None:
        return None if self._reason is None else kind_of_end(self._reason)

    def _usage(self) -> Usage | None:
        """The tokens as reported; what was left out of a report is estimated."""
        if self._counts == TokenCounts():
            return None
        usage = self._counts.usage(wrote=bool(self._answer.pieces or self._thoughts))
        if usage is not None:
            return usage
        texts = "".join(self._answer.pieces), "".join(self._thoughts)
        return self._counts.completed_by(estimate_usage(self._request.messages, *texts))

    def _skip(self, event: Unreadable) -> None:
        """Go on after a word that is no event; half an event may have had text."""
        if event.text.lstrip()[:1] in ("{", "[") and not (self.ended or self.done):
            raise self._target.error(
                BrokenStreamError, f"{self._target.label} sent an unreadable response."
            )
        self._stray = event.text.strip()

    def _fail(self, event: Mapping[str, Any]) -> Sequence[Item]:
        """What fails after the end of an answer does not matter."""
        if self.ended or self.done:
            return ()
        self.note(event)
        failure = Failure.from_chunk(event)
        raise call_error(failure, self._target) from ReportedError(failure)

    def _read_all(
        self, choices: Sequence[Mapping[str, Any]], event: Mapping[str, Any]
    ) -> list[Item | ToolCallDelta]:
        if len(choices) == 1:
            return self._read_choice(choices[0], event)
        return [item for each in choices for item in self._read_choice(each, event)]

    def _read_choice(
        self, choice: Mapping[str, Any], event: Mapping[str, Any]
    ) -> list[Item | ToolCallDelta]:
        if choice.get("error"):
            return [*self._fail(choice)]
        if "messages" in choice:
            choice = without_messages(choice)
        delta, message = choice.get("delta"), choice.get("message")
        reason = reason_in(choice, delta, message, event)
        if (reason or "usage" in choice) and (counts := TokenCounts.of_event(choice)):
            self._counts = self._counts.then(counts)
        said = self._said_in(choice, event)
        if reason and len(self._content) > 1:
            said = self._without_all_again(said)
        items: list[Item | ToolCallDelta] = [*self._tools.items_in(choice)]
        if said != NOTHING:
            items = [*self._say(said), *items]
        if reason:
            self._reason, self._reason_is_last = reason, True
        if said != NOTHING or reason:
            self._choices.in_choices = "choices" in event
        return items

    def _said_in(self, choice: Mapping[str, Any], event: Mapping[str, Any]) -> Said:
        """What a choice says that was not said before."""
        said = said_in(choice.get("delta"))
        if said == NOTHING and "text" in choice:
            said = said_in(choice["text"])
        if said != NOTHING:
            self._in_deltas = self._in_deltas or bool(said.text)
            if not self._growing.is_plain:
                said = said._replace(text=self._growing.new_in(said.text))
            if said.thought:
                said = said._replace(thought=self._new_thought(said.thought))
        elif isinstance(message := choice.get("message"), dict):
            said = self._new_in_message(said_in(message), event)
        return said

    def _new_thought(self, thought: str) -> str:
        """What of a delta's reasoning was not said before."""
        if not self._growing_thought.is_plain:
            thought = self._growing_thought.new_in(thought)
        thought = self._thought.of(thought)
        return self._reasoning.new_in("delta", thought) if thought else ""

    def _without_all_again(self, said: Said) -> Said:
        """A last delta, without the whole answer if it repeats that."""
        repeats = said.text.strip() == "".join(self._content).strip()
        return said._replace(text="") if repeats else said

    def _new_in_message(self, said: Said, event: Mapping[str, Any]) -> Said:
        """What a whole message says that was not said before.

        It may be all there is, repeat what came, grow, or be the next piece.
        """
        so_far = "".join(self._content)
        self._content = [so_far]
        rest = rest_of(so_far, said.text) if so_far else said.text
        if rest is None:
            rest = "" if self._in_deltas else said.text
        if not rest.strip():  # the end of what came, with another line end
            rest = ""
        if not str(event.get("object")).endswith("chunk"):
            self._is_document = True
        thought = self._reasoning.rest_of("message", said.thought)
        return Said(rest, thought, said.tool)

    def _say(self, said: Said) -> list[Item]:
        if self._reason_is_last:
            self._reason_is_last, self.resumed = False, self._answer.visible
        self._tools.hear(said)
        items: list[Item] = []
        if said.thought:
            self._splitter.thinks = True
            self._thoughts.append(said.thought)
            items.append(Delta(said.thought, "reasoning"))
        if said.text and (text := self._spoken.of(said.text)):
            self._content.append(text)
            items += self._taken(self._splitter.split(text))
        return items

    def _taken(self, items: list[Item]) -> list[Item]:
        """Items of the splitter, without reasoning that came elsewhere too."""
        taken: list[Item] = []
        for item in items:
            if isinstance(item, Delta) and item.kind == "answer":
                text = self._answer.add(item.text, reasoned=self._splitter.thinks)
                if not text:
                    continue
                item = item if text == item.text else Delta(text)
            elif not isinstance(item, Delta):
                self._thoughts += self._answer.pieces
                self._answer = AnswerText()
            elif new := self._reasoning.new_in("tags", item.text):
                self._thoughts.append(new)
                item = Delta(new, "reasoning")
            else:
                continue
            taken.append(item)
        return taken
