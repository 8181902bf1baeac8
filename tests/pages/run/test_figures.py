from decimal import Decimal

import pytest

from moa_core.usage import FREE, Cost, Usage
from pages.widgets.formatting.figures import about, speed
from tests.moa_core.timed_runs import call


@pytest.mark.parametrize(
    ("tokens", "took_s", "said"),
    [
        (120, 3.0, "60 tokens/s"),
        (7, 202.0, "<1 token/s"),  # a slow local model: not 0
        (0, 3.0, None),
        (120, 1.0, None),  # all came at once
    ],
)
def test_a_slow_model_is_not_said_to_write_nothing(tokens, took_s, said):
    usage = Usage(input_tokens=5, output_tokens=tokens, source="reported")
    assert speed(call((0, 0), 0.0, took_s, first_s=1.0, usage=usage)) == said


def usd(amount):
    return Cost(Decimal(amount))


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (usd("0.0023"), usd("0.0832"), "about $0.002 to $0.08"),
        (usd("1.7"), usd("12.3"), "about $2 to $10"),
        (usd("0.021"), usd("0.0195"), "about $0.02"),
        (usd("0"), usd("0.004"), "about $0 to $0.004"),
        (FREE, FREE, "free"),
        (usd("0.1"), Cost(Decimal("0.1"), unknown_calls=1), "cost unknown"),
    ],
)
def test_what_is_not_asked_yet_costs_about_that(low, high, said):
    assert about(low, high).replace("\\", "") == said
