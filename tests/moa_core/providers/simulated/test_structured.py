"""Simulated models answer programs that ask for a form, or offer tools."""

import json

import pytest

from moa_core.messages import Message
from moa_core.mixture.config import AgentSpec
from moa_core.providers.simulated import Simulated
from moa_core.run import CompletionRequest, Delta, ToolCallDelta, whole_tool_calls

ADDRESS = {"type": "object", "properties": {"city": {"type": "string"}}}
SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "kind": {"enum": ["small", "large"]},
        "count": {"type": "integer", "minimum": 3},
        "yes": {"type": "boolean"},
        "home": {"$ref": "#/$defs/address"},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 2},
        "maybe": {"anyOf": [{"type": "null"}, {"type": "string"}]},
        "fixed": {"const": 5},
    },
    "$defs": {"address": ADDRESS},
}
LOOK = {"name": "get_weather", "parameters": ADDRESS}
WEATHER = {"type": "function", "function": LOOK}
OTHER = {"type": "function", "function": {"name": "send_mail"}}


async def answer(question, *more, **extra):
    """The text, and the calls of tools."""
    messages = (Message.from_text("user", question), *more)
    agent = AgentSpec(endpoint="simulated", model="synthesist")
    request = CompletionRequest(agent, messages, extra=extra)
    items = [item async for item in Simulated(pace=0).stream(request)]
    text = "".join(item.text for item in items if isinstance(item, Delta))
    deltas = [item for item in items if isinstance(item, ToolCallDelta)]
    pieces = [piece for delta in deltas for piece in delta.pieces]
    return text, whole_tool_calls(pieces), items[-1].reason


async def test_a_schema_is_filled():
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}
    text, _, _ = await answer("Weather in Paris?", response_format=form)
    assert json.loads(text) == {
        "name": "Paris",
        "kind": "small",
        "count": 3,
        "yes": True,
        "home": {"city": "Paris"},
        "tags": ["Paris", "Paris"],
        "maybe": None,
        "fixed": 5,
    }
    text, _, _ = await answer("Why?", response_format={"type": "json_object"})
    assert json.loads(text)["answer"]


@pytest.mark.parametrize(
    ("question", "choice", "name"),
    [
        ("How is the weather in Paris?", "auto", "get_weather"),
        ("Hello", "auto", None),
        ("Hello", "required", "get_weather"),
        ("Weather?", "none", None),
        ("Hello", {"type": "function", "function": {"name": "send_mail"}}, "send_mail"),
    ],
)
async def test_a_tool_is_called_where_it_is_meant_or_required(question, choice, name):
    tools = [WEATHER, OTHER]
    text, calls, reason = await answer(question, tools=tools, tool_choice=choice)
    assert [call.name for call in calls] == ([name] if name else [])
    assert bool(text) is not bool(name)
    assert reason == ("tool_calls" if name else "stop")
    assert all(isinstance(json.loads(call.arguments), dict) for call in calls)


async def test_a_tool_that_has_answered_is_not_called_again():
    sent = {"role": "tool", "tool_call_id": "c", "content": "18 degrees"}
    result = Message("user", Message.from_text("user", "18 degrees").parts, sent)
    text, calls, _ = await answer("How is the weather?", result, tools=[WEATHER])
    assert calls == ()
    assert "18 degrees" in text
