"""Answers as simulated models do where a form is asked for: a JSON value, or a call.

A value of a JSON schema is filled with words of the question, so that the answers of
programs that ask for one can be tried without a key.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from moa_core.messages import Message
from moa_core.providers.simulated.texts import is_result, results_of_tools
from moa_core.run import CompletionRequest, ToolCall

_DEEPEST: Final = 12
_WORD: Final = re.compile(r"[^\W_]{3,}")
_NAME: Final = re.compile(r"\b[A-Z][^\W_]+")
_ANY: Final[Mapping[str, Any]] = {}


def formatted_answer(request: CompletionRequest, text: str) -> str | None:
    """The answer in the format that is asked for; ``None`` where none is.

    Args:
        request: What is asked.
        text: The answer in words.
    """
    wanted = request.extra.get("response_format")
    if not isinstance(wanted, dict):
        return None
    named = wanted.get("json_schema")
    schema = named.get("schema") if isinstance(named, dict) else None
    if isinstance(schema, dict):
        filled = _Filler(schema, request.messages).value(schema)
        return json.dumps(filled, ensure_ascii=False)
    if wanted.get("type") == "json_object":
        return json.dumps({"answer": text}, ensure_ascii=False)
    return None


def tool_call(request: CompletionRequest) -> ToolCall | None:
    """The call of a tool that the question is about, or that is required.

    Returns:
        ``None`` where no tool is offered, the question is about none, or a tool has
        answered since it was asked.
    """
    offered = request.extra.get("tools", ())
    tools = [tool["function"] for tool in offered if "function" in tool]
    choice = request.extra.get("tool_choice", "auto")
    if not tools or choice == "none" or results_of_tools(request.messages):
        return None
    question = _question(request.messages).lower()
    named = choice.get("function", {}).get("name") if isinstance(choice, dict) else None
    words = {
        tool["name"]: set(_WORD.findall(tool["name"].lower().replace("_", " ")))
        for tool in tools
    }
    meant = [
        tool
        for tool in tools
        if tool["name"] == named
        or (named is None and any(w in question for w in words[tool["name"]] - {"get"}))
    ]
    if choice != "auto" and not meant:
        meant = tools
    if not meant:
        return None
    schema = meant[0].get("parameters") or {"type": "object"}
    arguments = json.dumps(_Filler(schema, request.messages).value(schema))
    digest = hashlib.sha256(f"{question} {meant[0]}".encode()).hexdigest()
    name = meant[0]["name"]
    return ToolCall(name=name, arguments=arguments, id=f"call_{digest[:24]}")


def _question(messages: Sequence[Message]) -> str:
    """What the user asked last."""
    for message in reversed(messages):
        drafts = "<<<draft " in message.text
        if message.role == "user" and not (drafts or is_result(message)):
            return message.text
    return ""


class _Filler:
    """Fills a JSON schema with words of a question."""

    def __init__(self, root: Mapping[str, Any], messages: Sequence[Message]) -> None:
        self._root = root
        question = _question(messages)
        self._word = next(iter(_NAME.findall(question)[::-1]), question[:40] or "word")

    def value(self, schema: object, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON
        """A value that ``schema`` allows, as far as it is understood."""
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return self._word
        if isinstance(ref := schema.get("$ref"), str):
            return self.value(self._found(ref), depth + 1)
        for name in ("const", "default"):
            if name in schema:
                return schema[name]
        if isinstance(choices := schema.get("enum"), list) and choices:
            return choices[0]
        for name in ("anyOf", "oneOf", "allOf"):
            if isinstance(ways := schema.get(name), list) and ways:
                return self.value(ways[0], depth + 1)
        return self._typed(schema, depth)

    def _typed(self, schema: Mapping[str, Any], depth: int) -> Any:  # noqa: ANN401
        kind = schema.get("type", "object" if "properties" in schema else "string")
        kind = kind[0] if isinstance(kind, list) and kind else kind
        if kind == "object":
            properties = schema.get("properties") or _ANY
            return {n: self.value(each, depth + 1) for n, each in properties.items()}
        if kind == "array":
            count = max(1, int(schema.get("minItems", 1)))
            return [self.value(schema.get("items", _ANY), depth + 1)] * min(count, 10)
        if kind in ("integer", "number"):
            return schema.get("minimum", 1)
        return {"boolean": True, "null": None}.get(str(kind), self._word)

    def _found(self, ref: str) -> object:
        """What a reference within the schema leads to."""
        found: Any = self._root
        for name in ref.removeprefix("#").strip("/").split("/"):
            found = found.get(name) if isinstance(found, dict) else None
        return found
