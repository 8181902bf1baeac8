"""Reads events that are no chat completion chunks, as gateways let them through.

Anthropic's, Gemini's, Ollama's, llama.cpp's, Cohere's, Bedrock's and OpenAI's other
API each become a choice with a delta, as chat completions have it.
"""

from collections.abc import Mapping
from typing import Any

from moa_core.providers.answers.finish_reasons import reason_in

Choice = Mapping[str, Any]
_NEWS = frozenset({"status", "message", "code", "error"})
"""Beside these a text may be about the call, not of the answer."""


_WRAPPERS = ("data", "result", "response", "output", "body")


def unwrapped(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The chat completion that a gateway has put into an object of its own.

    ``event`` itself where it has choices, or there are none.
    """
    if not event.get("choices"):
        for name in _WRAPPERS:
            inner = event.get(name)
            if isinstance(inner, dict) and inner.get("choices"):
                return inner
    return event


def without_messages(choice: Choice) -> Choice:
    """A choice of Azure's first answers on one's own data, as others have it.

    What the model says stands in ``messages``, beside what its search has found.
    """
    messages = choice["messages"]
    for each in reversed(messages) if isinstance(messages, list) else ():
        delta = each.get("delta") if isinstance(each, dict) else None
        said = delta if isinstance(delta, dict) else each
        if not isinstance(said, dict) or said.get("role") == "tool":
            continue
        ended = each.get("end_turn") is True
        if ended and said.get("content") == "[DONE]":
            said = {}
        reason = reason_in(choice) or ("end_turn" if ended else None)
        return {**choice, "message" if said is each else "delta": said, **_ends(reason)}
    return choice


def says_complete(event: Mapping[str, Any]) -> bool:
    """Whether ``event`` says by a flag of its own that the answer is complete."""
    return any(event.get(name) is True for name in ("done", "is_end", "is_final"))


def foreign_choice(event: Mapping[str, Any]) -> Choice | None:
    """The choice that ``event``, which has no choices, stands for; ``None`` if none."""
    kind = event.get("type")
    if isinstance(kind, str):
        return _typed(kind, event)
    if isinstance(candidates := event.get("candidates"), list) and candidates:
        return _gemini(candidates[0])
    if isinstance(feedback := event.get("promptFeedback"), dict):  # Gemini's as well
        return _ends(reason_in({"finish_reason": feedback.get("blockReason")}))
    for name in ("contentBlockDelta", "messageStop"):
        if isinstance(inner := event.get(name), dict):
            return {"delta": _delta(inner.get("delta")), **_ends(reason_in(inner))}
    if isinstance(delta := event.get("delta"), dict | str):
        return {"delta": delta, **_ends(reason_in(event))}
    return _native(event)


def _native(event: Mapping[str, Any]) -> Choice | None:
    """Pieces of an API of Ollama's, llama.cpp's or TGI's own."""
    if isinstance(event.get("message"), dict):
        return {"delta": event["message"], **_ends(_done_reason(event))}
    if isinstance(event.get("response"), str) and not event.keys() & _NEWS:
        return {"delta": {"content": event["response"]}, **_ends(_done_reason(event))}
    if any(name in event for name in ("done", "stop", "stop_reason", "token")):
        for name in ("response", "content", "completion", "text", "token"):
            if isinstance(piece := event.get(name), str | dict):
                return {"delta": {"content": piece}, **_ends(_done_reason(event))}
    return None


def _typed(kind: str, event: Mapping[str, Any]) -> Choice | None:
    """Events of Anthropic, Cohere and OpenAI's Responses say what they are."""
    delta = event.get("delta")
    if kind in ("content_block_delta", "content-delta"):
        return {"delta": _delta(delta)}
    if kind in ("message_delta", "message-end"):
        return _ends(reason_in(delta))
    if kind == "content_block_start":
        return {"delta": {"content": [event.get("content_block")]}}
    if kind in ("response.completed", "response.incomplete", "response.failed"):
        response = event.get("response")
        whole = response if isinstance(response, dict) else {}
        details = whole.get("incomplete_details")
        named = details.get("reason") if isinstance(details, dict) else None
        reason = str(named or kind.partition(".")[2])
        return {"error": whole.get("error"), **_ends(reason)}
    if kind.startswith("response.") and kind.endswith(".delta"):
        if "reasoning" in kind:
            return {"delta": {"reasoning": delta}}
        return {"delta": {"content": delta}} if "text" in kind else None
    if kind == "message" and "content" in event:  # a whole message of Anthropic's
        return {"message": event, **_ends(reason_in(event))}
    return None


def _delta(delta: object) -> Mapping[str, Any]:
    """The delta of a block of content."""
    if not isinstance(delta, dict):
        return {}
    inner = delta.get("message")  # Cohere's
    if isinstance(inner, dict):
        return inner
    if isinstance(reasoning := delta.get("reasoningContent"), dict):  # Bedrock's
        return {"reasoning": reasoning}
    if "thinking" in delta:
        return {"reasoning": delta["thinking"]}
    return {"content": delta.get("text")}


def _gemini(candidate: object) -> Choice | None:
    if not isinstance(candidate, dict):
        return None
    content = candidate.get("content")
    parts = content.get("parts") if isinstance(content, dict) else None
    return {"delta": {"content": parts}, **_ends(reason_in(candidate))}


def _done_reason(event: Mapping[str, Any]) -> str | None:
    """Why a native answer ended; one that is only said to be done is whole."""
    if reason := reason_in(event):
        return reason
    if isinstance(reason := event.get("stop_type"), str) and reason:
        return None if reason == "none" else reason
    if event.get("done") is True or event.get("stop") is True:
        return "length" if event.get("stopped_limit") is True else "stop"
    return None


def _ends(reason: str | None) -> Mapping[str, Any]:
    return {"finish_reason": reason}
