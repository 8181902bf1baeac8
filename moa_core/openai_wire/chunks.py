"""Writes the events of a run as the chunks of one streamed completion.

A client cannot take words back. So an answer that may still be replaced, by a model
that was asked first or that began before its drafts were complete, is held back until
it stands; and an answer that breaks off after its first words ends the stream.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from moa_core.openai_wire.answers import (
    ApiRun,
    broken_answer,
    draft,
    finish_reason,
    run_summary,
    tool_call_values,
    tool_piece_values,
    usage_of,
)
from moa_core.openai_wire.progress import joined, progress_of
from moa_core.run import (
    STANDS,
    CallContinued,
    CallDelta,
    CallFailed,
    CallFinished,
    CallReclassified,
    CallRestarted,
    CallStarted,
    CallToolDelta,
    RunEvent,
    RunState,
)

_THOUGHT_END: Final = "\n\n</think>\n\n"
"""Ends reasoning that was sent as the answer, as models write it themselves."""


class StreamChunks:
    """The chunks of one streamed answer, whose events must come in order.

    Args:
        run: What is told of.

    Attributes:
        wrote: Whether the client has words of the answer.
    """

    def __init__(self, run: ApiRun) -> None:
        self._run = run
        self._seat: object = None  # who writes; others are not listened to
        self._sent: list[str] = []  # of the answer, since it was begun
        self._sent_now = False  # by the request under way
        self._sent_tools = False
        self.wrote = False

    def first(self, state: RunState) -> dict[str, Any]:
        """The first chunk, which is sent as soon as the run is accepted."""
        config = state.config
        about: dict[str, Any] = {
            "event": "run_started",
            **self._run.about,
            "panel": self._run.panel,
            "layers": [
                [each.ref for each in layer.proposers] for layer in config.layers
            ],
            "aggregator": config.aggregator.ref,
        }
        if self._run.request.ignored:
            about["ignored"] = list(self._run.request.ignored)
        return self._chunk({"role": "assistant", "content": ""}, about)

    def of_all(
        self, events: Iterable[RunEvent], state: RunState
    ) -> Iterator[dict[str, Any]]:
        """The chunks of events that waited together; words among them are one chunk.

        Raises:
            ApiError: The answer has broken off; the stream ends, and so must the run.
        """
        for event in joined(events):
            yield from self.of(event, state)

    def of(self, event: RunEvent, state: RunState) -> Iterator[dict[str, Any]]:
        """The chunks that tell of ``event``: none or a few.

        Args:
            event: What happened; the end of a run is told by ``end``.
            state: The run.

        Raises:
            ApiError: The answer has broken off; the stream ends, and so must the run.
        """
        match event:
            case CallDelta() | CallToolDelta():
                if event.role == "aggregator":
                    yield from self._written(event)
                return
            case CallReclassified(role="aggregator"):
                yield from self._reclassify(event)
            case CallContinued():
                self._sent_now = False
            case CallFinished(role="proposer") if self._run.expose == "full":
                yield from self._progress(
                    event, {"reasoning_content": draft(event.call)}
                )
                return
            case _:
                self._check_broken(event, state)
        yield from self._progress(event)

    def end(self, state: RunState) -> Iterator[dict[str, Any]]:
        """The last chunks: what was held back, why it ended, and what it took.

        Args:
            state: The run, which has succeeded.
        """
        text, sent = state.synthesis.text, "".join(self._sent)
        if text != sent and text.startswith(sent):
            yield self._chunk({"content": text.removeprefix(sent)})
        if (calls := state.synthesis.tool_calls) and not self._sent_tools:
            told = [
                {"index": index, **tool_call_values(call)}
                for index, call in enumerate(calls)
            ]
            yield self._chunk({"tool_calls": told})
        about = {"event": "run_finished", **run_summary(self._run, state)}
        usage_follows = self._run.request.include_usage
        last = self._chunk({}, None if usage_follows else about)
        last["choices"][0]["finish_reason"] = finish_reason(state.synthesis)
        yield last
        if usage_follows:
            usage = self._chunk({}, about)
            yield usage | {"choices": [], "usage": usage_of(self._run, state)}

    def _written(self, event: CallDelta | CallToolDelta) -> Iterator[dict[str, Any]]:
        """Words of the writer; of two that write at once, the first is heard."""
        if isinstance(event, CallDelta) and event.kind == "reasoning":
            if self._run.expose != "none" and event.text.strip() != STANDS:
                yield self._chunk({"reasoning_content": event.text})
            return
        if self._seat not in (None, event.seat):
            return
        self._seat, self._sent_now, self.wrote = event.seat, True, True
        if isinstance(event, CallDelta):
            self._sent.append(event.text)
            yield self._chunk({"content": event.text})
        else:
            self._sent_tools = True
            pieces = [tool_piece_values(piece) for piece in event.pieces]
            yield self._chunk({"tool_calls": pieces})

    def _reclassify(self, event: CallReclassified) -> Iterator[dict[str, Any]]:
        """What was sent as the answer was reasoning: say so, as models do."""
        if self._sent_now and event.seat == self._seat:
            self._sent = []
            yield self._chunk({"content": _THOUGHT_END})

    def _check_broken(self, event: RunEvent, state: RunState) -> None:
        """What the writer has written cannot be written again.

        A stopped call may be the end of the whole run, which is told otherwise.

        Raises:
            ApiError: It would have to be.
        """
        why: object = None
        match event:
            case CallStarted(role="aggregator") if self.wrote:
                if not (event.continues and event.seat == self._seat):
                    why = "another call had to be made."
            case CallRestarted() | CallFailed() if event.seat == self._seat:
                stopped = event.call.outcome == "stopped" and isinstance(
                    event, CallFailed
                )
                if self._sent_now and not stopped:
                    why = event.call.error or "it was restarted."
        if why:
            raise broken_answer(self._run, state, why)

    def _progress(
        self, event: RunEvent, delta: Mapping[str, Any] | None = None
    ) -> Iterator[dict[str, Any]]:
        about = progress_of(event)
        if about and self._run.expose != "none":
            yield self._chunk(delta or {}, about)

    def _chunk(
        self, delta: Mapping[str, Any], about: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """One whole chunk, as every client can read it."""
        choice = {"index": 0, "delta": delta, "finish_reason": None, "logprobs": None}
        chunk: dict[str, Any] = {
            "id": self._run.id,
            "object": "chat.completion.chunk",
            "created": self._run.created,
            "model": self._run.request.model,
            "choices": [choice],
        }
        if self._run.request.include_usage:
            chunk["usage"] = None
        if about and self._run.expose != "none":
            chunk["polyphony"] = dict(about)
        return chunk
