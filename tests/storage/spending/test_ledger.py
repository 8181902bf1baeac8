"""Caps hold to the nano-dollar, however many runs begin at once, however they end."""

import os
import random
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from moa_core.errors import (
    CapExceededError,
    CapReachedError,
    CostUnknownError,
    RunStoppedError,
)
from moa_core.messages import Question
from moa_core.run.events import RunAborted, RunStarted
from moa_core.run.run_state import RunState
from moa_core.usage import FREE, Cost, Usage
from storage.database.sessions import Database
from storage.recording.interruptions import mark_interrupted
from storage.recording.runs import Runs
from storage.schema import CallRow, ConversationRow, RunRow, TurnRow
from storage.settings import Caps
from storage.spending.ledger import Ledger
from storage.values import times
from storage.values.money import nano_usd
from tests.storage.fabricated import mixture, said

DOLLAR = Decimal(1)
CENT = Decimal("0.01")
CONFIG = mixture(1, 1)


@dataclass(frozen=True)
class Range:
    """An estimate."""

    low: Cost
    high: Cost


def about(usd, unknown_calls: int = 0) -> Range:
    high = Decimal(usd)
    return Range(Cost(high / 4, unknown_calls), Cost(high, unknown_calls))


@pytest.fixture
def ledger(database) -> Ledger:
    return Ledger(database)


def begin(runs: Runs, usd="0.10", caps: Caps | None = None, **more):
    given = {"caps": caps} if caps else {}
    return runs.begin(
        Question("Why?"), CONFIG, estimate=lambda _: about(usd), **given, **more
    )


def spend(database: Database, run_uid: str, usd: Decimal) -> None:
    """End a run that cost ``usd``, without telling its story."""
    with database.writing() as session:
        session.execute(
            update(RunRow)
            .where(RunRow.uid == run_uid)
            .values(status="succeeded", reserved_nusd=0, cost_nusd=nano_usd(usd))
        )


def kept(database: Database) -> list[int]:
    with database.reading() as session:
        return [
            session.scalar(select(func.count()).select_from(table))
            for table in (ConversationRow, TurnRow, RunRow)
        ]


def test_without_caps_anything_may_begin(runs, ledger):
    assert runs.begin(Question("Why?"), CONFIG).budget is None
    assert begin(runs, "999999").budget is None
    assert ledger.spent("day").reserved_usd == 999_999


def test_an_estimate_is_kept_with_its_run(runs):
    estimate = Range(Cost(CENT, 2), Cost(Decimal("0.123456789"), 2))
    begun = runs.begin(
        Question("Why?"), CONFIG, estimate=lambda _: estimate, preset_name="My mix"
    )
    stored = runs.load(begun.run_uid)
    assert (stored.estimate.low, stored.estimate.high) == (estimate.low, estimate.high)
    assert stored.preset_name == "My mix"
    plain = runs.load(runs.begin(Question("Why?"), CONFIG).run_uid)
    assert plain.estimate is None
    assert plain.preset_name is None


@pytest.mark.parametrize(
    ("caps", "word"),
    [
        (Caps(per_run_usd=CENT), "per-run"),
        (Caps(per_day_usd=CENT), "daily"),
        (Caps(per_month_usd=CENT), "monthly"),
    ],
)
def test_a_run_that_could_cost_more_is_refused_and_not_stored(
    runs, database, caps, word
):
    with pytest.raises(CapExceededError) as caught:
        begin(runs, "0.010000001", caps)
    assert kept(database) == [0, 0, 0]
    assert f"Your {word} cap is " in str(caught.value)
    assert "$0.0100" in str(caught.value)
    assert "raise the cap in Settings" in caught.value.advice
    assert begin(runs, "0.01", caps).budget.limit_usd == CENT


def test_a_refused_question_leaves_its_conversation_as_it_was(
    runs, conversations, database
):
    first = begin(runs)
    spend(database, first.run_uid, CENT)
    uid = first.conversation_uid
    before = conversations.load(uid)
    with pytest.raises(CapExceededError):
        begin(runs, caps=Caps(per_run_usd=CENT), conversation_uid=uid)
    assert conversations.load(uid) == before


def test_what_is_spent_and_what_is_held_back_both_count(runs, database, ledger):
    caps = Caps(per_day_usd=DOLLAR)
    spend(database, begin(runs, "0.30", caps).run_uid, Decimal("0.25"))
    begin(runs, "0.50", caps)
    assert ledger.spent("day").cost == Cost(Decimal("0.25"))
    assert ledger.spent("day").reserved_usd == Decimal("0.5")
    with pytest.raises(CapExceededError, match=r"is \$1\.00, with \$0\.2500 left"):
        begin(runs, "0.26", caps)
    assert begin(runs, "0.25", caps).budget.limit_usd == Decimal("0.25")


def test_where_nothing_is_left_a_run_of_unknown_cost_is_refused_in_words(
    runs, database
):
    caps = Caps(per_day_usd=DOLLAR, allow_unknown=True)
    spend(database, begin(runs, "1", caps).run_uid, Decimal(2))
    with pytest.raises(CapExceededError, match=r"Your daily cap of \$1\.00 is used up"):
        runs.begin(Question("Why?"), CONFIG, estimate=None, caps=caps)


def test_a_run_may_go_on_to_the_smallest_of_what_the_caps_leave(runs, database):
    caps = Caps(
        per_run_usd=Decimal("0.5"), per_day_usd=DOLLAR, per_month_usd=Decimal(5)
    )
    assert begin(runs, "0.1", caps).budget.limit_usd == Decimal("0.5")
    spend(database, begin(runs, "0.1", caps).run_uid, Decimal("0.7"))
    assert begin(runs, "0.1", caps).budget.limit_usd == Decimal("0.2")


def test_a_run_that_outgrows_what_it_held_back_counts_in_full(runs, database, ledger):
    begun = begin(runs, "0.10")
    with database.writing() as session:
        run_id = session.scalar(select(RunRow.id).where(RunRow.uid == begun.run_uid))
        for position, usd in enumerate(("0.20", "0.30")):
            add_call(session, run_id, position, nano_usd(Decimal(usd)))
    assert ledger.spent("month").reserved_usd == Decimal("0.5")
    with pytest.raises(CapExceededError):
        begin(runs, "0.6", Caps(per_day_usd=DOLLAR))


def add_call(session, run_id: int, position: int, nusd: int | None) -> None:
    session.add(
        CallRow(
            run_id=run_id,
            layer_index=0,
            position=position,
            attempt=1,
            role="proposer",
            endpoint="lab",
            model_requested="m",
            params={},
            status="succeeded",
            usage_source="reported",
            cost_nusd=nusd,
            cost_source="unknown" if nusd is None else "computed",
            started_ms=0,
        )
    )


def test_an_unknown_price_is_refused_under_a_cap_unless_it_is_allowed(runs, database):
    unknown = about("0.10", unknown_calls=2)
    caps = Caps(per_day_usd=DOLLAR)
    with pytest.raises(CostUnknownError, match="price of 2 calls") as caught:
        runs.begin(Question("Why?"), CONFIG, estimate=lambda _: unknown, caps=caps)
    assert "allow unknown prices" in caught.value.advice
    with pytest.raises(CostUnknownError):
        runs.begin(Question("Why?"), CONFIG, caps=caps)
    assert kept(database) == [0, 0, 0]
    allowing = Caps(per_day_usd=DOLLAR, allow_unknown=True)
    begun = runs.begin(
        Question("Why?"), CONFIG, estimate=lambda _: unknown, caps=allowing
    )
    assert begun.budget.allow_unknown
    assert (
        runs.begin(Question("Why?"), CONFIG, estimate=lambda _: unknown).budget is None
    )


def test_with_nothing_left_not_even_an_unknown_price_may_begin(runs, database):
    caps = Caps(per_day_usd=DOLLAR, allow_unknown=True)
    spend(database, begin(runs, "0.1").run_uid, DOLLAR)
    with pytest.raises(CapExceededError):
        runs.begin(Question("Why?"), CONFIG, estimate=lambda _: about(0, 1), caps=caps)


def test_what_is_free_may_always_begin(runs, database):
    spend(database, begin(runs, "0.1").run_uid, Decimal(5))
    for caps in (Caps(per_day_usd=DOLLAR), Caps(per_run_usd=Decimal(0))):
        begun = runs.begin(
            Question("Why?"), CONFIG, estimate=lambda _: Range(FREE, FREE), caps=caps
        )
        assert begun.budget.check(FREE) is None


def race(work, threads: int) -> None:
    gate = threading.Barrier(threads)

    def guarded() -> None:
        gate.wait()
        work()

    running = [threading.Thread(target=guarded) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


@pytest.mark.slow
@pytest.mark.parametrize("period", ["day", "month"])
def test_fifty_runs_at_once_never_spend_more_than_a_dollar(
    patient, runs, ledger, database, period
):
    caps = Caps(**{f"per_{period}_usd": DOLLAR})
    dice, refused, most = random.Random(1), [], []

    def run_some() -> None:
        for _ in range(2):
            usd = Decimal(dice.randrange(10_000_000, 90_000_000)).scaleb(-9)
            try:
                begun = begin(runs, usd, caps)
            except CapExceededError:
                refused.append(usd)
                continue
            spending = ledger.spent(period)
            most.append(spending.taken_usd)
            time.sleep(0.001)
            spend(database, begun.run_uid, usd * dice.randrange(101) / 100)

    race(run_some, 50)
    assert refused
    assert max(most) <= DOLLAR
    spent = ledger.spent(period)
    assert Decimal("0.5") < spent.cost.usd <= DOLLAR
    assert spent.reserved_usd == 0


async def test_what_is_spent_is_the_sum_of_all_calls(recorded, database, ledger):
    """Whatever became of the runs: succeeded, failed or stopped."""
    for seed in range(12):
        config = mixture(2, 3, fallbacks=1)
        await recorded(config, dice=random.Random(seed), trouble=0.4)
    with database.reading() as session:
        known = session.scalar(select(func.sum(CallRow.cost_nusd)))
        calls = session.scalar(select(func.count()).select_from(CallRow))
        priced = session.scalar(select(func.count(CallRow.cost_nusd)))
        ends = set(session.scalars(select(RunRow.status)))
    assert ends >= {"succeeded", "failed"}
    for period in ("day", "month"):
        spent = ledger.spent(period)
        assert nano_usd(spent.cost.usd) == known
        assert spent.cost.unknown_calls == calls - priced
        assert spent.reserved_usd == 0


@pytest.mark.parametrize(
    ("error", "status"),
    [(RunStoppedError(), "stopped"), (CapReachedError("At its cap."), "failed")],
)
async def test_the_end_of_a_run_lets_go_of_what_it_held(
    runs, recorder, ledger, error, status
):
    begun = begin(runs)
    assert ledger.spent("day").reserved_usd == Decimal("0.1")
    state = RunState(CONFIG)
    aborted = RunAborted(
        at_s=1.0, error=error, text="", usage=Usage(), cost=FREE, latency_s=1.0
    )
    for event in (RunStarted(0.0, CONFIG), aborted):
        state.apply(event)
        await recorder.record(begun.run_uid, event, state)
    assert ledger.spent("day").reserved_usd == 0
    stored = runs.load(begun.run_uid).state
    assert stored.status == status
    assert type(stored.error) is type(error)
    assert (str(stored.error), stored.error.advice) == (str(error), error.advice)


@pytest.mark.slow
def test_a_crash_while_a_run_holds_back_money_ends_at_the_next_start(url):
    child = os.fork()
    if child == 0:
        crashing = Database.open(url)
        begin(Runs(crashing), "0.75")
        os._exit(9)  # as kill -9: nothing is tidied up
    os.waitpid(child, 0)
    database = Database.open(url)
    try:
        assert Ledger(database).spent("day").reserved_usd == Decimal("0.75")
        assert mark_interrupted(database, under_way=()) == 1
        assert Ledger(database).spent("day").reserved_usd == 0
        begin(Runs(database), "0.9", Caps(per_day_usd=DOLLAR))
    finally:
        database.close()


@pytest.fixture
def in_new_york(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def ms(*moment: int) -> int:
    return round(datetime(*moment).timestamp() * 1000)


def test_a_day_and_a_month_begin_by_the_clock_of_the_machine(in_new_york):
    now = ms(2026, 11, 22, 23, 59, 59)
    assert times.begin_ms("day", now) == ms(2026, 11, 22)
    assert times.begin_ms("day", now + 1000) == ms(2026, 11, 23)
    assert times.begin_ms("month", now) == ms(2026, 11, 1)
    assert times.begin_ms("day", ms(2026, 11, 22)) == ms(2026, 11, 22)


def test_a_day_with_an_hour_more_or_less_begins_at_midnight(in_new_york):
    hour = 3_600_000
    longer = times.begin_ms("day", ms(2026, 11, 1, 23)), ms(2026, 11, 2)
    shorter = times.begin_ms("day", ms(2026, 3, 8, 23)), ms(2026, 3, 9)
    assert longer[1] - longer[0] == 25 * hour
    assert shorter[1] - shorter[0] == 23 * hour
    assert times.begin_ms("month", ms(2026, 11, 30)) == ms(2026, 11, 1)


def test_yesterday_does_not_count_for_today(runs, database, ledger):
    begun = begin(runs, "0.9")
    spend(database, begun.run_uid, Decimal("0.9"))
    yesterday = times.begin_ms("day", round(time.time() * 1000)) - 1
    with database.writing() as session:
        session.execute(update(RunRow).values(created_at=yesterday))
    assert ledger.spent("day").cost == FREE
    begin(runs, "1", Caps(per_day_usd=DOLLAR))


def test_what_was_deleted_was_still_spent(runs, database, ledger, conversations):
    begun = begin(runs)
    spend(database, begun.run_uid, CENT)
    conversations.delete(begun.conversation_uid)
    assert ledger.spent("day").cost == Cost(CENT)


async def test_the_messages_of_a_question_are_those_its_run_would_get(
    runs, recorder, conversations
):
    first = runs.begin(Question("First"), CONFIG)
    assert first.messages == (Question("First").message,)
    uid = first.conversation_uid
    await said(recorder, first, CONFIG, "An answer.")
    asked = conversations.load(uid).messages(Question("Second"))
    begun = runs.begin(Question("Second"), CONFIG, conversation_uid=uid)
    assert asked == begun.messages
