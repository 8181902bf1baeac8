"""Runs that did not wait for everybody are kept as they were, to the nano-dollar."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from moa_core.messages import Question
from moa_core.mixture import Hedging, Pace
from moa_core.pricing import PriceBook
from moa_core.run import Report, RunState
from moa_core.settings import OwnPrice
from moa_core.usage import Usage
from storage.schema import CallRow
from tests.moa_core.scripted import mixture
from tests.storage.shown import shown
from tests.support.paced_runs import HANG, PATIENT, SIX, answers, told

pytestmark = pytest.mark.slow

PRICE = OwnPrice(
    input_usd_per_mtok=Decimal("0.123"), output_usd_per_mtok=Decimal("1.7")
)
PRICES = PriceBook({f"lab/{who}": PRICE for who in (*SIX, "chief", "deputy")})
SEVEN = Usage(input_tokens=7, output_tokens=3, source="reported")
HEDGED = Pace(hedging=Hedging())

RUNS = {
    "a straggler": (answers(f=[1.0, "x", 30.0]), mixture(SIX, pace=PATIENT)),
    "a hang that reported": (
        answers(f=[Report(usage=SEVEN), *HANG]),
        mixture(SIX, pace=PATIENT),
    ),
    "the fallback asked too": (
        {"chief": [Report(usage=SEVEN), *HANG], "deputy": [0.5, "x"]},
        mixture(["a"], fallbacks=["deputy"], pace=HEDGED),
    ),
    "asked twice": (
        {"chief": lambda number: HANG if number == 1 else [0.5, "x"]},
        mixture(["a"], pace=HEDGED),
    ),
    "asked twice for nothing": (
        {"chief": lambda n: [2.5, "x"] if n == 1 else [Report(usage=SEVEN), *HANG]},
        mixture(["a"], pace=HEDGED),
    ),
}


async def keep(runs, recorder, config, events):
    begun = runs.begin(Question("Why?"), config)
    state = RunState(config)
    for event in events:
        state.apply(event)
        await recorder.record(begun.run_uid, event, state)
    return state, runs.load(begun.run_uid).state


@pytest.fixture(scope="module")
def made():
    """Every run, made before there is a loop whose clock is a real one."""
    return {
        name: (config, told(scripts, config, prices=PRICES)[0])
        for name, (scripts, config) in RUNS.items()
    }


@pytest.mark.parametrize("name", RUNS)
async def test_it_is_loaded_as_it_was_live(made, runs, recorder, database, name):
    config, events = made[name]
    live, stored = await keep(runs, recorder, config, events)
    assert live.decisions
    assert shown(stored) == shown(live)
    assert stored.decisions == live.decisions
    assert [seat.late for seat in stored.seats] == [seat.late for seat in live.seats]
    with database.reading() as session:
        rows = list(session.execute(select(CallRow.cost_nusd, CallRow.late)))
    assert len(rows) == len(live.calls)
    nano = sum(call.cost.usd for call in live.calls) * 10**9
    assert sum(row.cost_nusd for row in rows) == nano
    assert sum(row.late for row in rows) == sum(call.late for call in live.calls)
    for call in live.calls:
        if call.usage == SEVEN:
            assert call.cost.usd == (7 * Decimal("0.123") + 3 * Decimal("1.7")) / 10**6


async def test_what_is_usual_is_learnt_from_calls_that_began(made, runs, recorder):
    config, events = made["asked twice"]
    assert runs.usual_first_s(config) == {}
    for _ in range(3):
        await keep(runs, recorder, config, events)
    assert runs.usual_first_s(config) == {
        ("aggregator", "lab/chief"): 0.5,
        ("proposer", "lab/a"): 0.0,
    }
    assert runs.usual_first_s(mixture(["else"], aggregator="other")) == {}
