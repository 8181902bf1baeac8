import asyncio

from moa_core.messages import Message
from moa_core.mixture.config import AgentSpec
from moa_core.providers.streaming.chat_completions import ChatCompletions
from moa_core.providers.streaming.quirks import (
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
    assert len(form.adding(Quirk.NO_LIMIT).notes(REQUEST)) == 1, "the plainest form"
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
