"""What lists of models say of images, and what is known of families without a list."""

from typing import Any

import pytest

from moa_core.providers import KnownSight
from moa_core.providers.catalogue import family_sees_images, fetch_models
from moa_core.providers.catalogue.model_list import models_in
from moa_core.providers.streaming import Connections
from moa_core.settings import EndpointSettings

ENTRIES: dict[str, tuple[dict[str, Any], bool | None]] = {
    "openrouter": ({"architecture": {"input_modalities": ["text", "image"]}}, True),
    "openrouter, text": ({"architecture": {"input_modalities": ["text"]}}, False),
    "openrouter, old": ({"architecture": {"modality": "text+image->text"}}, True),
    "mistral": ({"capabilities": {"completion_chat": True, "vision": True}}, True),
    "mistral, text": ({"capabilities": {"completion_chat": True, "vision": False}},
                      False),
    "fireworks": ({"supports_image_input": False, "supports_chat": True}, False),
    "lm studio": ({"type": "vlm"}, True),
    "lm studio, text": ({"type": "llm"}, False),
    "ollama": ({"capabilities": ["completion", "vision"]}, True),
    "ollama, text": ({"capabilities": ["completion", "tools"]}, False),
    "llama.cpp": ({"capabilities": ["completion", "multimodal"]}, True),
    "anthropic": ({"capabilities": {"image_input": {"supported": True}}}, True),
    "models.dev": ({"modalities": {"input": ["text", "image"], "output": ["text"]}},
                   True),
    "says nothing": ({"owned_by": "me"}, None),
    "says nonsense": ({"capabilities": 7, "architecture": "x", "type": 3}, None),
    "other abilities": ({"capabilities": ["reasoning"]}, None),
}  # fmt: skip


@pytest.mark.parametrize("form", ENTRIES)
def test_a_list_of_models_tells_which_take_images(form):
    entry, takes = ENTRIES[form]
    [model] = models_in({"data": [{"id": "some-model", **entry}]})
    assert model.images is takes


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("gpt-4o", True), ("gpt-4o-mini-2024-07-18", True), ("gpt-4.1-nano", True),
        ("gpt-5-mini", True), ("o3", True), ("o3-mini", False), ("o1-mini", False),
        ("gpt-3.5-turbo", False), ("gpt-4", False), ("gpt-4-turbo", True),
        ("gpt-oss-120b", False), ("openai/gpt-oss-20b", False),
        ("anthropic/claude-3-haiku", True), ("claude-sonnet-4-5", True),
        ("claude-2.1", False), ("google/gemini-2.5-flash", True),
        ("gemma-3-4b-it", True),
        ("gemma3:4b", True), ("gemma3:1b", False), ("gemma-2-9b-it", False),
        ("meta-llama/Llama-3.3-70B-Instruct-Turbo", False), ("llama3:8b", False),
        ("meta-llama/Llama-3.2-11B-Vision-Instruct", True), ("llama3.2:3b", False),
        ("meta-llama/Llama-4-Scout-17B", True), ("Qwen/Qwen2.5-72B-Instruct", False),
        ("Qwen/Qwen2.5-VL-72B-Instruct", True), ("qwen3-vl:8b", True),
        ("qwen3:8b", False),
        ("llava:13b", True), ("pixtral-12b-2409", True), ("mistral-small-2506", True),
        ("mixtral-8x7b-instruct", False), ("deepseek-ai/DeepSeek-R1", False),
        ("deepseek-vl2", True), ("SmolLM2-135M-Instruct", False),
        ("SmolVLM-256M", True),
        ("microsoft/WizardLM-2-8x22B", False), ("Qwen1.5-110B-Chat", False),
        ("my-own-model", None), ("gpt-42", None), ("revision-7", None),
    ],
)  # fmt: skip
def test_families_that_are_known(name, sees):
    assert family_sees_images(name) is sees


def test_the_user_comes_first_then_a_refusal_then_the_endpoint_then_the_family():
    listed = {"lab/listed": True, "lab/set": True, "lab/refused": True}.get
    known = KnownSight(listed, {"lab/set": False}, {"lab/refused", "lab/set"})
    told = {
        name: known.of(f"lab/{name}")
        for name in ("set", "refused", "listed", "gpt-4o", "x")
    }
    assert {name: tuple(each) for name, each in told.items()} == {
        "set": (False, "hand"),
        "refused": (False, "refused"),
        "listed": (True, "listed"),
        "gpt-4o": (True, "family"),
        "x": (None, "nobody"),
    }


LLAMA = {"data": [{"id": "m", "owned_by": "llamacpp"}]}
STUDIO = {"data": [{"id": "v"}, {"id": "t"}]}


async def listed_by(server, name, models, pages):
    server.models = models
    server.pages = {path: ("application/json", text) for path, text in pages.items()}
    connections = Connections()
    endpoint = EndpointSettings(name=name, kind="local", base_url=server.url)
    try:
        found = await fetch_models(endpoint, connections)
    finally:
        await connections.aclose()
        server.pages, server.models = {}, {"data": [{"id": "good"}]}
    return {each.id: each.images for each in found}


async def test_lm_studio_and_ollama_are_asked_where_their_lists_say_nothing(
    model_server,
):
    entries = '{"data": [{"id": "v", "type": "vlm"}, {"id": "t", "type": "llm"}]}'
    found = await listed_by(
        model_server, "lm-studio", STUDIO, {"/api/v0/models": entries}
    )
    assert found == {"v": True, "t": False}
    shown = '{"capabilities": ["completion", "vision"]}'
    found = await listed_by(model_server, "ollama", STUDIO, {"/api/show": shown})
    assert found == {"v": True, "t": True}


async def test_other_local_servers_are_asked_nothing_more(model_server):
    model_server.forget()
    assert await listed_by(model_server, "vllm", STUDIO, {}) == {"v": None, "t": None}
    assert [each.path for each in model_server.requests] == ["/v1/models"]


async def test_llama_cpp_that_says_nothing_leaves_it_open(model_server):
    assert await listed_by(model_server, "llama-cpp", LLAMA, {}) == {"m": None}
