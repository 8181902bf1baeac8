"""When an answer is waited for that may have ended, and what is kept of a lost one."""

import json

import pytest

from moa_core.errors import ProviderError
from moa_core.providers.streaming import chat_completions
from moa_core.run.completion import Delta, Finish, Report
from moa_core.usage import Usage
from tests.model_server import Play

DONE = b"data: [DONE]\n\n"
COUNTS = {"prompt_tokens": 777, "completion_tokens": 33}
SPENT = Usage(input_tokens=777, output_tokens=33, source="reported")


def event(content=None, finish=None, **more):
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice], **more})}\n\n".encode()


def pause(packets):
    """So many milliseconds at least, in which the server sends comments."""
    return [b": wait\n\n"] * packets


@pytest.fixture
def short_waits(monkeypatch):
    monkeypatch.setattr(chat_completions, "END_WAIT_S", 0.1)
    monkeypatch.setattr(chat_completions, "CLOSED_WAIT_S", 0.05)


@pytest.mark.usefixtures("short_waits")
async def test_an_end_before_any_text_is_not_believed(client, model_server):
    wire = [event("", "stop"), *pause(300), event("late"), event("", "stop"), DONE]
    model_server.plays["m"] = Play(wire=wire)
    await client.ask("m")
    assert client.text() == "late"


@pytest.mark.usefixtures("short_waits")
async def test_ends_that_did_not_hold_mean_nothing(client, model_server):
    said = [event("One ", "stop"), event("two ", "stop"), *pause(300)]
    model_server.plays["m"] = Play(wire=[*said, event("three.", "stop"), DONE])
    await client.ask("m")
    assert client.text() == "One two three."


@pytest.mark.usefixtures("short_waits")
async def test_an_end_that_holds_is_waited_for_only_shortly(client, model_server):
    wire = [event("All."), event("", "stop"), *pause(500), event(" More.")]
    model_server.plays["m"] = Play(wire=wire, stays_open=True)
    await client.ask("m")
    assert client.text() == "All."


async def test_tokens_that_come_late_count(client, model_server):
    late = f"data: {json.dumps({'choices': [], 'usage': COUNTS})}\n\n".encode()
    wire = [event("All."), event("", "stop"), *pause(200), late]
    model_server.plays["m"] = Play(wire=wire, stays_open=True)
    *_, finish = await client.ask("m")
    assert finish.usage == SPENT


async def test_tokens_are_told_while_an_answer_is_under_way(client, model_server):
    model_server.plays["m"] = Play(wire=[event("half ", usage=COUNTS), event("more")])
    with pytest.raises(ProviderError, match="before its end"):
        await client.ask("m")
    kinds = [type(item) for item in client.items]
    assert kinds.index(Report) < len(kinds) - 2, "before the next words"
    assert client.items[-1].usage == SPENT
    assert Finish not in kinds


@pytest.mark.parametrize("usage", [COUNTS, None])
async def test_tokens_in_the_body_of_a_refusal_count(client, model_server, usage):
    body = {"error": {"message": "not this"}, "usage": usage}
    model_server.plays["m"] = Play(status=403, body=body)
    with pytest.raises(ProviderError):
        await client.ask("m")
    assert client.items == ([Report(usage=SPENT)] if usage else [])


async def test_a_text_that_waited_to_become_a_tag_is_kept_when_all_is_lost(
    client, model_server
):
    model_server.plays["m"] = Play(wire=[event("a <thi")], stays_open=False)
    with pytest.raises(ProviderError):
        await client.ask("m")
    assert client.text() == "a <thi"
    assert isinstance(client.items[0], Delta)
