from dataclasses import dataclass, field

import pytest

from moa_core.mixture.readiness import needs
from moa_core.mixture.shipped import (
    MODEL_REPLACEMENTS,
    mixture_from_refs,
    preset_named,
    with_replacements,
)


@dataclass(frozen=True)
class Models:
    served: tuple | None = None

    near: tuple = ()

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
    models: Models = field(default_factory=Models)


def openai(**more):
    return Endpoint("openai", "OpenAI", "OPENAI_API_KEY", **more)


def together(**more):
    return Endpoint("together", "Together", "TOGETHER_API_KEY", **more)


ASKED = mixture_from_refs(("openai/a", "openai/b"), aggregator="openai/a")


def test_what_is_connected_is_ready():
    assert needs(ASKED, [openai()]) == ()
    assert needs(ASKED, [openai(models=Models(("a", "b", "c")))]) == ()


def test_a_missing_key_is_told_once_with_its_variable():
    [need] = needs(ASKED, [openai(connected=False)])
    assert need == "the key of OpenAI: OPENAI_API_KEY"


def test_a_model_that_an_endpoint_does_not_list_is_named():
    assert needs(ASKED, [openai(models=Models(("a",)))]) == ("OpenAI does not offer b",)


def test_the_nearest_models_that_exist_are_told():
    models = Models(("a",), near=("bb", "bc"))
    assert needs(ASKED, [openai(models=models)]) == (
        "OpenAI does not offer b; nearest: bb, bc",
    )


@pytest.mark.parametrize(
    ("endpoint", "need"),
    [
        ("ollama", "the local server ollama, running on this machine"),
        ("lab", "an endpoint that is called lab: POLYPHONY_ENDPOINTS"),
    ],
)
def test_an_endpoint_that_nobody_configured_is_named(endpoint, need):
    config = mixture_from_refs((f"{endpoint}/a",), aggregator=f"{endpoint}/a")
    assert needs(config, [openai()]) == (need,)


def test_a_retired_model_is_told_with_its_stand_in():
    lite = preset_named("moa-lite")
    told = needs(lite, [together()])
    assert told[0] == (
        "together/Qwen/Qwen1.5-110B-Chat is retired; "
        "stand-in: together/Qwen/Qwen3.7-Max"
    )
    assert len(told) == len(MODEL_REPLACEMENTS)
    assert needs(with_replacements(lite.config), [together()]) == ()


def test_a_retired_model_that_an_endpoint_serves_all_the_same_is_none():
    served = Models(tuple(ref.partition("/")[2] for ref in MODEL_REPLACEMENTS))
    assert needs(preset_named("moa-lite"), [together(models=served)]) == ()
