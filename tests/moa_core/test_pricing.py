import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import pytest
from genai_prices import Usage as Counted
from genai_prices import calc_price
from hypothesis import given
from hypothesis import strategies as st

from moa_core.mixture.shipped import MODEL_REPLACEMENTS, PRESETS
from moa_core.pricing import FREE_OF_COST, RETIRED_PRICES, Price, PriceBook
from moa_core.settings import LOCAL_SERVERS, SIMULATED, OwnPrice
from moa_core.usage import NANO_USD, UNKNOWN_USAGE, Usage
from tests.moa_core.generated import nano_dollars, usages

OWN = OwnPrice(input_usd_per_mtok=Decimal(1), output_usd_per_mtok=Decimal(2))
LISTED = [
    ("openai", "gpt-4o-mini"),
    ("openai", "gpt-4o-2024-05-13"),
    ("openai", "gpt-5.4"),
    ("openai", "gpt-4.1"),
    ("together", "openai/gpt-oss-120b"),
    ("together", "Qwen/Qwen3.7-Plus"),
    ("together", "microsoft/WizardLM-2-8x22B"),
    ("groq", "llama-3.3-70b-versatile"),
    ("mistral", "mistral-large-latest"),
    ("anthropic", "claude-3-5-haiku-latest"),
    ("openrouter", "anthropic/claude-sonnet-4.5"),
    ("google", "gemini-2.5-pro"),
]


def price(input_usd="1", output_usd="2", cached_usd=None):
    return Price(
        input_usd_per_mtok=Decimal(input_usd),
        output_usd_per_mtok=Decimal(output_usd),
        cached_input_usd_per_mtok=None if cached_usd is None else Decimal(cached_usd),
        source="a test",
    )


def test_ones_own_price_comes_first():
    refs = ["openai/gpt-4o", f"{SIMULATED}/poet", *RETIRED_PRICES]
    book = PriceBook(dict.fromkeys(refs, OWN))
    for ref in refs:
        found = book.price_of(*ref.split("/", 1))
        assert (found.input_usd_per_mtok, found.source) == (1, "your own price")


@pytest.mark.parametrize("endpoint", [SIMULATED, *LOCAL_SERVERS])
def test_what_runs_here_is_free_by_name_and_not_by_ignorance(endpoint):
    assert PriceBook().price_of(endpoint, "gpt-4o") == FREE_OF_COST


def test_a_retired_model_has_its_last_price_and_says_so():
    found = PriceBook().price_of("together", "Qwen/Qwen1.5-110B-Chat")
    assert found.output_usd_per_mtok == Decimal("1.80")
    assert "2024" in found.source


def test_every_model_of_the_paper_has_a_price():
    book = PriceBook()
    refs = [*MODEL_REPLACEMENTS, "openai/gpt-4o-2024-05-13"]
    assert [ref for ref in refs if book.price_of(*ref.split("/", 1)) is None] == []


def test_every_model_of_a_shipped_preset_has_a_price():
    book = PriceBook()
    agents = {
        agent
        for preset in PRESETS
        for agent in (
            *preset.config.aggregators,
            *(agent for layer in preset.config.layers for agent in layer.proposers),
        )
    }
    unpriced = [a.ref for a in agents if book.price_of(a.endpoint, a.model) is None]
    assert unpriced == []


def test_a_listed_price_comes_from_the_public_list():
    found = PriceBook().price_of("openai", "gpt-4o-2024-05-13")
    assert (found.input_usd_per_mtok, found.output_usd_per_mtok) == (5, 15)
    assert "genai-prices" in found.source


@pytest.mark.parametrize(
    ("endpoint", "model"),
    [("openai", "gpt-999"), ("lab", "gpt-4o"), ("together", "gpt-4o"), ("lab", "")],
)
def test_what_nobody_lists_is_unknown(endpoint, model):
    assert PriceBook().price_of(endpoint, model) is None


def test_a_model_that_charges_for_more_than_tokens_is_unknown_not_too_cheap():
    assert PriceBook().price_of("perplexity", "sonar") is None


def test_a_long_prompt_has_the_price_of_its_tier():
    book = PriceBook()
    short = book.price_of("openai", "gpt-5.4", 1_000)
    long = book.price_of("openai", "gpt-5.4", 1_000_000)
    assert (short.input_usd_per_mtok, short.output_usd_per_mtok) == (2.5, 15)
    assert (long.input_usd_per_mtok, long.output_usd_per_mtok) == (5, 22.5)


@pytest.mark.parametrize(("endpoint", "model"), LISTED)
@given(usage=usages)
def test_listed_models_cost_what_the_list_says(endpoint, model, usage):
    found = PriceBook().price_of(endpoint, model, usage.input_tokens)
    cached = found.cached_input_usd_per_mtok is not None
    written = found.cache_write_usd_per_mtok is not None
    counted = Counted(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cached_input_tokens if cached else 0,
        cache_write_tokens=usage.cache_write_tokens if written else 0,
    )
    expected = calc_price(counted, model, provider_id=endpoint).total_price
    assert abs(found.cost_of(usage).usd - expected) <= NANO_USD / 2


def test_cached_input_costs_its_own_price():
    usage = Usage(
        input_tokens=1_000_000, cached_input_tokens=400_000, source="reported"
    )
    assert price(cached_usd="0.1").cost_of(usage).usd == Decimal("0.64")
    assert price().cost_of(usage).usd == 1


def test_what_is_written_to_a_cache_costs_its_own_price():
    usage = Usage(
        input_tokens=1_000_000,
        cached_input_tokens=400_000,
        cache_write_tokens=200_000,
        source="reported",
    )
    dear = replace(price(cached_usd="0.1"), cache_write_usd_per_mtok=Decimal("1.25"))
    assert dear.cost_of(usage).usd == Decimal("0.69")


def test_reasoning_is_output_and_costs_as_much():
    usage = Usage(output_tokens=1_000_000, reasoning_tokens=900_000, source="reported")
    assert price().cost_of(usage).usd == 2


def test_a_cost_is_exact_to_the_nano_dollar():
    usage = Usage(input_tokens=1, output_tokens=1, source="reported")
    assert price("0.0015", "0.15").cost_of(usage).usd == Decimal("0.000000152")


@given(st.lists(usages, max_size=20), nano_dollars, nano_dollars)
def test_the_cost_of_parts_is_the_cost_of_the_whole(parts, input_usd, output_usd):
    each = Price(
        input_usd_per_mtok=input_usd, output_usd_per_mtok=output_usd, source="a test"
    )
    apart = sum(each.cost_of(part).usd for part in parts)
    whole = each.cost_of(sum(parts, Usage())).usd
    assert abs(apart - whole) <= NANO_USD * (len(parts) + 1) / 2


def test_unknown_tokens_cost_an_unknown_amount_even_where_it_is_cheap():
    assert price().cost_of(UNKNOWN_USAGE).total_usd is None
    partly = Usage(input_tokens=5, source="reported") + UNKNOWN_USAGE
    assert price().cost_of(partly).unknown_calls == 1


@given(usages)
def test_free_of_cost_is_zero_and_known(usage):
    assert FREE_OF_COST.cost_of(usage).total_usd == 0


def test_a_price_book_is_light_until_it_is_needed():
    script = (
        "import sys; from moa_core.pricing import PriceBook; PriceBook();"
        "assert 'genai_prices' not in sys.modules; PriceBook.prepare();"
        "assert 'genai_prices' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
