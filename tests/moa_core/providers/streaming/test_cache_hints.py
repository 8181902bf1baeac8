"""Which endpoints are told what prompts begin with, and how."""

import pytest

from moa_core.messages import Message
from moa_core.mixture.agent_prompt import SharedPrefix
from moa_core.mixture.config import AgentSpec
from moa_core.providers.streaming import cache_hints
from moa_core.providers.streaming.cache_hints import CacheDialect, cache_dialect
from moa_core.providers.streaming.quirks import Quirk, QuirkBook, RequestForm
from moa_core.run.completion import CompletionRequest, Note
from tests.model_server import TEXT, Play

KEY = "0123456789abcdef" * 2
CHAT = tuple(
    Message.from_text(role, text)
    for role, text in (
        ("user", "Why?"),
        ("assistant", "So."),
        ("user", "And?"),
        ("user", "Drafts: ..."),
    )
)


def asked(model="m", *, again=True, shared=True):
    prefix = SharedPrefix(KEY, 3, again) if shared else None
    return CompletionRequest(
        AgentSpec(endpoint="lab", model=model), CHAT, shared=prefix
    )


@pytest.mark.parametrize(
    ("address", "model", "dialect"),
    [
        ("https://api.openai.com/v1", "gpt-5.4", CacheDialect.KEY),
        ("https://eu.openai.azure.com/openai/v1", "gpt-5.4", CacheDialect.KEY),
        ("https://api.mistral.ai/v1", "mistral-large-latest", CacheDialect.KEY),
        ("https://api.fireworks.ai/inference/v1", "kimi", CacheDialect.KEY),
        ("https://api.x.ai/v1", "grok-4", CacheDialect.CONVERSATION),
        ("https://openrouter.ai/api/v1", "anthropic/claude", CacheDialect.MARK),
        ("https://openrouter.ai/api/v1", "openai/gpt-5.4", CacheDialect.NONE),
        ("https://api.deepseek.com/v1", "deepseek-chat", CacheDialect.NONE),
        ("https://api.anthropic.com/v1", "claude", CacheDialect.NONE),
        ("https://api.openai.com.example.org/v1", "gpt-5.4", CacheDialect.NONE),
        ("http://127.0.0.1:8080/v1", "qwen", CacheDialect.NONE),
    ],
)
def test_only_who_documents_a_hint_is_sent_one(address, model, dialect):
    assert cache_dialect(address, model) is dialect


def test_who_wants_no_hint_is_sent_what_was_always_sent():
    assert RequestForm().body(asked()) == RequestForm().body(asked(shared=False))


def test_a_key_stands_in_a_field_of_its_own():
    form = RequestForm(caching=CacheDialect.KEY)
    assert form.body(asked()) == RequestForm().body(asked()) | {"prompt_cache_key": KEY}
    assert form.caching.headers(asked()) == {}
    assert "prompt_cache_key" not in form.body(asked(shared=False))


def test_a_conversation_stands_in_a_header():
    form = RequestForm(caching=CacheDialect.CONVERSATION)
    assert form.body(asked()) == RequestForm().body(asked())
    assert form.caching.headers(asked()) == {"x-grok-conv-id": KEY}
    assert form.caching.headers(asked(shared=False)) == {}


def test_a_mark_stands_behind_the_conversation_and_before_the_drafts():
    body = RequestForm(caching=CacheDialect.MARK).body(asked())
    contents = [message["content"] for message in body["messages"]]
    mark = {"type": "text", "text": "And?", "cache_control": {"type": "ephemeral"}}
    assert contents == ["Why?", "So.", [mark], "Drafts: ..."]


def test_what_does_not_come_again_is_not_kept_for_money():
    form = RequestForm(caching=CacheDialect.MARK)
    assert form.body(asked(again=False)) == RequestForm().body(asked())


def test_messages_that_were_joined_are_not_marked():
    form = RequestForm(frozenset({Quirk.ALTERNATING}), caching=CacheDialect.MARK)
    assert "cache_control" not in str(form.body(asked()))


async def test_a_hint_that_is_refused_is_left_out_and_said_and_not_sent_again(
    client, model_server, monkeypatch
):
    monkeypatch.setitem(cache_hints._BY_HOST, "127.0.0.1", CacheDialect.KEY)
    refusal = {"error": {"message": "Extra inputs are not permitted: prompt_cache_key"}}
    model_server.plays["m"] = Play(
        judge=lambda body: (422, refusal) if "prompt_cache_key" in body else None
    )
    client.adapter._quirks = QuirkBook()
    for _ in range(2):
        client.items = [item async for item in client.adapter.stream(asked())]
    assert client.text() == TEXT
    notes = [item.text for item in client.items if isinstance(item, Note)]
    assert notes == [Quirk.NO_CACHE_HINT]
    sent = ["prompt_cache_key" in call.body for call in model_server.calls]
    assert sent == [True, False, False]
