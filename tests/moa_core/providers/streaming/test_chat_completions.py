import asyncio
import json
import subprocess
import sys
import threading

import pytest

from moa_core.messages import Message
from moa_core.providers.streaming import chat_completions
from moa_core.providers.streaming.connections import Connections
from moa_core.run.called_by import called_by
from moa_core.run.completion import Delta, Finish
from moa_core.usage import Usage
from tests.moa_core.providers.conftest import KEY, Client
from tests.model_server import TEXT, USAGE, Play


def event(content=None, finish=None, **more):
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice], **more})}\n\n".encode()


DONE = b"data: [DONE]\n\n"
WAITING = [b": still here\n\n"] * 3000  # a packet a millisecond


async def test_an_answer_comes_with_usage_model_and_id(client):
    *_, finish = await client.ask()
    assert client.text() == TEXT
    assert finish == Finish(
        reason="stop",
        usage=Usage(
            input_tokens=11,
            output_tokens=7,
            cached_input_tokens=3,
            cache_known_tokens=11,
            reasoning_tokens=2,
            source="reported",
        ),
        model="good-2026",
        response_id="chatcmpl-1",
    )


async def test_a_preset_that_is_called_is_told_for_which_runs(client, model_server):
    await client.ask("polyphony/quick")
    called_by.set(("r1", "r2"))
    await client.ask("polyphony/quick")
    await client.ask("good")
    told = [call.body.get("polyphony") for call in model_server.calls]
    assert told == [None, {"runs": ["r1", "r2"]}, None]


async def test_the_request_says_what_the_agent_is(client, model_server):
    messages = [
        Message.from_text("system", "Be brief."),
        Message.from_text("user", "Hé?"),
    ]
    await client.ask("good", messages, temperature=0.2, max_tokens=99)
    (call,) = model_server.calls
    assert call.body == {
        "model": "good",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hé?"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.2,
        "max_tokens": 99,
    }
    assert call.headers["Authorization"] == f"Bearer {KEY}"


async def test_an_effort_is_sent_where_one_is_set(client, model_server):
    await client.ask(effort="high")
    await client.ask()
    efforts = [call.body.get("reasoning_effort") for call in model_server.calls]
    assert efforts == ["high", None]


async def test_no_temperature_leaves_it_to_the_endpoint(client, model_server):
    await client.ask(temperature=None)
    assert "temperature" not in model_server.calls[0].body


async def test_an_endpoint_without_key_gets_no_authorization(
    model_server, connections, monkeypatch
):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-belongs-to-openai")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-openai")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-openai")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Gateway: token-of-openai")
    await Client(model_server.url, connections, api_key=None).ask()
    sent = model_server.calls[0].headers
    assert "Authorization" not in sent
    assert "of-openai" not in str(sent)


async def test_a_proxy_is_not_asked_for_servers_of_this_machine(
    model_server, connections, monkeypatch
):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    client = Client(model_server.url, connections)
    await client.ask()
    assert client.text() == TEXT


async def test_calls_one_after_the_other_share_a_connection(client, model_server):
    for _ in range(3):
        await client.ask()
    assert len({call.port for call in model_server.calls}) == 1


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
async def test_reasoning_is_kept_apart_from_the_answer(client, model_server, name):
    model_server.plays["r"] = Play(reasoning=("Let me ", "see."), reasoning_name=name)
    await client.ask("r")
    assert client.text("reasoning") == "Let me see."
    assert client.text() == TEXT


async def test_reasoning_written_into_the_answer_is_kept_apart(client, model_server):
    model_server.plays["r"] = Play(pieces=("<th", "ink>Hm.</thi", "nk>\n\nYes."))
    await client.ask("r")
    assert (client.text("reasoning"), client.text()) == ("Hm.", "Yes.")


@pytest.mark.parametrize("last", [{}, {"content": ""}, {"content": None}, None])
async def test_the_last_delta_may_be_empty_in_any_way(client, model_server, last):
    model_server.plays["m"] = Play(last_delta=last)
    *_, finish = await client.ask("m")
    assert client.text() == TEXT
    assert finish.reason == "stop"


async def test_missing_usage_is_unknown_not_zero(client, model_server):
    model_server.plays["m"] = Play(usage=None)
    *_, finish = await client.ask("m")
    assert finish.usage is None


async def test_reasoning_left_out_of_the_completion_is_counted(client, model_server):
    model_server.plays["m"] = Play(usage=USAGE | {"total_tokens": 25})
    *_, finish = await client.ask("m")
    assert finish.usage.output_tokens == 14


async def test_usage_in_the_last_event_itself_is_read(client, model_server):
    last = event("", "eos", usage={"prompt_tokens": 1, "completion_tokens": 2})
    model_server.plays["m"] = Play(wire=[event("hi"), last, DONE])
    *_, finish = await client.ask("m")
    assert (finish.reason, finish.usage.total_tokens) == ("eos", 3)


@pytest.mark.parametrize(
    "play",
    [
        Play(done=False, stays_open=True),
        Play(done=True, stays_open=True),
        Play(done=False),
        Play(done=False, stays_open=True, usage=None),
        Play(wire=[event(TEXT), event("", "stop"), *WAITING], stays_open=True),
    ],
)
async def test_a_finished_answer_does_not_wait_for_the_server(
    client, model_server, play, monkeypatch
):
    assert chat_completions.END_WAIT_S < 10
    monkeypatch.setattr(chat_completions, "END_WAIT_S", 0.2)
    monkeypatch.setattr(chat_completions, "CLOSED_WAIT_S", 0.1)
    await client.ask()
    model_server.plays["m"] = play
    async with asyncio.timeout(10):  # the server waits an hour
        *_, finish = await client.ask("m")
    assert client.text() == TEXT
    assert finish.reason == "stop"


async def test_a_lost_connection_after_the_end_does_not_matter(client, model_server):
    model_server.plays["m"] = Play(
        wire=[
            event("hi"),
            event("", "stop"),
            b'data: {"error": {"message": "late"}}\n\n',
        ]
    )
    *_, finish = await client.ask("m")
    assert (client.text(), finish.reason) == ("hi", "stop")


async def test_an_answer_cut_at_max_tokens_says_so(client, model_server):
    model_server.plays["m"] = Play(finish="length")
    *_, finish = await client.ask("m")
    assert finish.reason == "length"


async def test_text_in_any_packets_arrives_whole(client, model_server):
    wire = b": hello\r\n\r\n" + event("Grü") + event("ße 完") + event("", "stop")
    model_server.plays["m"] = Play(
        wire=[wire[i : i + 3] for i in range(0, len(wire), 3)]
    )
    await client.ask("m")
    assert client.text() == "Grüße 完"


async def test_a_whole_answer_instead_of_a_stream_is_read(client, model_server):
    whole = {
        "model": "m-1",
        "choices": [{"message": {"content": "All at once"}, "finish_reason": "stop"}],
        "usage": USAGE,
    }
    model_server.plays["m"] = Play(
        wire=[json.dumps(whole, indent=2).encode()], content_type="application/json"
    )
    *_, finish = await client.ask("m")
    assert client.text() == "All at once"
    assert (finish.model, finish.usage.input_tokens) == ("m-1", 11)


async def test_content_in_parts_is_read(client, model_server):
    parts = event([{"type": "text", "text": "in "}, {"type": "text", "text": "parts"}])
    model_server.plays["m"] = Play(wire=[parts, event(None, "stop"), DONE])
    await client.ask("m")
    assert client.text() == "in parts"


@pytest.mark.parametrize("play", [Play(headers_after_s=30), Play(fault="stall")])
async def test_a_silent_server_can_be_left_at_any_time(client, model_server, play):
    model_server.plays["m"] = play
    await client.ask()
    asking = asyncio.create_task(client.ask("m"))
    await asyncio.to_thread(model_server.wait_until_asked, 2)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await asyncio.to_thread(model_server.wait_until_dropped)


async def test_120_calls_run_at_once(client, model_server):
    all_asked = threading.Event()
    model_server.plays["m"] = Play(held_until=all_asked)
    calls = [asyncio.create_task(_collected(client.stream("m"))) for _ in range(120)]
    await asyncio.to_thread(model_server.wait_until_asked, 120)
    all_asked.set()
    assert set(await asyncio.gather(*calls)) == {TEXT}


async def _collected(stream):
    return "".join([item.text async for item in stream if isinstance(item, Delta)])


def test_each_loop_has_connections_of_its_own(model_server):
    connections = Connections()

    async def visit():
        client = Client(model_server.url, connections)
        await client.ask()
        await connections.aclose()
        return client.text()

    assert [asyncio.run(visit()) for _ in range(3)] == [TEXT] * 3


def test_importing_the_endpoints_imports_no_sdk():
    code = (
        "import sys, moa_core.providers.endpoints; "
        "print({'openai', 'together', 'httpx2', 'aiohttp'} & set(sys.modules))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "set()"


async def test_deltas_that_repeat_all_so_far_are_read_once(client, model_server):
    pieces = [*(TEXT[:end] for end in range(5, len(TEXT), 5)), TEXT]
    model_server.plays["m"] = Play(pieces=pieces, reasoning=pieces)
    await client.ask("m")
    assert client.text() == client.text("reasoning") == TEXT


async def test_choices_that_are_numbered_by_chunk_are_one_answer(client, model_server):
    choices = [
        {
            "index": at,
            "delta": {"content": piece},
            "finish_reason": "stop" if at == len(TEXT) - 1 else None,
        }
        for at, piece in enumerate(TEXT)
    ]
    wire = [f"data: {json.dumps({'choices': [each]})}\n\n".encode() for each in choices]
    model_server.plays["m"] = Play(wire=[b"".join(wire)])
    await client.ask("m")
    assert client.text() == TEXT
