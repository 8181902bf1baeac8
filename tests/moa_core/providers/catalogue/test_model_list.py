import json

import pytest

from moa_core.errors import (
    KeyMissingError,
    KeyRefusedError,
    RequestRefusedError,
    UnreachableError,
)
from moa_core.providers.catalogue.local import find_local_servers
from moa_core.providers.catalogue.model_list import fetch_models, models_in
from moa_core.providers.catalogue.models import ModelInfo
from moa_core.settings import EndpointSettings
from tests.moa_core.providers.conftest import KEY


def endpoint(url, kind="compatible", key=KEY):
    return EndpointSettings(name="lab", kind=kind, base_url=url, api_key=key)


def page(server, path, content):
    text = content if isinstance(content, str) else json.dumps(content)
    kind = "text/html" if text.startswith("<") else "application/json"
    server.pages[path] = (kind, text)


async def test_models_come_sorted_and_only_those_that_chat(model_server, connections):
    ids = ["gpt-z", "text-embedding-3", "whisper-1", "tts-1", "dall-e-3", "a-chat"]
    ids += ["omni-moderation-latest", "gpt-image-1", "gpt-realtime", "llama-guard-4"]
    model_server.models = {"object": "list", "data": [{"id": each} for each in ids]}
    found = await fetch_models(endpoint(model_server.url), connections)
    assert [info.id for info in found] == ["a-chat", "gpt-z"]
    assert model_server.requests[0].headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("entry", "context"),
    [
        ({"context_length": 8192}, 8192),
        ({"context_window": 131072}, 131072),
        ({"max_model_len": 4096}, 4096),
        ({"meta": {"n_ctx_train": 2048}}, 2048),
        ({"context_length": 0}, None),
        ({"context_length": None, "meta": None}, None),
    ],
)
def test_the_context_is_read_where_it_is(entry, context):
    assert models_in({"data": [{"id": "m"} | entry]}) == (
        ModelInfo(id="m", context_tokens=context),
    )


@pytest.mark.parametrize(
    "body", [None, 7, "x", {"data": 7}, [1, 2], {}, {"detail": {"a": 1}}, {"a": 7}]
)
def test_other_json_is_no_list_of_models(body):
    assert models_in(body) is None


@pytest.mark.parametrize(
    "body",
    [
        {"object": "list", "data": [{"id": "alpha"}, {"id": "beta"}]},
        [{"id": "alpha"}, {"id": "beta"}],
        {"models": [{"name": "models/alpha"}, {"name": "models/beta"}]},
        {"models": [{"model": "alpha"}, {"model": "beta"}]},
        {"alpha": {"context": 8192}, "beta": {"context": 8192}},
        {"data": {"alpha": {"id": "alpha"}, "beta": {}}},
        {"data": ["alpha", "beta"]},
        ["beta", "alpha", "", None, 7, "a\nb"],
        {"data": {"models": [{"id": "alpha"}, {"id": "beta"}]}},
        [[["alpha"], ["beta"]]],
        {"data": [[[{"id": "alpha"}]], [[{"id": "beta"}]]]},
        {"data": [{"by": "x", "models": ["alpha"]}, {"by": "y", "models": ["beta"]}]},
        {"success": True, "result": [{"name": "alpha"}, {"name": "beta"}]},
        {"data": [{"id": "alpha"}, {"id": "beta"}, {"id": 7}, "", {"id": ""}, None]},
    ],
)
def test_lists_come_in_many_wrappers(body):
    assert [info.id for info in models_in(body)] == ["alpha", "beta"]


@pytest.mark.parametrize(
    ("entry", "listed"),
    [
        ({"id": "openai/gpt-4o", "type": "chat-completion"}, True),
        ({"id": "a", "type": "text-generation"}, True),
        ({"id": "a", "type": "CHAT"}, True),
        ({"id": "a", "type": "something new"}, True),
        ({"id": "a", "task": "image-text-to-text"}, True),
        ({"id": "a", "type": "image"}, False),
        ({"id": "a", "type": "text-to-image"}, False),
        ({"id": "a", "type": "embeddings"}, False),
        ({"id": "a", "type": "text-to-speech"}, False),
        ({"id": "a", "architecture": {"output_modalities": ["image", "text"]}}, True),
        ({"id": "a", "architecture": {"output_modalities": ["image"]}}, False),
        ({"id": "a", "capabilities": {"completion_chat": False}}, False),
        ({"id": "mistral-ocr", "capabilities": {"completion_chat": True}}, True),
        ({"id": "a", "supports_chat": False}, False),
        ({"id": "a", "endpoints": ["embed", "classify"]}, False),
        ({"id": "a", "endpoints": ["generate", "chat"]}, True),
        ({"id": "flux-pro"}, False),
        ({"id": "black-forest-labs/FLUX.1-schnell"}, False),
        ({"id": "nomic-embed-text:latest"}, False),
        ({"id": "vanguard-70b"}, True),
        ({"id": "reflux-chat-8b"}, True),
        ({"id": "flux-chat-8b"}, True),
        ({"id": "imagine-chat-7b"}, True),
        ({"id": "gemini-3-image-chat"}, True),
        ({"id": "gpt-4o-audio-preview"}, True),
        ({"id": "my model"}, True),
        ({"id": "模型-7b"}, True),
        ({"id": "@cf/meta/llama-3"}, True),
    ],
)
def test_only_what_is_clearly_for_something_else_is_left_out(entry, listed):
    found = models_in({"data": [{"id": "good"}, entry]})
    assert (entry["id"] in [info.id for info in found]) == listed


def test_never_are_all_models_left_out():
    body = {"data": [{"id": "whisper-1"}, {"id": "b", "type": "image"}]}
    assert [info.id for info in models_in(body)] == ["b", "whisper-1"]


async def test_an_error_instead_of_a_list_is_told(model_server, connections):
    model_server.models = {"error": {"message": "Invalid token", "type": "x"}}
    with pytest.raises(KeyRefusedError, match="Invalid token"):
        await fetch_models(endpoint(model_server.url), connections)


def test_a_server_without_models_has_an_empty_list():
    assert models_in({"object": "list", "data": None}) == ()


async def test_a_web_page_instead_of_a_list_is_a_wrong_address(
    model_server, connections
):
    page(model_server, "/v1/models", "<html>hello</html>")
    with pytest.raises(RequestRefusedError, match="no list of models") as caught:
        await fetch_models(endpoint(model_server.url), connections)
    assert "/v1" in caught.value.advice


async def test_nobody_is_asked_without_a_key(model_server, connections):
    with pytest.raises(KeyMissingError):
        await fetch_models(endpoint(model_server.url, "openai", None), connections)
    assert not model_server.requests


async def test_a_dead_endpoint_says_so(connections):
    with pytest.raises(UnreachableError, match="Can't reach"):
        await fetch_models(endpoint("http://127.0.0.1:9/v1"), connections)


TOGETHER_LIST = [
    {"id": "org/chat", "type": "chat"},
    {"id": "org/pictures", "type": "image"},
]
SUPPORTED = {
    "data": [
        {
            "name": "org/chat",
            "capabilities": ["CAPABILITY_CHAT"],
            "contextLength": 32768,
        },
        {"name": "org/vectors", "capabilities": ["CAPABILITY_EMBEDDING"]},
    ]
}


@pytest.mark.parametrize("listed", [TOGETHER_LIST, {"data": TOGETHER_LIST}])
async def test_together_lists_what_can_be_called_with_its_context(
    model_server, connections, listed
):
    model_server.models = listed
    page(model_server, "/v2/supported-models", SUPPORTED)
    (found,) = await fetch_models(endpoint(model_server.base, "together"), connections)
    assert found == ModelInfo(id="org/chat", context_tokens=32768)


async def test_one_of_togethers_two_lists_is_enough(model_server, connections):
    page(model_server, "/v2/supported-models", SUPPORTED)
    page(model_server, "/v1/models", "<html>down</html>")
    found = await fetch_models(endpoint(model_server.base, "together"), connections)
    assert [info.id for info in found] == ["org/chat"]

    del model_server.pages["/v2/supported-models"]
    del model_server.pages["/v1/models"]
    model_server.models = TOGETHER_LIST
    found = await fetch_models(endpoint(model_server.base, "together"), connections)
    assert [info.id for info in found] == ["org/chat"]


async def test_together_refusing_the_key_is_said(connections, model_server):
    model_server.refuses_keys = True
    with pytest.raises(KeyRefusedError):
        await fetch_models(endpoint(model_server.base, "together"), connections)


async def test_a_local_server_is_found_by_its_models(model_server, connections):
    port = int(model_server.base.rpartition(":")[2])
    found = await find_local_servers(connections, {"ollama": port, "vllm": 9})
    assert found == (
        EndpointSettings(
            name="ollama", kind="local", base_url=model_server.url, origin="found"
        ),
    )


@pytest.mark.parametrize(
    "content",
    ["<html>a web server</html>", {"data": []}, {"models": 3}, [1], "null", {}],
)
async def test_another_server_on_the_port_is_no_model_server(
    model_server, connections, content
):
    page(model_server, "/v1/models", content)
    port = int(model_server.base.rpartition(":")[2])
    assert await find_local_servers(connections, {"llama-cpp": port}) == ()


@pytest.mark.parametrize(
    "body",
    [
        {"object": "list", "engines": [{"id": "alpha"}, {"id": "beta"}]},
        {"available_models": ["alpha", "beta"]},
        {"openai": [{"id": "alpha"}], "mistral": [{"id": "beta"}]},
    ],
)
def test_a_list_may_have_any_name(body):
    listed = models_in(body)
    assert listed is not None
    assert [model.id for model in listed] == ["alpha", "beta"]


@pytest.mark.parametrize("body", [{"errors": ["no"]}, {"detail": [{"msg": "no"}]}, {}])
def test_what_went_wrong_is_no_list(body):
    assert models_in(body) is None
