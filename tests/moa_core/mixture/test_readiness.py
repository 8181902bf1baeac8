from dataclasses import dataclass, field

import pytest

from moa_core.mixture.readiness import is_served, needs, with_replacements
from moa_core.mixture.shipped import MODEL_REPLACEMENTS, mixture_from_refs, preset_named


@dataclass(frozen=True)
class Models:
    served: tuple | None = None
    near: tuple = ()

    @property
    def ids(self):
        return self.served or ()

    def nearest(self, model):
        return self.near

    def has(self, model):
        return None if self.served is None else model in self.served


@dataclass(frozen=True)
class Endpoint:
    name: str
    label: str
    key_variable: str = ""
    connected: bool = True
    is_local: bool = False
    models: Models = field(default_factory=Models)


def openai(**more):
    return Endpoint("openai", "OpenAI", "OPENAI_API_KEY", **more)


def together(**more):
    return Endpoint("together", "Together", "TOGETHER_API_KEY", **more)


ASKED = mixture_from_refs(("openai/a", "openai/b"), aggregator="openai/a")


def test_what_is_connected_is_ready():
    assert needs(ASKED, [openai()]) == ()
    assert needs(ASKED, [openai(models=Models(("a", "b", "c")))]) == ()


def told(config, *endpoints):
    return [(need.kind, need.sentence) for need in needs(config, endpoints)]


def test_a_missing_key_is_told_once_with_its_variable():
    assert told(ASKED, openai(connected=False)) == [
        ("key", "OpenAI needs a key. Enter it in Settings, or set OPENAI_API_KEY.")
    ]


def test_the_nearest_model_that_exists_is_told():
    assert told(ASKED, openai(models=Models(("a",)))) == [
        ("model", 'OpenAI doesn\'t offer "b".')
    ]
    near = openai(models=Models(("a",), near=("bb", "bc")))
    assert told(ASKED, near) == [
        ("model", 'OpenAI doesn\'t offer "b"; use bb instead.')
    ]


@pytest.mark.parametrize(
    ("endpoint", "kind", "said"),
    [
        ("ollama", "server", "ollama isn't running on this machine"),
        ("tiny", "tiny", "polyphony demo-models"),
        ("lab0", "endpoint", 'Endpoint "lab0" isn\'t set up. Add it in Settings.'),
    ],
)
def test_an_endpoint_that_nobody_set_up_is_named(endpoint, kind, said):
    config = mixture_from_refs((f"{endpoint}/a",), aggregator=f"{endpoint}/a")
    [need] = needs(config, [openai()])
    assert need.kind == kind
    assert said in need.sentence


@pytest.mark.parametrize("endpoint", ["ollama", "tiny", "lab0", "together"])
def test_what_is_missing_has_a_few_words_for_lists(endpoint):
    config = mixture_from_refs((f"{endpoint}/a",), aggregator=f"{endpoint}/a")
    [need] = needs(config, [together(models=Models(("b",)))])
    assert len(need.summary) < 50
    assert need.summary != need.sentence


def test_a_retired_model_is_told_with_its_stand_in():
    lite = preset_named("moa-lite")
    found = needs(lite, [together()])
    assert found[0].kind == "retired"
    assert found[0].sentence == "Qwen1.5-110B-Chat is retired; use Qwen3.7-Max instead."
    assert {need.agent.ref: need.replacement for need in found} == MODEL_REPLACEMENTS
    assert needs(with_replacements(lite.config, found), [together()]) == ()


def test_a_model_that_is_not_offered_is_replaced_by_the_nearest():
    near = openai(models=Models(("a", "bb"), near=("bb",)))
    config = with_replacements(ASKED, needs(ASKED, [near]))
    assert [agent.model for agent in config.agents] == ["a", "bb", "a"]
    nowhere = openai(models=Models(("x",)))
    assert with_replacements(ASKED, needs(ASKED, [nowhere])) == ASKED


def test_a_retired_model_that_an_endpoint_serves_all_the_same_is_none():
    served = Models(tuple(ref.partition("/")[2] for ref in MODEL_REPLACEMENTS))
    assert needs(preset_named("moa-lite"), [together(models=served)]) == ()


def test_only_what_is_known_to_be_there_is_served():
    assert is_served(ASKED, [openai(models=Models(("a", "b")))])
    assert not is_served(ASKED, [openai()])
    assert not is_served(ASKED, [openai(models=Models(("a",)))])
    assert not is_served(ASKED, [openai(connected=False, models=Models(("a", "b")))])
    assert not is_served(ASKED, [])
