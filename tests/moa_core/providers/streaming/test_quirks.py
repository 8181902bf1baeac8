import asyncio
from dataclasses import replace

from moa_core.messages import Message
from moa_core.mixture.config import AgentSpec
from moa_core.providers.streaming.chat_completions import ChatCompletions
from moa_core.providers.streaming.quirks import (
    LEFT_OUT,
    Quirk,
    QuirkBook,
    RequestForm,
    adapted_messages,
)
from moa_core.run.completion import CompletionRequest
from tests.model_server import TEXT, Play

REQUEST = CompletionRequest(
    AgentSpec(endpoint="lab", model="m", effort="high"),
    (Message.from_text("system", "Be brief."), Message.from_text("user", "Why?")),
    extra={**dict.fromkeys(LEFT_OUT, 1), "stop": ["x"]},
)


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
    assert client.text() == TEXT
    assert len(model_server.calls) == 3


def test_what_is_adapted_is_said_a_sentence_each():
    form = RequestForm(frozenset(Quirk) - {Quirk.NO_LIMIT}, most_tokens=1024)
    plainest, *named = form.adding(Quirk.NO_LIMIT).notes(REQUEST)
    assert "plainest form" in plainest
    assert named == list(dict.fromkeys(LEFT_OUT.values()))
    notes = form.notes(REQUEST)
    unneeded = (Quirk.NO_LIMIT, Quirk.ALTERNATING, Quirk.NO_CACHE_HINT)
    assert notes == [
        *(q for q in Quirk if q not in unneeded),
        "Asked for 1,024 tokens at most, not 2,048: the server allows no more.",
    ]
    assert RequestForm().notes(REQUEST) == []
    [note] = RequestForm(tokens_left=500).notes(REQUEST)
    assert note.endswith("no more fit beside the prompt.")


def test_what_belongs_to_one_prompt_is_not_remembered():
    book = QuirkBook()
    book.learn("http://x", "m", RequestForm(most_tokens=900, tokens_left=500))
    book.learn("http://x", "m", RequestForm(most_tokens=1000))
    assert book.of("http://x", "m") == RequestForm(most_tokens=900)


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


PICTURE = Message.from_text("user", "[an image]").adding("What is it?")
PICTURE = replace(
    PICTURE, as_sent={"role": "user", "content": [{"type": "image_url"}], "name": "x"}
)
CALLED = Message("user", (), {"role": "tool", "tool_call_id": "c", "content": "18"})


def test_what_another_program_wrote_is_sent_as_it_came():
    asked = replace(REQUEST, messages=(*REQUEST.messages, PICTURE, CALLED))
    body = RequestForm().body(asked)
    assert body["messages"][2:] == [PICTURE.as_sent, CALLED.as_sent]
    assert body["seed"] == 1
    assert body["stop"] == ["x"]


def test_what_another_program_wrote_is_never_joined_to_other_messages():
    sent = (Message.from_text("user", "One."), CALLED, PICTURE)
    joined = adapted_messages(sent, frozenset({Quirk.ALTERNATING, Quirk.NO_SYSTEM}))
    assert joined == sent


def test_without_its_tools_or_its_format_an_answer_is_never_asked_for():
    extra = {"tools": [{}], "tool_choice": "auto", "response_format": {}, "stop": "x"}
    body = RequestForm(frozenset(Quirk)).body(replace(REQUEST, extra=extra))
    assert extra.items() <= body.items()
