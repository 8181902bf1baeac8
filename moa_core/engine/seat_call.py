"""Turns what is streamed for one seat into events, and its attempts into calls."""

from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from moa_core.engine.budget import raise_if_withheld
from moa_core.engine.seat_request import AttemptMade, Ending, SeatRequest
from moa_core.errors import (
    BrokenStreamError,
    ContextLengthError,
    ImagesRefusedError,
    ProviderError,
)
from moa_core.mixture import Seat
from moa_core.run import (
    Begin,
    Call,
    CallAlive,
    CallContinued,
    CallDelta,
    CallExtended,
    CallFailed,
    CallFinished,
    CallNoted,
    CallQueued,
    CallReclassified,
    CallRestarted,
    CallRole,
    CallStarted,
    CallTimed,
    CallToolDelta,
    Continued,
    Delta,
    Finish,
    Note,
    Overtaken,
    Provider,
    Queued,
    Reclassify,
    Report,
    Restart,
    RunEvent,
    SignOfLife,
    Timed,
    ToolCallDelta,
)
from moa_core.usage import Cost

if TYPE_CHECKING:
    from moa_core.engine.caller import SeatCaller


class SeatCall:
    """The attempts of one seat: turns a stream of items into events and calls."""

    def __init__(self, caller: "SeatCaller", request: SeatRequest) -> None:
        self._request = request
        self._caller = caller
        self._attempt = AttemptMade(1, request.completion.messages)
        self._begin()

    async def listen(self, provider: Provider) -> Finish:
        """Emit every piece until the answer is finished.

        A prompt that is refused for its length is sent once more, with shorter drafts,
        if the refusal says how much the model holds; one that is refused for its images
        with those in words.

        Raises:
            ProviderError: The call failed.
        """
        while True:
            try:
                return await self._listen(provider)
            except ContextLengthError as error:
                if not self._shorten(error):
                    raise
            except ImagesRefusedError as error:
                if not self._put_images_in_words(error):
                    raise

    async def _listen(  # noqa: C901 - one case an item
        self, provider: Provider
    ) -> Finish:
        request = self._request.completion
        async with aclosing(provider.stream(request)) as items:
            async for item in items:
                match item:
                    case Delta():
                        self._write(item)
                    case ToolCallDelta():
                        self._call_tools(item)
                    case Note(text):
                        self.note(text)
                    case Restart() | Continued() | Overtaken() | Begin():
                        self._change_attempt(item)
                    case SignOfLife() | Timed() | Queued():
                        self._tell_wait(item)
                    case Reclassify():
                        self._reclassify()
                    case Finish():
                        return item
                    case Report():
                        self._attempt.report = item
                    case _:
                        assert_never(item)
        raise request.error(BrokenStreamError, "The answer ended without a finish.")

    def _change_attempt(self, item: Restart | Continued | Overtaken | Begin) -> None:
        """End the request under way, or begin one."""
        match item:
            case Restart(error, wait_s, from_start):
                self._end_attempt(error, wait_s)
                if from_start:
                    self._attempt.before = ""
            case Continued():
                self._go_on(item)
            case Overtaken():
                self._overtake(item)
            case Begin(messages):
                self._attempt.messages = messages or self._attempt.messages
                self._begin()
            case _:
                assert_never(item)

    def extend(self, seconds: float) -> None:
        """The user gave it more time."""
        self._caller.emit(CallExtended(self._caller.now_s, *self._where, seconds))

    def end(
        self, finish: Finish | None = None, error: ProviderError | None = None
    ) -> Call:
        """Emit how the seat's last attempt ended, and return that attempt."""
        call = self._billed(finish, error, self._attempt.before)
        event = CallFailed if error else CallFinished
        self._caller.emit(event(self._caller.now_s, call))
        return call

    @property
    def _where(self) -> tuple[CallRole, Seat]:
        return self._request.role, self._request.seat

    def _begin(self) -> None:
        request, agent = self._request, self._request.completion.agent
        self._attempt.began_s = now_s = self._caller.now_s
        number, continues = self._attempt.number, bool(self._attempt.before)
        self._caller.emit(CallStarted(now_s, *self._where, agent, number, continues))
        for text in request.notes:
            self.note(text)

    def _tell_wait(self, item: SignOfLife | Timed | Queued) -> None:
        """Tell what the call waits for."""
        now_s, agent = self._caller.now_s, self._request.completion.agent
        event: RunEvent = CallAlive(now_s, *self._where)
        if isinstance(item, Timed):
            event = CallTimed(now_s, *self._where, item)
        elif isinstance(item, Queued):
            self._attempt.began_s = None  # nothing is sent, nothing costs
            event = CallQueued(now_s, *self._where, agent, item.reason)
        self._caller.emit(event)

    def _write(self, delta: Delta) -> None:
        attempt, now_s = self._attempt, self._caller.now_s
        parts = attempt.parts if delta.kind == "answer" else attempt.reasoning_parts
        parts.append(delta.text)
        attempt.first_s = now_s if attempt.first_s is None else attempt.first_s
        self._caller.emit(CallDelta(now_s, *self._where, delta.text, delta.kind))

    def _call_tools(self, delta: ToolCallDelta) -> None:
        attempt, now_s = self._attempt, self._caller.now_s
        attempt.tool_pieces += delta.pieces
        attempt.first_s = now_s if attempt.first_s is None else attempt.first_s
        self._caller.emit(CallToolDelta(now_s, *self._where, delta.pieces))

    def _overtake(self, item: Overtaken) -> None:
        """Bill the request that was closed, and go on with the one that stays."""
        attempt = self._attempt
        notes = attempt.notes
        attempt.began_s = self._caller.run_time_s(item.began_s)
        attempt.report = item.report
        if item.first_stays:  # they are about that one
            attempt.notes = ()
        self._end_attempt(item.error, 0.0)
        self._begin()
        self._attempt.began_s = self._caller.run_time_s(item.stays_from_s)
        for text in notes if item.first_stays else ():
            self.note(text)

    def _reclassify(self) -> None:
        attempt = self._attempt
        attempt.reasoning_parts += attempt.parts
        attempt.parts = []
        self._caller.emit(CallReclassified(self._caller.now_s, *self._where))

    def compare_prompt(self, finish: Finish) -> None:
        """Say so if the server has read far less than it was sent."""
        agent, sent = self._request.completion.agent, self._attempt.messages
        if finish.usage:
            self.note(self._caller.windows.read(agent, sent, finish.usage) or "")

    def note(self, text: str) -> None:
        """Keep a sentence on how the call is made."""
        if text and text not in self._attempt.notes:
            self._attempt.notes += (text,)
            now_s, agent = self._caller.now_s, self._request.completion.agent
            self._caller.emit(CallNoted(now_s, *self._where, agent, text))

    def _shorten(self, error: ContextLengthError) -> bool:
        """Begin again with a prompt that fits, if that can be had.

        Raises:
            WithheldError: The run has spent what it may.
        """
        completion = self._request.completion
        sent = self._attempt.messages
        self._caller.windows.refused(completion.agent, sent, error)
        shortened = self._request.shortened() if error.window_tokens else None
        return shortened is not None and self._ask_instead(shortened, error)

    def _put_images_in_words(self, error: ImagesRefusedError) -> bool:
        """Begin again for a model that cannot see, if it was sent images.

        Raises:
            WithheldError: The run has spent what it may.
        """
        self._caller.sight.learn(self._request.completion.agent, error)
        told = self._request.in_words()
        return told is not None and self._ask_instead(told, error)

    def _ask_instead(self, request: SeatRequest, error: ProviderError) -> bool:
        self._end_attempt(error, 0.0)
        self._request = request
        self._attempt.messages = request.completion.messages
        self._begin_anew()
        return True

    def restart(self) -> None:
        """The user wants another attempt, now; one that only waited just begins.

        Raises:
            WithheldError: The run has spent what it may.
        """
        if self._attempt.began_s is not None:
            self._end_attempt(self._request.stopped, 0.0)
        self._attempt.before = ""
        self._begin_anew()

    def _begin_anew(self) -> None:
        raise_if_withheld(self._caller.check_budget, self._request.completion)
        self._begin()

    @property
    def late(self) -> bool:
        """Whether the run went on without it."""
        return self._request.completion.claim.late

    @property
    def cost_so_far(self) -> Cost:
        """What the attempt under way has cost, estimated if nothing was reported."""
        return self._call(None, self._request.stopped).cost

    def _billed(
        self, ended: Report | None, error: ProviderError | None, before: str = ""
    ) -> Call:
        """Bill the current attempt, which ended with ``error`` or none.

        Args:
            ended: What the provider said at its end.
            error: Why it failed.
            before: What it continued, where that belongs to its text.
        """
        call = self._call(ended, error, before)
        self._caller.calls.append(call)
        return call

    def _end_attempt(self, error: ProviderError, wait_s: float) -> None:
        call = self._billed(None, error)
        self._caller.emit(CallRestarted(self._caller.now_s, call, wait_s))
        self._next_attempt(self._attempt.before)

    def _go_on(self, continued: Continued) -> None:
        """Bill a request that has ended; the next one continues its text."""
        report = replace(continued.report, reason=continued.reason)
        call = self._billed(report, continued.error)
        self._caller.emit(CallContinued(self._caller.now_s, call))
        self._next_attempt(self._attempt.before + call.text)

    def _next_attempt(self, before: str) -> None:
        number, messages = self._attempt.number + 1, self._attempt.messages
        self._attempt = AttemptMade(number, messages, before)

    def _call(
        self, ended: Report | None, error: ProviderError | None, before: str = ""
    ) -> Call:
        """The current attempt as a call that ended now."""
        caller, now_s = self._caller, self._caller.now_s
        ending = Ending(now_s, ended, error, before, self.late)
        return self._attempt.as_call(self._request, ending, caller.prices)
