import json
import re
from dataclasses import replace

import pytest

from moa_core.engine.execution import Engine
from moa_core.errors import ConfigError
from moa_core.mixture.config import Layer
from moa_core.mixture.files import preset_to_json, presets_from_json
from moa_core.mixture.json_form import config_from_dict, config_to_dict
from moa_core.mixture.readiness import needs, with_replacements
from moa_core.mixture.shipped import (
    DEFAULT_PRESET,
    MODEL_REPLACEMENTS,
    PRESETS,
    mixture_from_refs,
    preset_named,
)
from moa_core.pricing import PriceBook
from moa_core.providers.endpoints import Endpoints
from moa_core.providers.simulated.provider import Simulated
from moa_core.providers.simulated.voices import AGGREGATOR, PROPOSERS, VOICES
from moa_core.run.events import RunFinished
from moa_core.settings import LOCAL_SERVERS, SIMULATED, TINY, Settings
from tests.moa_core.scripted import QUESTION

PAPER_PROPOSERS = tuple(MODEL_REPLACEMENTS)
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
def test_a_preset_is_found_by_its_name(preset):
    assert preset_named(preset.name) is preset


@each_preset
def test_a_preset_survives_being_written_and_read(preset):
    written = json.dumps(config_to_dict(preset.config))
    assert config_from_dict(json.loads(written)) == preset.config


@each_preset
def test_a_preset_is_exported_and_imported_as_it_is(preset):
    imported = presets_from_json(preset_to_json(preset))
    assert imported.presets == (preset,)
    assert imported.notes == ()


@each_preset
async def test_a_preset_runs_when_simulated_models_take_its_seats(preset):
    """Nothing but the models is exchanged: layers, prompts, length and method stay."""
    engine = Engine({SIMULATED: Simulated(0)}, PriceBook())
    config = simulated(preset.config)
    events = [event async for event in engine.run(config, QUESTION)]
    assert isinstance(events[-1], RunFinished)
    assert "sky" in events[-1].text


@each_preset
def test_a_preset_is_ready_or_says_exactly_what_it_needs(preset):
    without_keys = Endpoints(Settings.from_mapping({})).infos()
    missing = needs(preset, without_keys)
    needing_keys = preset.config.endpoints - {SIMULATED, *LOCAL_SERVERS}
    keys = {f"{name.upper()}_API_KEY" for name in needing_keys}
    told = {need.endpoint.key_variable for need in missing if need.kind == "key"}
    assert told == keys
    connected = {
        "OPENAI_API_KEY": "a",
        "TOGETHER_API_KEY": "b",
        "POLYPHONY_ENDPOINTS": "tiny=http://127.0.0.1:8719/v1",
    }
    with_keys = Endpoints(Settings.from_mapping(connected)).infos()
    retired = needs(preset, with_keys)
    assert all(need.kind == "retired" for need in retired)
    assert bool(retired) == (preset.group == "paper")
    assert needs(with_replacements(preset.config, retired), with_keys) == ()


def simulated(config):
    """``config`` with a simulated model at every seat."""
    voices = list(PROPOSERS)

    def instead(agent, voice):
        return replace(agent, endpoint=SIMULATED, model=voice)

    return replace(
        config,
        layers=tuple(
            Layer(
                tuple(
                    instead(agent, voices[position % len(voices)])
                    for position, agent in enumerate(layer.proposers)
                )
            )
            for layer in config.layers
        ),
        aggregator=instead(config.aggregator, AGGREGATOR),
    )


@each_preset
def test_a_preset_of_the_literature_says_where_it_comes_from_and_what_it_reaches(
    preset,
):
    cited = preset.group in ("paper", "research")
    assert bool(preset.source) == bool(preset.results) == cited
    assert "arXiv:" in preset.source or not cited
    assert "://" not in preset.source


def test_every_provider_has_a_fast_a_balanced_and_a_best_preset():
    names = {preset.name for preset in PRESETS}
    for provider in ("openai", "together"):
        kinds = {f"{provider}-fast", provider, f"{provider}-best"}
        assert kinds <= names
        assert {preset_named(name).group for name in kinds} == {provider}


@each_preset
def test_a_preset_names_only_endpoints_that_are_there_without_settings(preset):
    assert preset.config.endpoints <= {"openai", "together", SIMULATED, TINY}


def test_what_is_no_preset_is_not_found():
    assert preset_named("Simulated") is None


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


def test_the_baselines_of_the_paper_are_there():
    single, ranker = preset_named("single-proposer"), preset_named("ranker")
    assert refs(single.config.layers[0]) == PAPER_PROPOSERS[:1] * 6
    assert refs(ranker.config.layers[0]) == PAPER_PROPOSERS
    assert (single.config.method, ranker.config.method) == ("synthesise", "rank")


@pytest.mark.parametrize("name", ["moa", "moa-lite", "moa-gpt-4o", "ranker"])
def test_what_is_as_in_the_paper_puts_references_where_the_paper_does(name):
    assert preset_named(name).config.prompts.placement == "paper"


def test_all_that_is_retired_has_a_current_stand_in():
    prices = PriceBook()
    for ref in MODEL_REPLACEMENTS.values():
        assert ref not in MODEL_REPLACEMENTS
        endpoint, _, model = ref.partition("/")
        assert prices.price_of(endpoint, model) is not None
    assert len(set(MODEL_REPLACEMENTS.values())) == len(MODEL_REPLACEMENTS)


def test_a_stand_in_takes_the_seat_and_keeps_its_settings():
    config = preset_named("moa-gpt-4o").config
    seated = replace(
        config, fallbacks=(replace(config.layers[0].proposers[0], temperature=0.1),)
    )
    current = with_replacements(seated, needs(seated, ()))
    assert refs(current.layers[1]) == tuple(MODEL_REPLACEMENTS.values())
    assert current.aggregator == config.aggregator
    assert current.fallbacks[0].temperature == 0.1
    assert current.fallbacks[0].ref == MODEL_REPLACEMENTS[PAPER_PROPOSERS[0]]
    assert current.prompts == config.prompts
    assert with_replacements(current, needs(current, ())) == current


def test_a_self_mixture_asks_one_model_several_times():
    [layer] = preset_named("self-moa").config.layers
    assert len(set(refs(layer))) == 1
    assert len(layer.proposers) == 6


def test_a_mixture_of_references_refuses_what_is_none():
    with pytest.raises(ConfigError, match="'gpt-4o' is not a model"):
        mixture_from_refs(("openai/gpt-4o",), aggregator="gpt-4o")
