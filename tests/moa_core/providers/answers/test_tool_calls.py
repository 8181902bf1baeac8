"""Calls of tools that were offered, however their server spells them."""

import json
from dataclasses import replace

import pytest

from moa_core.errors import ToolCallError
from moa_core.providers.answers.answer import Answer
from moa_core.run import ToolCallDelta, whole_tool_calls
from tests.moa_core.providers.answers.reading import REQUEST, TARGET, chunk

TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": {}}}
OFFERED = replace(REQUEST, extra={"tools": [TOOL]})
PARIS = '{"city": "Paris"}'


def piece(arguments="", *, name=None, its_id=None, index=0, **more):
    function = {"arguments": arguments} | ({"name": name} if name else {})
    call = {"index": index, "id": its_id, "type": "function", "function": function}
    call = {key: value for key, value in call.items() if value is not None}
    return {"tool_calls": [call | more]}


def called(*events, request=OFFERED):
    """The calls that these events make, in how many items, and what went wrong."""
    answer, items = Answer(TARGET, request), []
    for event in events:
        items += answer.read(event)
    items += answer.end()
    deltas = [item for item in items if isinstance(item, ToolCallDelta)]
    pieces = [each for delta in deltas for each in delta.pieces]
    calls = [(each.name, each.arguments) for each in whole_tool_calls(pieces)]
    return calls, len(deltas), answer.failure()


START = chunk(piece(name="get_weather", its_id="call_1"))
SPELLINGS = {
    "in pieces": [START, chunk(piece('{"city": ')), chunk(piece('"Paris"}'))],
    "whole": [chunk(piece(PARIS, name="get_weather", its_id="call_1"))],
    "without a number": [
        chunk(piece(name="get_weather", its_id="call_1", index=None)),
        chunk(piece(PARIS, index=None)),
    ],
    "its name again and again": [
        chunk(piece('{"city": ', name="get_weather", its_id="call_1")),
        chunk(piece('"Paris"}', name="get_weather", its_id="call_1")),
    ],
    "an object": [chunk(piece({"city": "Paris"}, name="get_weather"))],
    "as it was before": [
        chunk({"function_call": {"name": "get_weather", "arguments": ""}}),
        chunk({"function_call": {"arguments": PARIS}}),
    ],
    "a whole message": [
        {"choices": [{"message": piece(PARIS, name="get_weather", its_id="call_1")}]}
    ],
    "and the whole message": [
        chunk(piece(PARIS, name="get_weather", its_id="call_1")),
        {"choices": [{"message": piece(PARIS, name="get_weather", its_id="call_1")}]},
    ],
    "an empty form before": [
        chunk({"tool_calls": [{"function": {"name": "", "arguments": ""}}]}),
        chunk(piece(PARIS, name="get_weather", its_id="call_1")),
    ],
}


@pytest.mark.parametrize("finish", ["tool_calls", "stop"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_call_is_read_however_it_is_spelled(spelling, finish):
    calls, _, failure = called(*SPELLINGS[spelling], chunk(None, finish))
    assert calls == [("get_weather", PARIS)]
    assert failure is None


def test_pieces_are_passed_on_as_they_come():
    assert called(*SPELLINGS["in pieces"])[1] == 3


@pytest.mark.parametrize("numbers", [(0, 1), (0, 0), (None, None)])
def test_several_calls_are_told_apart(numbers):
    first, second = numbers
    calls, _, _ = called(
        chunk(piece("{", name="a", its_id="1", index=first)),
        chunk(piece("}", its_id="1", index=first)),
        chunk(piece("{", name="b", its_id="2", index=second)),
        chunk(piece("}", its_id="2", index=second)),
        chunk(None, "tool_calls"),
    )
    assert calls == [("a", "{}"), ("b", "{}")]


def test_a_call_has_an_id_and_what_only_its_server_knows():
    answer = Answer(TARGET, OFFERED)
    mark = {"google": {"thought_signature": "x"}}
    [delta] = answer.read(chunk(piece(PARIS, name="a", extra_content=mark)))
    [call] = whole_tool_calls(delta.pieces)
    assert call.id.startswith("call_")
    assert call.more == {"extra_content": mark}
    assert call.text == f"a({PARIS})"
    json.dumps(dict(call.more))


def test_text_before_a_call_is_kept():
    answer = Answer(TARGET, OFFERED)
    answer.read(chunk("Let me look."))
    answer.read(chunk(piece(PARIS, name="a", its_id="1"), "tool_calls"))
    assert answer.failure() is None
    assert answer.report().reason == "tool_calls"


def test_a_call_that_nobody_offered_is_no_answer():
    calls, _, failure = called(
        *SPELLINGS["whole"], chunk(None, "stop"), request=REQUEST
    )
    assert calls == []
    assert isinstance(failure, ToolCallError)
    assert "though none was offered" in str(failure)


def test_a_call_that_its_server_did_not_read_is_no_answer():
    text = "<tool_call>{'name': 'get_weather'}</tool_call>"
    _, _, failure = called(chunk(text), chunk(None, "stop"))
    assert isinstance(failure, ToolCallError)
    assert "its server should have read" in str(failure)
