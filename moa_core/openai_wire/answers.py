"""Writes what a run came to: the whole answer, its tokens, and what each call took."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moa_core.errors import NoSynthesisError, RunError
from moa_core.openai_wire.errors import NOT_RETRIED, ApiError, api_error_of, member
from moa_core.openai_wire.panel import PanelState
from moa_core.openai_wire.request import ApiRequest, Expose
from moa_core.run import Call, RunState, SeatState, ToolCall, ToolCallPiece
from moa_core.usage import Cost, Usage


@dataclass(frozen=True, slots=True)
class ApiRun:
    """A run that answers a request, as its client is told of it.

    Attributes:
        request: What was asked.
        uid: The run.
        url: Address of the page that shows it; ``""`` where there is none.
        panel: What became of the panel.
        key_expose: What is told of the run where the request does not say.
        created: Seconds since 1970.
    """

    request: ApiRequest
    uid: str
    url: str = ""
    panel: PanelState = "asked"
    key_expose: Expose = "summary"
    created: int = field(default_factory=lambda: int(time.time()))

    @property
    def expose(self) -> Expose:
        """What is told of the run."""
        return self.request.expose or self.key_expose

    @property
    def id(self) -> str:
        """The name of the completion."""
        return f"chatcmpl-{self.uid}"

    @property
    def about(self) -> dict[str, Any]:
        """Which run it is, and where it can be seen."""
        return {"run": self.uid} | ({"url": self.url} if self.url else {})


def whole_answer(run: ApiRun, state: RunState) -> dict[str, Any]:
    """The body of an answer that is not streamed.

    Args:
        run: What is told of.
        state: The run, which has succeeded.
    """
    answer = {
        "id": run.id,
        "object": "chat.completion",
        "created": run.created,
        "model": run.request.model,
        "choices": [
            {
                "index": 0,
                "message": _message(run, state),
                "finish_reason": finish_reason(state.synthesis),
                "logprobs": None,
            }
        ],
        "usage": usage_of(run, state),
    }
    if run.expose != "none":
        answer["polyphony"] = run_summary(run, state)
    return answer


def _message(run: ApiRun, state: RunState) -> dict[str, Any]:
    synthesis = state.synthesis
    calls = synthesis.tool_calls
    message: dict[str, Any] = {
        "role": "assistant",
        "content": synthesis.text or (None if calls else ""),
        "refusal": None,
    }
    if calls:
        message["tool_calls"] = [tool_call_values(call) for call in calls]
    thoughts = (
        [draft(seat.call) for seat in drafts(state)] if run.expose == "full" else []
    )
    thought = "".join([*thoughts, synthesis.reasoning])
    if thought and run.expose != "none":
        message["reasoning_content"] = thought
    return message


def drafts(state: RunState) -> list[SeatState]:
    """Seats with a whole proposal of this run, in the order of their layers."""
    seats = [seat for layer in state.layers for seat in layer.seats]
    return [seat for seat in seats if seat.status == "succeeded" and not seat.reused]


def draft(call: Call | None) -> str:
    """A proposal as reasoning, under the name of its model."""
    if call is None:
        return ""
    layer = call.seat.layer_index + 1
    return f"**{call.agent.ref}** (layer {layer})\n\n{call.text}\n\n"


def tool_call_values(call: ToolCall) -> dict[str, Any]:
    """A call of a tool, as it is sent back to its server too."""
    function = {"name": call.name, "arguments": call.arguments}
    return {**call.more, "id": call.id, "type": "function", "function": function}


def tool_piece_values(piece: ToolCallPiece) -> dict[str, Any]:
    """A piece of a call of a tool, as streams have it."""
    values: dict[str, Any] = {"index": piece.index, **piece.more}
    function = {"arguments": piece.arguments}
    if piece.id:
        values |= {"id": piece.id, "type": "function"}
        function = {"name": piece.name, **function}
    return values | {"function": function}


def finish_reason(synthesis: SeatState) -> str:
    """Why the answer ended, in OpenAI's words."""
    call = synthesis.call
    if call is not None and call.finish_reason in ("length", "deadline"):
        return "length"
    return "tool_calls" if synthesis.tool_calls else "stop"


def usage_of(run: ApiRun, state: RunState) -> dict[str, Any]:
    """The tokens that the client is told: of all calls, or of the answer alone."""
    if run.request.usage == "answer":
        return usage_values(answer_usage(state.synthesis))
    values = usage_values(state.usage)
    if (usd := state.cost.total_usd) is not None:
        values["cost"] = float(usd)
    return values


def answer_usage(synthesis: SeatState) -> Usage:
    """The tokens of the answer: where it was written in pieces, of all of them.

    Its prompt is that of the last piece: the longest, which is what fills a window.
    """
    if synthesis.call is None:
        return Usage()
    last = synthesis.call.usage
    pieces = [call.usage for call in synthesis.earlier if call.continued]
    written = sum(each.output_tokens for each in pieces)
    reasoned = sum(each.reasoning_tokens for each in pieces)
    return Usage(
        input_tokens=last.input_tokens,
        output_tokens=last.output_tokens + written,
        cached_input_tokens=last.cached_input_tokens,
        reasoning_tokens=last.reasoning_tokens + reasoned,
        source=last.source,
        unknown_calls=last.unknown_calls,
    )


def usage_values(usage: Usage) -> dict[str, Any]:
    """Tokens in the words of the protocol."""
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.total_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_input_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
    }


def run_summary(run: ApiRun, state: RunState) -> dict[str, Any]:
    """What a run was: who was asked and answered, and what each call took.

    What is unknown is left out or said to be unknown, never told as zero.
    """
    proposers = [seat for layer in state.layers for seat in layer.seats]
    asked = [seat for seat in proposers if seat.status != "pending"]
    about: dict[str, Any] = {
        **run.about,
        "panel": {
            "state": run.panel,
            "asked": len(asked),
            "answered": sum(seat.status == "succeeded" for seat in asked),
            "failed": sum(seat.status in ("failed", "stopped") for seat in asked),
        },
        "aggregator": state.synthesis.agent.ref,
        "calls": [call_values(call) for call in state.calls],
        **cost_values(state.cost),
    }
    if state.usage.unknown_calls:
        about["usage_unknown_calls"] = state.usage.unknown_calls
    if run.request.ignored:
        about["ignored"] = list(run.request.ignored)
    for name, seconds in (("ttft_s", state.ttft_s), ("latency_s", state.latency_s)):
        if seconds is not None:
            about[name] = round(seconds, 3)
    return about


def cost_values(cost: Cost) -> dict[str, Any]:
    """Money of several calls: all of it, or what is known and how much is not."""
    if (usd := cost.total_usd) is not None:
        return {"cost_usd": float(usd)}
    return {"cost_usd_known": float(cost.usd), "cost_unknown_calls": cost.unknown_calls}


def call_values(call: Call) -> dict[str, Any]:
    """One call: layers, seats and attempts count from 1."""
    values: dict[str, Any] = {
        "role": call.role,
        "layer": call.seat.layer_index + 1,
        "seat": call.seat.position + 1,
        "attempt": call.attempt,
        "model": call.agent.ref,
        "outcome": call.outcome,
        "finish_reason": call.finish_reason,
        "usage": None if call.usage.unknown_calls else usage_values(call.usage),
        "usage_source": call.usage.source,
        "started_s": round(call.started_at_s, 3),
        "latency_s": round(call.latency_s, 3),
    }
    if call.late:
        values["late"] = True
    if call.notes:
        values["notes"] = list(call.notes)
    if (usd := call.cost.total_usd) is not None:
        values["cost_usd"] = float(usd)
    if call.error:
        values["error"] = member(call.error)
    return values


def run_error(run: ApiRun, state: RunState, *, begun: bool = False) -> ApiError:
    """Why a run has no answer, with what it took.

    Args:
        run: What is told of.
        state: The run, which has ended.
        begun: Whether the client has words of an answer, which broke off.
    """
    usage, cost = state.usage, state.cost
    billed = bool(usage.total_tokens or usage.unknown_calls or cost.usd)
    error = state.error or RunError("The run ended, and nobody knows how.")
    told = api_error_of(error, billed=billed)
    if begun and isinstance(error, NoSynthesisError):
        told = ApiError(
            NOT_RETRIED, "answer_broken", _broken(str(error)), polyphony=told.polyphony
        )
    return _with_run(told, run, state)


def broken_answer(run: ApiRun, state: RunState, why: object) -> ApiError:
    """An answer that broke off after its client had words of it."""
    told = ApiError(NOT_RETRIED, "answer_broken", _broken(str(why)))
    return _with_run(told, run, state)


def _broken(why: str) -> str:
    return f"The answer broke off: {why} Ask again to start over."


def _with_run(error: ApiError, run: ApiRun, state: RunState) -> ApiError:
    about: Mapping[str, Any] = run.about
    if run.expose != "none":
        about = run_summary(run, state)
    error.polyphony |= {**about, "usage": usage_of(run, state)}
    return error
