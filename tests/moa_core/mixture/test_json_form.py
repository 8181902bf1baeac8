"""A mixture written as JSON is the same mixture; anything odd is refused in words."""

import json
import re
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.errors import ConfigError
from moa_core.mixture.config import EFFORTS, METHODS, AgentSpec, Layer, MoAConfig
from moa_core.mixture.json_form import (
    agent_to_dict,
    config_from_dict,
    config_sha256,
    config_to_dict,
)
from moa_core.mixture.pace import Auto, EarlyExit, FastStart, Hedging, Pace, Quorum
from moa_core.mixture.prompts import LENGTHS, Prompts
from tests.moa_core.generated import templates

agents = st.builds(
    AgentSpec,
    endpoint=st.text(min_size=1, max_size=9),
    model=st.text(min_size=1),
    temperature=st.none() | st.floats(0, 2) | st.sampled_from([0, 1, 2]),
    max_tokens=st.integers(1, 10**6),
    system_prompt=st.none() | st.text(),
    effort=st.none() | st.sampled_from(EFFORTS),
)
configs = st.builds(
    MoAConfig,
    layers=st.lists(
        st.lists(agents, min_size=1, max_size=3).map(lambda a: Layer(tuple(a))),
        min_size=1,
        max_size=3,
    ).map(tuple),
    aggregator=agents,
    fallbacks=st.lists(agents, max_size=2).map(tuple),
    prompts=st.builds(
        Prompts,
        placement=st.sampled_from(["trailing", "paper"]),
        for_proposers=templates,
        for_aggregator=templates,
        paper=templates,
        for_ranker=templates,
    ),
    length=st.sampled_from(LENGTHS),
    method=st.sampled_from(METHODS),
) | st.builds(MoAConfig, layers=st.just(()), aggregator=agents)


@given(configs)
def test_any_mixture_comes_back_from_json_as_it_was(config):
    written = json.loads(json.dumps(config_to_dict(config)))
    assert config_from_dict(written) == config
    assert config_sha256(config_from_dict(written)) == config_sha256(config)


EVERY_MODE = Pace(
    quorum=Quorum(share=0.5),
    hedging=Hedging(proposers=True),
    fast_start=FastStart(chunk_tokens=64),
    early_exit=EarlyExit(agreement=0.9),
    auto=Auto(threshold=0.25),
)


def test_every_field_is_written():
    """A field that is added to a mixture must not get lost in storage."""
    agent = AgentSpec(endpoint="lab", model="m", effort="low")
    data = config_to_dict(
        MoAConfig(
            layers=(Layer((agent,)),),
            aggregator=agent,
            length="short",
            method="rank",
            pace=EVERY_MODE,
        )
    )
    assert set(data) - {"version"} == {field.name for field in fields(MoAConfig)}
    assert set(data["layers"][0]) == {field.name for field in fields(Layer)}
    assert set(data["aggregator"]) == {field.name for field in fields(AgentSpec)}
    assert set(data["prompts"]) == {field.name for field in fields(Prompts)}
    assert set(data["pace"]) == {field.name for field in fields(Pace)}
    for name, mode in data["pace"].items():
        assert set(mode) == {field.name for field in fields(getattr(EVERY_MODE, name))}


def test_a_pace_is_written_where_there_is_one_and_read_back():
    agent = AgentSpec(endpoint="lab", model="m")
    config = MoAConfig(layers=(Layer((agent,)),), aggregator=agent)
    paced = replace(config, pace=EVERY_MODE)

    assert "pace" not in config_to_dict(config)
    assert config_to_dict(config)["version"] == 1
    assert config_to_dict(paced)["version"] == 2
    assert config_from_dict(json.loads(json.dumps(config_to_dict(paced)))) == paced


@pytest.mark.parametrize(
    ("pace", "message"),
    [
        ({"quorum": {"share": 0.0}}, "pace.quorum.share: A quorum is more than 0"),
        ({"quorum": {"share": 1.5}}, "pace.quorum.share: A quorum is more than 0"),
        ({"quorum": {"floor": -0.1}}, "pace.quorum.floor: The patience"),
        ({"quorum": {"ceiling": 0.05}}, "pace.quorum.ceiling: The patience"),
        ({"hedging": {"times": 0.5}}, "pace.hedging.times: Hedging waits 1 to 10"),
        ({"hedging": {"at_least_s": 0.0}}, "pace.hedging.at_least_s: Hedging waits"),
        ({"fast_start": {"way": "soon"}}, "pace.fast_start.way: A fast start is"),
        ({"fast_start": {"chunk_tokens": 1}}, "pace.fast_start.chunk_tokens: A fast"),
        ({"early_exit": {"agreement": 0.0}}, "pace.early_exit.agreement: An early"),
        ({"auto": {"threshold": 2.0}}, "pace.auto.threshold: The threshold of Auto"),
        (
            {"fast_start": {"way": "provisional"}, "auto": {}},
            "pace.auto: Auto and a provisional fast start both answer first",
        ),
        ({"haste": {}}, "pace.haste: this field is unknown"),
    ],
)
def test_a_pace_that_cannot_be_says_what_is_wrong(pace, message):
    agent = AgentSpec(endpoint="lab", model="m")
    data = config_to_dict(MoAConfig(layers=(Layer((agent,)),), aggregator=agent))
    with pytest.raises(ConfigError, match="^" + re.escape(message)):
        config_from_dict({**data, "version": 2, "pace": pace})


OLD = {
    "version": 1,
    "layers": [
        {
            "proposers": [
                {
                    "endpoint": "lab",
                    "model": "m",
                    "temperature": None,
                    "max_tokens": 5,
                    "system_prompt": "s",
                }
            ]
        }
    ],
    "aggregator": {
        "endpoint": "lab",
        "model": "n",
        "temperature": 0.7,
        "max_tokens": 2048,
        "system_prompt": None,
    },
    "fallbacks": [
        {
            "endpoint": "lab",
            "model": "m",
            "temperature": None,
            "max_tokens": 5,
            "system_prompt": "s",
        }
    ],
    "prompts": {
        "placement": "paper",
        "for_proposers": "p {references}",
        "for_aggregator": "x {references}",
        "paper": "q {references}",
    },
}
"""As the first version stored it."""


def test_a_mixture_stored_by_the_first_version_keeps_its_form_and_its_name():
    config = config_from_dict(OLD)
    assert (config.length, config.method) == ("balanced", "synthesise")
    assert config.aggregator.effort is None
    assert config_to_dict(config) == OLD
    assert config_sha256(config) == (
        "9c6f42e44f9be3dcdd1c3f48a7424c493315b945a8ec054a6b645e0a96ed957d"
    )


def test_a_ranker_s_prompt_is_kept_with_every_mixture_that_ranks():
    agent = AgentSpec(endpoint="lab", model="m")
    ranked = MoAConfig(layers=(Layer((agent,)),), aggregator=agent, method="rank")
    assert "for_ranker" in config_to_dict(ranked)["prompts"]


def valid() -> dict:
    agent = AgentSpec(endpoint="lab", model="m")
    layers = (Layer((agent,)), Layer((agent, agent)))
    return config_to_dict(MoAConfig(layers=layers, aggregator=agent))


def test_only_what_has_no_default_is_needed():
    config = config_from_dict(
        {
            "version": 1,
            "layers": [{"proposers": [{"endpoint": "lab", "model": "m"}]}],
            "aggregator": {"endpoint": "lab", "model": "m"},
        }
    )
    agent = AgentSpec(endpoint="lab", model="m")
    assert config == MoAConfig(layers=(Layer((agent,)),), aggregator=agent)


def test_a_whole_and_a_decimal_temperature_are_the_same_mixture():
    whole, decimal = (
        AgentSpec(endpoint="a", model="b", temperature=t) for t in (1, 1.0)
    )
    assert json.dumps(agent_to_dict(whole)) == json.dumps(agent_to_dict(decimal))


ODD = [
    (["version"], 3, "version: .*newer Polyphony.*Update"),
    (["version"], 0, "version: there is no form 0"),
    (["version"], "1", "version: expected a whole number, got a text"),
    (["surprise"], 1, "surprise: this field is unknown"),
    (
        ["layers"],
        [{"proposers": [{"endpoint": "a", "model": "b"}]}] * 9,
        "layers: A mixture can have up to 8 layers",
    ),
    (["layers"], None, "layers: expected a list, got nothing"),
    (["layers"], {}, "layers: expected a list, got fields"),
    (["layers", 0], 3, r"layers\[0\]: expected fields, got a number"),
    (["layers", 1, "proposers"], [], r"layers\[1\]\.proposers: A layer needs 1 to 12"),
    (
        ["layers", 1, "proposers", 0, "temperature"],
        3,
        r"layers\[1\]\.proposers\[0\]\.temperature: Temperature must be 0 to 2, not 3",
    ),
    (
        ["layers", 1, "proposers", 0, "temperature"],
        float("nan"),
        r"layers\[1\]\.proposers\[0\]\.temperature: ",
    ),
    (
        ["layers", 0, "proposers", 0, "temperature"],
        10**400,
        r"layers\[0\]\.proposers\[0\]\.temperature: this number is too large",
    ),
    (["aggregator", "max_tokens"], True, r"aggregator\.max_tokens: expected a whole"),
    (["aggregator", "max_tokens"], 0, r"aggregator\.max_tokens: Max tokens must be at"),
    (["aggregator", "model"], None, r"aggregator\.model: expected a text, got nothing"),
    (["aggregator", "model"], "", r"aggregator\.model: An agent needs an endpoint"),
    (["aggregator", "api_key"], "sk-1", r"aggregator\.api_key: this field is unknown"),
    (["fallbacks"], [1], r"fallbacks\[0\]: expected fields"),
    (["prompts", "placement"], "middle", r"prompts\.placement: Placement must be"),
    (["prompts", "paper"], "no place", r"prompts\.paper: A prompt must contain"),
    (
        ["prompts", "paper"],
        "{references} {question}",
        r"prompts\.paper: \{question\} is not a placeholder",
    ),
    (["aggregator", "max_tokens"], 10**30, r"aggregator\.max_tokens: Max .* at most"),
    (["aggregator", "effort"], "huge", r"aggregator\.effort: Effort must be low"),
    (["aggregator", "effort"], 1, r"aggregator\.effort: expected a text"),
    (["length"], "long", "length: Length must be short, .* not long"),
    (["length"], [], "length: expected a text, got a list"),
    (["method"], "vote", "method: Method must be synthesise or rank, not vote"),
]


@pytest.mark.parametrize(("place", "value", "message"), ODD)
def test_what_is_odd_is_refused_with_its_place(place, value, message):
    data = valid()
    target = data
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    with pytest.raises(ConfigError, match=f"^{message}"):
        config_from_dict(data)


@pytest.mark.parametrize("name", ["version", "layers", "aggregator"])
def test_what_is_missing_is_named(name):
    data = valid()
    del data[name]
    with pytest.raises(ConfigError, match=f"^{name}: this field is missing"):
        config_from_dict(data)


@pytest.mark.parametrize("data", [None, [], "text", 1, True])
def test_what_is_no_mixture_at_all_is_refused(data):
    with pytest.raises(ConfigError, match=r"^mixture: expected fields"):
        config_from_dict(data)


recursive = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(recursive)
def test_nothing_but_a_config_error_ever_comes_of_odd_data(data):
    with pytest.raises(ConfigError):
        config_from_dict(data)
