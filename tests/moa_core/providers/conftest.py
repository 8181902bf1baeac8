"""A client of the test's own model server."""

from typing import Any

import pytest

from moa_core.messages import Message
from moa_core.mixture.config import AgentSpec
from moa_core.providers.streaming.chat_completions import ChatCompletions
from moa_core.providers.streaming.connections import Connections
from moa_core.run.completion import CompletionRequest, Delta
from moa_core.settings import EndpointSettings

KEY = "sk-test-0123456789"


class Client:
    """An adapter, and short ways to ask it."""

    def __init__(self, base_url, connections, **options):
        options = {"kind": "compatible", "api_key": KEY} | options
        self.settings = EndpointSettings(name="lab", base_url=base_url, **options)
        self.adapter: Any = ChatCompletions(self.settings, connections)
        self.items = []

    def stream(self, model="good", messages=None, **options):
        agent = AgentSpec(endpoint="lab", model=model, **options)
        messages = messages or (Message.from_text("user", "Hello?"),)
        return self.adapter.stream(CompletionRequest(agent, tuple(messages)))

    async def ask(self, model="good", messages=None, **options):
        """The items of the answer; they stay in ``items`` even when it fails."""
        self.items = []
        async for item in self.stream(model, messages, **options):
            self.items.append(item)
        return self.items

    def text(self, kind="answer"):
        deltas = [item for item in self.items if isinstance(item, Delta)]
        return "".join(item.text for item in deltas if item.kind == kind)


@pytest.fixture
async def connections():
    pool = Connections()
    yield pool
    await pool.aclose()


@pytest.fixture
def client(model_server, connections):
    return Client(model_server.url, connections)
