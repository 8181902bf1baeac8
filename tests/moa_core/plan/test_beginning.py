from decimal import Decimal

import pytest

from moa_core.mixture.config import Preset
from moa_core.mixture.shipped import DEFAULT_PRESET, mixture_from_refs, preset_named
from moa_core.plan.beginning import first_mixture, price_of_a_question, real_beginnings
from moa_core.pricing import PriceBook
from moa_core.providers.catalogue.models import EndpointInfo, ModelInfo, ModelList
from moa_core.providers.endpoints import Endpoints
from moa_core.settings import OwnPrice, Settings

SHIPPED = ("openai", "openai-fast", "openai-best", "together", "together-fast")
MODELS = {
    name: sorted(
        {
            agent.model
            for preset in map(preset_named, SHIPPED)
            for agent in preset.config.agents
            if agent.endpoint == name
        }
    )
    for name in ("openai", "together")
}
PRICES = PriceBook(
    {
        f"{name}/{model}": OwnPrice(
            input_usd_per_mtok=Decimal(usd), output_usd_per_mtok=Decimal(usd)
        )
        for name, models in MODELS.items()
        for model in models
        for usd in [30 if "astra" in model else 2]
    }
)
SIMULATED = Endpoints(Settings.from_mapping({})).infos()[-1]
OWN = Preset(
    name="mine",
    title="Mine",
    description="",
    config=mixture_from_refs(("lab0/x",), aggregator="lab0/x"),
)
LAST = preset_named("openai-fast").config


def endpoint(name, *served, key=True, known=True, local=False):
    models = tuple(ModelInfo(id=model) for model in served)
    return EndpointInfo(
        name=name,
        label=name.title(),
        kind="local" if local else "compatible",
        base_url="",
        key_variable="",
        connected=key,
        is_local=local,
        models=ModelList(
            models=models if known else (),
            state="ready" if known else "loading",
            fetched_at=1.0 if known else None,
        ),
    )


OPENAI = endpoint("openai", *MODELS["openai"])
TOGETHER = endpoint("together", *MODELS["together"])
OLLAMA = endpoint("ollama", "a:7b", "b:3b", local=True)


def begun(*endpoints, **before):
    beginning = first_mixture([*endpoints, SIMULATED], PRICES, **before)
    return beginning.kind, beginning.preset.name


def test_without_anything_connected_it_is_the_demo():
    assert begun() == ("demo", DEFAULT_PRESET.name)
    assert begun(endpoint("openai", *MODELS["openai"], key=False))[0] == "demo"
    assert begun(endpoint("openai", *MODELS["openai"], known=False))[0] == "demo"


def test_a_key_begins_with_a_good_preset_that_is_not_the_most_expensive():
    assert begun(OPENAI) == ("connected", "openai")
    assert begun(TOGETHER) == ("connected", "together")
    assert begun(TOGETHER, OPENAI) == ("connected", "openai")


def test_a_preset_whose_models_are_gone_is_passed_over():
    small = [agent.model for agent in preset_named("openai-fast").config.agents]
    assert begun(endpoint("openai", *small)) == ("connected", "openai-fast")


def test_models_of_unknown_price_are_not_begun_with():
    unpriced = endpoint("groq", "a-8b", "b-8b")
    assert begun(unpriced) == ("demo", DEFAULT_PRESET.name)
    assert begun(unpriced, OLLAMA) == ("local", "local-ollama")
    [offered] = real_beginnings([unpriced, SIMULATED], PRICES, unpriced=True)
    assert offered.preset.name == "connected-groq"


def test_a_local_server_comes_behind_what_a_key_connects():
    assert begun(OLLAMA) == ("local", "local-ollama")
    assert begun(OLLAMA, OPENAI) == ("connected", "openai")


@pytest.mark.parametrize("lab", [(), (endpoint("lab0", "x", local=True),)])
def test_ones_own_default_comes_first_whatever_it_lacks(lab):
    assert begun(OPENAI, *lab, default=OWN, last=LAST) == ("default", "mine")


def test_what_was_used_last_comes_next_while_it_can_be_asked():
    assert begun(OPENAI, last=LAST) == ("last", "openai-fast")
    assert begun(TOGETHER, last=LAST) == ("connected", "together")
    assert begun(OPENAI, last=DEFAULT_PRESET.config) == ("last", "simulated")
    assert begun(OPENAI, endpoint("lab0", "x"), last=OWN.config) == ("last", "last")


def test_the_best_of_both_kinds_can_be_offered_side_by_side():
    found = real_beginnings([OLLAMA, OPENAI, TOGETHER, SIMULATED], PRICES)
    assert [(each.kind, each.preset.name) for each in found] == [
        ("connected", "openai"),
        ("local", "local-ollama"),
    ]
    assert real_beginnings([SIMULATED], PRICES) == []


def test_a_question_that_is_not_written_yet_has_a_price():
    price = price_of_a_question(preset_named("openai").config, PRICES)
    assert 0 < price.low.usd < price.high.usd
