from decimal import Decimal

import pytest

from moa_core.usage import FREE, UNKNOWN_USAGE, Cost, Usage
from pages.widgets.formatting.figures import about, plain, prompt_line, speed
from pages.widgets.spend import wording
from storage.spending.amounts import Amount
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


@pytest.mark.parametrize(
    ("usage", "said"),
    [
        (UNKNOWN_USAGE, ""),
        (Usage(input_tokens=1234), "1,234 tokens read"),
        (
            Usage(input_tokens=1234, cache_known_tokens=1234),
            "1,234 tokens read, 0 % cached",
        ),
        (
            Usage(input_tokens=1000, cached_input_tokens=870, cache_known_tokens=1000),
            "1,000 tokens read, 87 % cached",
        ),
        (Usage(input_tokens=9, source="estimated"), "~9 tokens read"),
    ],
)
def test_what_nobody_said_of_a_cache_is_not_said_to_be_nothing(usage, said):
    assert plain(prompt_line(usage)).replace("\N{NO-BREAK SPACE}", " ") == said


@pytest.mark.parametrize(
    ("known", "cached", "said"),
    [
        (0, 0, "20.0K tokens in"),
        (20_000, 0, "20.0K tokens in (0 % cached)"),
        (20_000, 5_000, "20.0K tokens in (25 % cached)"),
        (10_000, 5_000, "20.0K tokens in (50 % of 10.0K cached, rest unknown)"),
    ],
)
def test_a_cached_share_is_of_what_is_known(known, cached, said):
    amount = Amount(
        calls=2,
        input_tokens=20_000,
        cache_known_tokens=known,
        cached_input_tokens=cached,
    )
    told = wording.amount_tokens(amount).replace("\N{NO-BREAK SPACE}", " ")
    assert told.split(" · ")[0] == said


@pytest.mark.parametrize(
    ("saved", "extra", "said"),
    [
        (0, 0, []),
        (120_000_000, 0, ["caching saved about $0.1200"]),
        (120_000_000, 20_000_000, ["caching saved about $0.1000"]),
        (0, 20_000_000, ["caching cost about $0.0200 more"]),
    ],
)
def test_what_caching_saved_is_less_what_it_cost(saved, extra, said):
    amount = Amount(cache_saved_nusd=saved, cache_extra_nusd=extra)
    assert [plain(each) for each in wording.cache_savings(amount)] == said


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
