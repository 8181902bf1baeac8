"""Title calls in the database, on both kinds: booked, corrected, summed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from moa_core.engine import Attempt
from moa_core.errors import CapExceededError
from moa_core.plan import title_call
from moa_core.pricing import PriceBook
from moa_core.settings import OwnPrice
from moa_core.usage import FREE
from storage.recording import Titles
from storage.settings import NO_CAPS, Caps
from storage.spending.amounts import CallFilter
from storage.spending.spend import Spend
from tests.storage.fabricated import mixture
from tests.storage.rollup import difference

CONFIG = mixture(1, 1)
DOLLAR = OwnPrice(input_usd_per_mtok=Decimal(0), output_usd_per_mtok=Decimal(1))
PRICES = PriceBook({"lab/aggregator": DOLLAR})
MOST_USD = Decimal("0.000064")


@pytest.fixture
def titles(database):
    return Titles(database)


def spent(database):
    return Spend(database).breakdown().of(CallFilter(role="title"))


async def test_a_title_call_is_booked_then_corrected_and_all_sums_follow(
    database, titles, recorded, listing, conversations
):
    begun, state = await recorded(CONFIG)
    planned = title_call(state, "What is the capital of France?", PRICES)
    before = listing.newest()[0]
    booked = titles.begin(begun.run_uid, planned, NO_CAPS)
    assert spent(database).cost.usd == MOST_USD
    assert listing.newest()[0].cost.usd == before.cost.usd + MOST_USD
    assert titles.begin(begun.run_uid, planned, NO_CAPS) is None

    first = replace(planned.interrupted(0.0), outcome="failed", cost=FREE)
    last = replace(first, outcome="succeeded", text="Paris", attempt=2)
    titles.end(booked, [Attempt(first, 0.5), Attempt(last)], "Paris")
    assert conversations.load(begun.conversation_uid).title == "Paris"
    after = listing.newest()[0]
    assert (after.cost, after.updated_at) == (before.cost, before.updated_at)
    assert (spent(database).calls, spent(database).cost.usd) == (2, 0)
    with database.reading() as session:
        assert difference(session) == 0


async def test_what_a_cap_leaves_is_looked_at_before_a_title_is_booked(
    database, titles, recorded
):
    begun, state = await recorded(CONFIG)
    planned = title_call(state, "What is the capital of France?", PRICES)
    caps = Caps(per_run_usd=state.cost.usd + MOST_USD - Decimal("0.000000001"))
    with pytest.raises(CapExceededError):
        titles.begin(begun.run_uid, planned, replace(caps, allow_unknown=True))
    assert spent(database).calls == 0
    caps = replace(caps, per_run_usd=state.cost.usd + MOST_USD)
    assert titles.begin(begun.run_uid, planned, caps)
