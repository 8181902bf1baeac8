import json
import re

import pytest

from moa_core.errors import ConfigError
from moa_core.presets import config_from_dict, config_to_dict
from moa_core.providers.simulated import VOICES
from moa_core.settings import SIMULATED
from moa_core.shipped import (
    DEFAULT_PRESET,
    PAPER_PROPOSERS,
    PRESETS,
    mixture,
    preset_named,
    preset_of,
)

each_preset = pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)


def refs(layer):
    return tuple(agent.ref for agent in layer.proposers)


def test_every_preset_has_a_name_and_a_title_of_its_own():
    assert len({preset.name for preset in PRESETS}) == len(PRESETS)
    assert len({preset.title for preset in PRESETS}) == len(PRESETS)


@each_preset
def test_a_name_can_be_typed_and_a_description_is_a_sentence(preset):
    assert re.fullmatch(r"[a-z0-9-]+", preset.name)
    assert preset.title[0].isupper()
    assert preset.description.endswith(".")


@each_preset
def test_a_preset_is_found_by_its_name_and_by_its_mixture(preset):
    assert preset_named(preset.name) is preset
    assert preset_of(preset.config) is preset


@each_preset
def test_a_preset_survives_being_written_and_read(preset):
    written = json.dumps(config_to_dict(preset.config))
    assert config_from_dict(json.loads(written)) == preset.config


@each_preset
def test_a_preset_names_only_endpoints_that_are_there_without_settings(preset):
    assert preset.config.endpoints <= {"openai", "together", SIMULATED}


def test_what_is_no_preset_is_not_found():
    assert preset_named("Simulated") is None
    assert preset_of(mixture(("lab/a",), aggregator="lab/b")) is None


def test_the_default_needs_no_key_and_its_models_exist():
    config = DEFAULT_PRESET.config
    agents = [a for layer in config.layers for a in layer.proposers]
    assert PRESETS[0] is DEFAULT_PRESET
    assert config.endpoints == {SIMULATED}
    assert {a.model for a in (*agents, *config.aggregators)} <= set(VOICES)


@pytest.mark.parametrize(
    ("name", "depth", "aggregator"),
    [
        ("moa", 3, "together/Qwen/Qwen1.5-110B-Chat"),
        ("moa-lite", 2, "together/Qwen/Qwen1.5-72B-Chat"),
        ("moa-gpt-4o", 3, "openai/gpt-4o-2024-05-13"),
    ],
)
def test_the_mixtures_of_the_paper_are_as_in_its_section_3_1(name, depth, aggregator):
    config = preset_named(name).config
    assert config.depth == depth
    assert {refs(layer) for layer in config.layers} == {PAPER_PROPOSERS}
    assert config.aggregator.ref == aggregator
    agents = [*config.aggregators, *config.layers[0].proposers]
    assert {(agent.temperature, agent.max_tokens) for agent in agents} == {(0.7, 2048)}


def test_a_self_mixture_asks_one_model_several_times():
    [layer] = preset_named("self-moa").config.layers
    assert len(set(refs(layer))) == 1
    assert len(layer.proposers) > 1


def test_a_mixture_of_references_refuses_what_is_none():
    with pytest.raises(ConfigError, match="'gpt-4o' is not a model"):
        mixture(("openai/gpt-4o",), aggregator="gpt-4o")
