"""Whom Auto asks for an opinion, and what it saved by asking no more."""

from decimal import Decimal

from moa_core.engine.pacing import asking_order, saving_of
from moa_core.mixture import Seat
from moa_core.pricing import PriceBook
from moa_core.settings import Settings
from moa_core.usage import Cost, Usage
from tests.moa_core.scripted import agent, mixture
from tests.moa_core.timed_runs import call

OWN = "lab/qwen-dear=4/8;lab/qwen-cheap=0.1/0.1;lab/llama-8b=1/1;lab/gemma=0.5/0.5"
PRICES = PriceBook(Settings.from_mapping({"POLYPHONY_PRICES": OWN}).prices)


def _models(config):
    order = asking_order(config, PRICES)
    return [config.layers[0].proposers[seat.position].model for seat in order]


def test_the_cheapest_of_another_maker_is_asked_first():
    layer = ["qwen-cheap", "llama-8b", "gemma", "qwen-dear"]
    config = mixture(layer, aggregator="qwen-dear")
    assert _models(config) == ["gemma", "llama-8b", "qwen-cheap", "qwen-dear"]


def test_a_price_that_nobody_knows_is_not_a_low_one():
    config = mixture(["mistral-large", "llama-8b"], aggregator="qwen-dear")
    assert _models(config) == ["llama-8b", "mistral-large"]


def test_samples_of_one_model_are_asked_in_their_order():
    config = mixture(["gemma"] * 3, aggregator="gemma")
    assert asking_order(config, PRICES) == (Seat(0, 0), Seat(0, 1), Seat(0, 2))


def _answer(place, model, usd):
    usage = Usage(input_tokens=100, output_tokens=1000, source="reported")
    cost = Cost(Decimal(usd))
    return call(place, 0.0, 1.0, agent=agent(model), usage=usage, cost=cost)


def test_what_was_not_asked_is_priced_as_long_as_what_was():
    config = mixture(
        ["gemma", "llama-8b"], ["gemma", "llama-8b"], aggregator="qwen-dear"
    )
    first = _answer((2, 1), "qwen-dear", "0.0084")
    asked = {Seat(0, 0): _answer((0, 0), "gemma", "0.00055")}
    saved = saving_of(config, first, asked, PRICES)
    assert saved.calls == 3  # llama, two of layer 2 and the aggregator; less the first
    llama, layer_2 = Decimal("0.0011"), Decimal("0.00155") + Decimal("0.0031")
    aggregator = Decimal("0.0084") + Decimal("0.008")
    assert saved.cost == Cost(llama + layer_2 + aggregator - Decimal("0.0084"))


def test_what_nobody_can_price_stays_unknown():
    config = mixture(["gemma", "mistral-large"], aggregator="qwen-dear")
    first = _answer((1, 1), "qwen-dear", "0.0084")
    saved = saving_of(config, first, {Seat(0, 0): first}, PRICES)
    assert saved.cost.unknown_calls == 1
