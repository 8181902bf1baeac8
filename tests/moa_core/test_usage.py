from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.usage import FREE, UNKNOWN_COST, UNKNOWN_USAGE, Cost, Usage
from tests.moa_core.generated import costs, usages

SOURCES = ("none", "reported", "estimated")


@given(st.lists(usages))
def test_usages_add_up_token_by_token(parts):
    whole = sum(parts, Usage())
    for name in ("input_tokens", "output_tokens", "cached_input_tokens"):
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts)
    assert whole.reasoning_tokens == sum(part.reasoning_tokens for part in parts)
    assert whole.total_tokens == whole.input_tokens + whole.output_tokens


@given(usages, usages, usages)
def test_the_order_of_adding_does_not_matter(one, two, three):
    assert one + two == two + one
    assert (one + two) + three == one + (two + three)


@given(usages)
def test_no_usage_changes_nothing(usage):
    assert usage + Usage() == usage


@pytest.mark.parametrize("weaker", SOURCES)
@pytest.mark.parametrize("stronger", SOURCES)
def test_one_estimate_makes_the_sum_an_estimate(weaker, stronger):
    total = Usage(source=weaker) + Usage(source=stronger)
    assert total.source == max(weaker, stronger, key=SOURCES.index)


@given(usages)
def test_a_call_of_unknown_usage_stays_visible_in_the_sum(usage):
    total = usage + UNKNOWN_USAGE + UNKNOWN_USAGE
    assert total.unknown_calls == 2
    assert total.total_tokens == usage.total_tokens


@given(st.lists(costs))
def test_costs_add_up_to_the_nano_dollar(parts):
    total = sum(parts, FREE)
    assert total.usd == sum(part.usd for part in parts)
    assert total.unknown_calls == sum(part.unknown_calls for part in parts)


@given(costs)
def test_an_unknown_part_makes_the_whole_unknown_and_never_zero(cost):
    total = cost + UNKNOWN_COST
    assert total.total_usd is None
    assert total.usd == cost.usd
    assert str(total).endswith("unknown")


def test_a_cost_that_is_known_to_be_zero_is_zero():
    assert FREE.total_usd == 0
    assert str(FREE) == "$0"


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (Cost(Decimal("0.0031")), "$0.0031"),
        (Cost(Decimal("0.0031"), 1), "$0.0031 + unknown"),
        (Cost(Decimal(0), 2), "unknown"),
        (Cost(Decimal("0.000000001")), "<$0.0001"),
        (Cost(Decimal("0.0001")), "$0.0001"),
        (Cost(Decimal("1.005")), "$1.00"),
        (Cost(Decimal("1234.5")), "$1,234.50"),
    ],
)
def test_a_cost_says_what_it_is(cost, said):
    assert str(cost) == said


@given(usages, usages)
def test_a_share_is_of_what_is_known_and_never_of_the_rest(known, other):
    unknown = replace(
        other, cached_input_tokens=0, cache_write_tokens=0, cache_known_tokens=0
    )
    assert unknown.cached_share is None
    assert (known + unknown).cached_share == known.cached_share
    assert known.cached_share is None or 0 <= known.cached_share <= 1
