"""Every kind of provider, each with a model that answers well and one that fails."""

from dataclasses import dataclass

import pytest

from moa_core.messages import Message
from moa_core.mixture.config import AgentSpec
from moa_core.providers.simulated.provider import Simulated
from moa_core.providers.streaming.chat_completions import ChatCompletions
from moa_core.providers.streaming.connections import Connections
from moa_core.run.completion import CompletionRequest, Delta, Provider
from moa_core.settings import SIMULATED, EndpointSettings
from tests.model_server import ModelServer, Play

SECRET = "sk-contract-0123456789abcdef"


@dataclass(kw_only=True)
class Subject:
    """A provider under test.

    Attributes:
        good: A model that answers.
        slow: A model that answers so slowly that it can be left in the middle.
        failing: Models that fail, each in its own way.
        server: Where the calls go; ``None`` for the simulated one.
    """

    provider: Provider
    endpoint: str
    good: str
    slow: str
    failing: tuple[str, ...]
    server: ModelServer | None

    def request(self, model, text="What is a mixture?"):
        agent = AgentSpec(endpoint=self.endpoint, model=model)
        return CompletionRequest(agent, (Message.from_text("user", text),))

    async def answer(self, model, text="What is a mixture?"):
        items = [item async for item in self.provider.stream(self.request(model, text))]
        words = [item.text for item in items[:-1] if isinstance(item, Delta)]
        return "".join(words), items


_FAILING = {
    "says-key": Play(status=401, body={"error": {"message": f"bad key {SECRET}"}}),
    "says-slow-down": Play(status=429, body={"error": {"message": "rate"}}),
    "says-broken": Play(status=500, body=f"Bearer {SECRET} failed"),
    "says-wrong": Play(status=400, body={"error": {"message": f"key={SECRET}"}}),
    "is-gone": Play(status=404, body={"error": {"code": "model_not_found"}}),
    "drops": Play(fault="drop"),
    "ends": Play(fault="end"),
    "errs": Play(fault="error"),
    "garbles": Play(fault="garbage"),
    "is-empty": Play(pieces=()),
    "redirects": Play(
        status=307, headers={"Location": f"http://x:{SECRET}@elsewhere.test/"}
    ),
}
KINDS = ("openai", "together", "compatible", "local", SIMULATED)


@pytest.fixture(params=KINDS)
async def subject(request, model_server):
    """One provider of each kind in turn."""
    if request.param == SIMULATED:
        yield Subject(
            provider=Simulated(pace=0.2),
            endpoint=SIMULATED,
            good="brief",
            slow="explainer",
            failing=("no such model",),
            server=None,
        )
        return
    model_server.plays |= _FAILING | {"slow": Play(pause_s=0.2)}
    connections = Connections()
    endpoint = EndpointSettings(
        name=request.param,
        kind=request.param,
        base_url=model_server.base if request.param == "together" else model_server.url,
        api_key=SECRET,
    )
    yield Subject(
        provider=ChatCompletions(endpoint, connections),
        endpoint=request.param,
        good="good",
        slow="slow",
        failing=tuple(_FAILING),
        server=model_server,
    )
    await connections.aclose()
