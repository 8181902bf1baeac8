"""Images are counted by the vendor's formula, and by a guess that says so."""

import pytest

from moa_core.messages import Question
from moa_core.mixture import AgentSpec, MoAConfig
from moa_core.plan import estimate
from moa_core.plan.image_tokens import image_tokens
from moa_core.pricing import PriceBook
from tests.moa_core.scripted import mixture
from tests.support.files.attached import image


def tokens(model, width, height, sees=True):
    agent = AgentSpec(endpoint="lab", model=model)
    shown = [image(width=width, height=height)]
    return image_tokens(agent, shown, lambda ref: sees)


@pytest.mark.parametrize(
    ("model", "width", "height", "expected"),
    [
        ("gpt-4o", 1024, 1024, 765),  # OpenAI's own examples
        ("gpt-4o", 2048, 4096, 1105),
        ("gpt-4o-mini", 512, 512, 8500),
        ("gpt-4.1-mini", 1024, 1024, 1659),
        ("claude-sonnet-4-5", 1000, 1000, 1334),
        ("gemini-2.5-flash", 300, 300, 258),
        ("gemini-2.5-flash", 1536, 768, 516),
    ],
)
def test_by_the_formula_that_the_vendor_publishes(model, width, height, expected):
    counted = tokens(model, width, height)
    assert (counted.tokens.low, counted.tokens.high) == (expected, expected)
    assert not counted.guessed


def test_where_nobody_says_it_is_a_wide_guess():
    counted = tokens("some-model", 1024, 768)
    assert counted.guessed
    assert 0 < counted.tokens.low < counted.tokens.high


def test_who_does_not_see_pays_for_no_image():
    assert tokens("gpt-4o", 1024, 1024, sees=False).tokens.high == 0


def test_an_estimate_has_the_images_of_each_call_and_says_what_is_a_guess():
    config = MoAConfig(
        layers=mixture(["a", "b"]).layers,
        aggregator=AgentSpec(endpoint="openai", model="gpt-4o"),
    )
    plain, asked = Question("What is it?"), Question("What is it?", (image(),))
    sees = {"lab/b": False}.get
    before = estimate(config, (plain.message,), PriceBook())
    after = estimate(config, (asked.message,), PriceBook(), sees=sees)
    assert after.guessed_images == 1, "of a; b does not see, OpenAI says how it counts"
    assert after.input_tokens[0] - before.input_tokens[0] >= 64 + 255
    assert after.high.usd > before.high.usd
