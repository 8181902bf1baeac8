"""What the browser is told, so that the range follows what is typed."""

import json
from decimal import Decimal

import pytest

from moa_core.messages import Question
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from moa_core.plan import estimate
from moa_core.settings import OwnPrice
from moa_core.tokens import estimate_tokens
from tests.pages.app_page import ask, by_key, has, words

PRICE = OwnPrice(input_usd_per_mtok=Decimal(3), output_usd_per_mtok=Decimal(15))
TYPED = "ipsum dolor " * 40


def told(page):
    return json.loads(by_key(page, "typed-price").proto.json)


@pytest.fixture
def config(app, page):
    agents = [AgentSpec.from_ref(f"simulated/{name}") for name in ("brief", "essayist")]
    app.set_own_prices({agent.ref: PRICE for agent in agents})
    config = MoAConfig(layers=(Layer(tuple(agents)),), aggregator=agents[0])
    page.session_state["mixture"] = config
    page.run()
    return config


def test_what_is_typed_costs_what_the_estimate_says(app, page, config):
    ask(page, "Why is the sea salty?")
    uid = page.query_params["c"]
    conversation = app.conversations.load(uid if isinstance(uid, str) else uid[0])
    priced = estimate(config, conversation.messages(Question(TYPED)), app.prices)
    price, tokens = told(page), estimate_tokens(TYPED)
    low = price["low"] + price["lowPerToken"] * tokens
    high = price["high"] + price["highPerToken"] * tokens
    assert low == pytest.approx(float(priced.low.usd), rel=0.01)
    assert high == pytest.approx(float(priced.high.usd), rel=0.01)
    assert high > price["high"]
    assert price["shown"] in words(page)


def test_what_is_free_does_not_become_dearer(page):
    assert not has(page, "typed-price")
