from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.mixture.config import MAX_AGENTS_PER_LAYER
from moa_core.mixture.suggested import (
    endpoint_preset,
    everything_preset,
    good_agent,
    suggested_presets,
)
from moa_core.providers.catalogue.models import EndpointInfo, ModelInfo, ModelList


def connected(name, served, base_url="http://127.0.0.1:1/v1", kind="compatible"):
    return EndpointInfo(
        name=name,
        label=name.title(),
        kind=kind,
        base_url=base_url,
        key_variable="",
        connected=True,
        is_local="127.0.0.1" in base_url,
        models=ModelList(
            models=tuple(ModelInfo(id=each) for each in served), fetched_at=1.0
        ),
    )


def local_preset(server, served):
    return endpoint_preset(connected(server, served), served)


def refs(preset):
    return [agent.ref for agent in preset.config.layers[0].proposers]


def test_of_a_local_server_the_largest_models_propose_and_the_largest_answers():
    served = ["nomic-embed-text", "llama3.2:3b", "qwen2.5:14b", "a:1b", "b:7b", "c:2b"]
    preset = local_preset("ollama", served)
    assert refs(preset) == [
        "ollama/qwen2.5:14b",
        "ollama/b:7b",
        "ollama/llama3.2:3b",
        "ollama/c:2b",
    ]
    assert preset.config.aggregator.ref == "ollama/qwen2.5:14b"
    assert (preset.name, preset.group) == ("local-ollama", "local")


def test_one_local_model_proposes_three_times():
    assert refs(local_preset("ollama", ["phi4"])) == ["ollama/phi4"] * 3


@pytest.mark.parametrize("served", [[], ["nomic-embed-text"]])
def test_a_local_server_without_a_chat_model_gives_no_preset(served):
    assert local_preset("ollama", served) is None


REMOTE = "https://api.example.invalid/v1"


def test_of_another_provider_three_models_propose():
    served = ["a-8b", "b-70b", "c-32b", "d-1b"]
    preset = endpoint_preset(connected("groq", served, REMOTE), served)
    assert refs(preset) == ["groq/b-70b", "groq/c-32b", "groq/a-8b"]
    assert (preset.name, preset.group) == ("connected-groq", "connected")


def test_of_a_catalogue_of_very_many_none_is_chosen():
    served = [f"m-{size}b" for size in range(1, 300)]
    assert endpoint_preset(connected("openrouter", served, REMOTE), served) is None


def test_a_preset_is_suggested_where_none_that_ships_can_run():
    fitting = connected("openai", ["gpt-6.1-sol", "gpt-5.4-mini", "gpt-4.1"], REMOTE)
    assert suggested_presets([fitting]) == []
    other = connected("openai", ["llama-8b"], REMOTE)
    assert [preset.name for preset in suggested_presets([other])] == [
        "connected-openai"
    ]


def test_every_endpoint_gives_one_good_model():
    preset = everything_preset(
        {
            "openai": ["gpt-4.1-nano", "gpt-6.1-sol", "tts-1"],
            "together": ["Qwen/Qwen3.7-Plus", "x/Y-900B"],
            "ollama": ["a:7b", "b:70b"],
            "empty": [],
        }
    )
    assert refs(preset) == [
        "openai/gpt-6.1-sol",
        "together/Qwen/Qwen3.7-Plus",
        "ollama/b:70b",
    ]
    assert preset.config.aggregator.ref == "openai/gpt-6.1-sol"
    assert preset.config.aggregator.temperature is None, "as in the preset it is from"


def test_one_endpoint_is_not_everything():
    assert everything_preset({}) is None
    assert everything_preset({"openai": ["gpt-4.1"], "lab": []}) is None


def test_more_endpoints_than_seats_are_cut():
    preset = everything_preset({f"lab{i}": ["m"] for i in range(30)})
    assert len(refs(preset)) == MAX_AGENTS_PER_LAYER


@pytest.mark.parametrize(
    ("served", "best"),
    [
        (["a-8b", "a-70B-Instruct", "a-405b-embed"], "a-70B-Instruct"),
        (["Mixtral-8x22B", "llama-70b"], "Mixtral-8x22B"),
        (["a:0.5b", "a:7b-q4_K_M"], "a:7b-q4_K_M"),
        (["Q-2.4T-A95B", "b-700B"], "Q-2.4T-A95B"),
        (["plain", "other"], "plain"),
        (["whisper-1"], None),
    ],
)
def test_a_good_model_is_the_largest_for_chats_as_names_tell(served, best):
    found = good_agent("lab", served)
    assert (found.model if found else None) == best


names = st.text(min_size=1, max_size=12)


@given(st.from_regex(r"[A-Za-z0-9_-]{1,90}", fullmatch=True), st.lists(names))
def test_whatever_a_server_is_called_and_serves_a_preset_can_be_built(server, served):
    preset = local_preset(server, served)
    assert preset is None or preset.config.endpoints == {server}


def test_where_several_models_are_connected_one_may_answer_first():
    whole, auto = suggested_presets([connected("ollama", ["a-7b", "b-3b"])])
    assert (auto.name, auto.title) == (f"auto-{whole.name}", f"Auto, {whole.title}")
    assert auto.config.pace.auto is not None
    assert replace(auto.config, pace=whole.config.pace) == whole.config
    assert len(suggested_presets([connected("ollama", ["a-7b"])])) == 1
