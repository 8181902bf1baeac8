import pytest
from hypothesis import given

from moa_core.errors import ConfigError
from moa_core.mixture.config import (
    MAX_AGENTS_PER_LAYER,
    MAX_LAYERS,
    AgentSpec,
    Layer,
    MoAConfig,
    Preset,
)
from tests.moa_core.generated import agents, stacks
from tests.moa_core.scripted import agent, mixture


@pytest.mark.parametrize(
    ("ref", "endpoint", "model"),
    [
        ("openai/gpt-4o-mini", "openai", "gpt-4o-mini"),
        (
            "together/Qwen/Qwen2.5-72B-Instruct-Turbo",
            "together",
            "Qwen/Qwen2.5-72B-Instruct-Turbo",
        ),
        ("ollama/llama3.2:3b-instruct-q4_K_M", "ollama", "llama3.2:3b-instruct-q4_K_M"),
        ("sim/a?ttft=.3&tps=60", "sim", "a?ttft=.3&tps=60"),
        ("lab/a//b/", "lab", "a//b/"),
    ],
)
def test_a_reference_is_cut_at_its_first_slash(ref, endpoint, model):
    spec = AgentSpec.from_ref(ref)
    assert (spec.endpoint, spec.model, spec.ref) == (endpoint, model, ref)


@pytest.mark.parametrize("ref", ["", "gpt-4o", "/gpt-4o", "openai/", "/"])
def test_half_a_reference_is_refused_with_an_example(ref):
    with pytest.raises(ConfigError, match="for example openai/gpt-4o-mini"):
        AgentSpec.from_ref(ref)


def test_an_agent_begins_with_the_settings_of_the_paper():
    spec = AgentSpec.from_ref("openai/gpt-4o")
    assert (spec.temperature, spec.max_tokens, spec.system_prompt) == (0.7, 2048, None)


@pytest.mark.parametrize("temperature", [0, 0.0, 1, 2, 2.0, None])
def test_a_temperature_is_zero_to_two_or_left_to_the_endpoint(temperature):
    assert agent("a", temperature=temperature).temperature == temperature


@pytest.mark.parametrize("temperature", [-0.01, 2.01, float("nan"), float("inf")])
def test_any_other_temperature_is_refused(temperature):
    with pytest.raises(ConfigError, match="Temperature must be 0 to 2"):
        agent("a", temperature=temperature)


@pytest.mark.parametrize("max_tokens", [0, -1])
def test_an_answer_has_at_least_one_token(max_tokens):
    with pytest.raises(ConfigError, match="at least 1"):
        agent("a", max_tokens=max_tokens)


@pytest.mark.parametrize("effort", [None, "low", "medium", "high"])
def test_an_effort_is_one_of_three_or_left_to_the_endpoint(effort):
    assert agent("a", effort=effort).effort == effort


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: agent("a", max_tokens=10**400), "at most 10,000,000"),
        (lambda: agent("a", effort="huge"), "low, medium or high, not huge"),
        (lambda: mixture(["a"], length="long"), "short, balanced or thorough"),
        (lambda: mixture(["a"], method="vote"), "synthesise or rank, not vote"),
    ],
)
def test_what_cannot_be_is_refused_in_words(build, message):
    with pytest.raises(ConfigError, match=message):
        build()


@pytest.mark.parametrize(
    "change",
    [
        {"name": "two\nlines"},
        {"name": ""},
        {"title": ""},
        {"title": " padded"},
        {"description": "a" * 501},
        {"source": "\x1b[31m"},
        {"version": 0},
    ],
)
def test_a_preset_has_safe_single_lines_and_a_version(change):
    texts = {"name": "own", "title": "My own", "description": "", "source": ""}
    config = mixture(["a"])
    assert Preset(config=config, **texts).version == 1
    with pytest.raises(ConfigError, match=r"preset"):
        Preset(config=config, **(texts | change))


@pytest.mark.parametrize("given_", [{"endpoint": ""}, {"model": ""}])
def test_an_agent_has_an_endpoint_and_a_model(given_):
    with pytest.raises(ConfigError, match="needs an endpoint and a model"):
        AgentSpec(**({"endpoint": "lab", "model": "a"} | given_))


@pytest.mark.parametrize("count", [1, MAX_AGENTS_PER_LAYER])
def test_a_layer_has_one_to_twelve_models(count):
    assert len(Layer((agent("a"),) * count).proposers) == count


@pytest.mark.parametrize("count", [0, MAX_AGENTS_PER_LAYER + 1])
def test_a_layer_of_any_other_size_is_refused(count):
    with pytest.raises(ConfigError, match=f"1 to 12 models, not {count}"):
        Layer((agent("a"),) * count)


@pytest.mark.parametrize("count", [0, 1, MAX_LAYERS])
def test_a_mixture_has_up_to_eight_layers_and_then_the_aggregator(count):
    assert mixture(*[["a"]] * count).depth == count + 1


def test_a_deeper_mixture_is_refused():
    with pytest.raises(ConfigError, match="up to 8 layers of proposers, not 9"):
        mixture(*[["a"]] * 9)


def test_who_answers_alone_has_nothing_to_choose_from():
    with pytest.raises(ConfigError, match="proposers to choose from"):
        mixture(method="rank")


def test_the_aggregator_is_asked_before_its_fallbacks():
    config = mixture(["a"], fallbacks=["second", "third"])
    assert [spec.model for spec in config.aggregators] == ["chief", "second", "third"]


@given(stacks, agents)
def test_a_mixture_knows_every_endpoint_that_it_may_call(layers, aggregator):
    config = MoAConfig(layers=layers, aggregator=aggregator)
    called = {spec.endpoint for layer in layers for spec in layer.proposers}
    assert config.endpoints == called | {aggregator.endpoint}


@given(agents)
def test_a_reference_names_the_same_model_again(spec):
    again = AgentSpec.from_ref(spec.ref)
    assert (again.endpoint, again.model) == (spec.endpoint, spec.model)
