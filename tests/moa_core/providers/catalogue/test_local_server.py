import pytest

from moa_core.providers.catalogue.local_server import LocalServer
from moa_core.settings import EndpointSettings


def listed(owner):
    return {"data": [{"id": "some-model", "owned_by": owner}]}


@pytest.fixture
def says(model_server, monkeypatch):
    """Lets the server say other things of itself for one test."""
    return lambda name, value: monkeypatch.setattr(model_server, name, value)


def local_server(model_server, connections, told=None):
    endpoint = EndpointSettings(name="lab", kind="local", base_url=model_server.url)
    return LocalServer(endpoint, connections, told)


@pytest.mark.parametrize(
    ("owner", "slots"),
    [
        ("vllm", None),
        ("sglang", None),
        ("openai", None),  # LiteLLM says so of every model
        ("OpenRouter", None),
        ("library", 1),  # Ollama
        ("organization_owner", 1),  # LM Studio
        ("me", 1),  # llama-cpp-python
        (None, 1),
    ],
)
async def test_a_server_that_names_no_slots_is_told_by_the_owner_of_its_models(
    model_server, connections, says, owner, slots
):
    says("slots", None)
    says("models", listed(owner))
    assert await local_server(model_server, connections).slots() == slots


async def test_slots_that_a_server_names_count_before_the_owner(
    model_server, connections, says
):
    says("slots", 3)
    says("models", listed("openai"))
    assert await local_server(model_server, connections).slots() == 3


async def test_slots_that_the_user_set_are_asked_of_nobody(
    model_server, connections, says
):
    says("slots", 3)
    assert await local_server(model_server, connections, told=2).slots() == 2
    assert model_server.requests == []
