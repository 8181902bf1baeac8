import asyncio

import pytest

from moa_core.errors import RequestRefusedError
from moa_core.messages import Message
from moa_core.providers.errors.failure import Failure
from moa_core.providers.streaming.chat_completions import ChatCompletions
from moa_core.providers.streaming.quirks import (
    Quirk,
    QuirkBook,
    adapted_messages,
    quirk_behind,
)
from tests.model_server import TEXT, Play

TWO_IN_A_ROW = (
    Message.from_text("system", "Be brief."),
    Message.from_text("user", "Why?"),
    Message.from_text("user", "Drafts: ..."),
)
ALL = (
    "max_tokens",
    "temperature",
    "reasoning_effort",
    "stream_options",
    "same role",
    "system",
)


@pytest.mark.parametrize("quirk", ALL)
async def test_a_quirk_costs_one_refused_request_and_is_remembered(
    client, model_server, quirk
):
    model_server.plays["m"] = Play(refuses=[quirk])
    for _ in range(2):
        await client.ask("m", TWO_IN_A_ROW, effort="low")
        assert client.text() == TEXT
    assert len(model_server.calls) == 3


async def test_a_model_may_have_all_quirks(client, model_server):
    model_server.plays["m"] = Play(refuses=ALL)
    await client.ask("m", TWO_IN_A_ROW, max_tokens=77, effort="high")
    assert client.text() == TEXT
    body = model_server.calls[-1].body
    assert body == {
        "model": "m",
        "messages": [{"role": "user", "content": "Be brief.\n\nWhy?\n\nDrafts: ..."}],
        "stream": True,
        "max_completion_tokens": 77,
    }


async def test_quirks_of_one_model_do_not_touch_another(client, model_server):
    model_server.plays["m"] = Play(refuses=["temperature"])
    await client.ask("m")
    await client.ask("good")
    assert "temperature" in model_server.calls[-1].body


async def test_calls_that_meet_a_quirk_together_all_go_through(client, model_server):
    model_server.plays["m"] = Play(refuses=["max_tokens", "temperature"])

    async def ask():
        return [item async for item in client.stream("m")][-1].reason

    assert set(await asyncio.gather(*(ask() for _ in range(6)))) == {"stop"}


async def test_adapters_can_share_what_they_learn(client, connections, model_server):
    model_server.plays["m"] = Play(refuses=["temperature"])
    book = QuirkBook()
    for _ in range(2):
        client.adapter = ChatCompletions(client.settings, connections, book)
        await client.ask("m")
    assert len(model_server.calls) == 3


async def test_a_refusal_that_no_adaptation_cures_is_told(client, model_server):
    wrong = {"error": {"message": "temperature is not supported", "code": "x"}}
    model_server.plays["m"] = Play(status=400, body=wrong)
    with pytest.raises(RequestRefusedError):
        await client.ask("m")
    assert len(model_server.calls) == 2
    model_server.plays["m"] = Play()
    await client.ask("m")
    assert "temperature" in model_server.calls[-1].body, "nothing was learnt from it"


@pytest.mark.parametrize(
    ("status", "message", "quirk"),
    [
        (
            400,
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
            "'max_completion_tokens' instead.",
            Quirk.COMPLETION_TOKENS,
        ),
        (400, "max_tokens is too large: 99999", None),
        (400, "`temperature` is deprecated for this model", Quirk.NO_TEMPERATURE),
        (400, "reasoning_effort: Extra inputs are not permitted", Quirk.NO_EFFORT),
        (
            400,
            "'temperature' is not supported unless 'reasoning_effort' is 'none'",
            Quirk.NO_TEMPERATURE,
        ),
        (400, "Unknown parameter: stream_options", Quirk.NO_STREAM_OPTIONS),
        (400, "Conversation roles must alternate user/assistant", Quirk.ALTERNATING),
        (
            400,
            "After the (optional) system message(s), user and assistant roles should "
            "be alternating.",
            Quirk.ALTERNATING,
        ),
        (500, "Jinja: Conversation roles must alternate", Quirk.ALTERNATING),
        (400, "found multiple 'user' roles in a row", Quirk.ALTERNATING),
        (400, "System role not supported", Quirk.NO_SYSTEM),
        (
            400,
            "Unsupported value: 'messages[0].role' does not support 'system' with this "
            "model.",
            Quirk.NO_SYSTEM,
        ),
        (400, "Developer instruction is not enabled for models/gemma", Quirk.NO_SYSTEM),
        (400, "invalid request", None),
        (401, "temperature is not supported", None),
        (429, "too many consecutive requests", None),
    ],
)
def test_quirks_are_recognised_by_what_servers_say(status, message, quirk):
    refusal = Failure.from_response(status, {"message": message}, {})
    assert quirk_behind(refusal, frozenset()) == quirk
    if quirk:
        assert quirk_behind(refusal, frozenset({quirk})) != quirk


def test_a_refused_system_message_opens_the_first_question():
    adapted = adapted_messages(
        (
            Message.from_text("system", "S"),
            Message.from_text("user", "a"),
            Message.from_text("assistant", "b"),
            Message.from_text("user", "c"),
        ),
        frozenset({Quirk.NO_SYSTEM}),
    )
    assert [(message.role, message.text) for message in adapted] == [
        ("user", "S\n\na"),
        ("assistant", "b"),
        ("user", "c"),
    ]
