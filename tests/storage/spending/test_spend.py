"""What was spent is the sum of the calls, to the nano-dollar, however one asks."""

import csv
import io
import random
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, make_url, select, text, update

from moa_core.messages import Question
from moa_core.mixture.config import Seat
from moa_core.plan import rework_plan
from moa_core.run.controls import Controls
from moa_core.run.run_state import RunState
from moa_core.usage import FREE, Cost
from storage.database import sqlite
from storage.database.migrate import migrate
from storage.database.sessions import Database
from storage.database.workers import Worker
from storage.recording.interruptions import mark_interrupted
from storage.recording.run_start import Order
from storage.schema import CallRow, ConversationRow, RunRow
from storage.schema.spend_tables import ErasedSpendRow, SpendDayRow
from storage.spending import rollup
from storage.spending.amounts import Amount, CallFilter, cost_of_days
from storage.spending.rollup import count_runs, count_what_is_not, erase_spend
from storage.spending.spend import Spend
from storage.values.money import cost, nano_usd
from storage.values.times import ALWAYS, TimeSpan
from tests.moa_core.scripted import failure
from tests.moa_core.scripted import mixture as of_models
from tests.profiles import examples
from tests.storage.desk import Desk
from tests.storage.fabricated import Storyteller, mixture
from tests.storage.rollup import difference
from tests.storage.versions import OLD_DATA, first_versions
from tests.support.waiting import eventually_async

pytestmark = pytest.mark.slow

A, B = Seat(0, 0), Seat(0, 1)
FLAT = of_models(["a", "b"])
DEEP = of_models(["a", "b"], ["c", "d"])
ZONES = [
    "UTC",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "America/Sao_Paulo",
]
BY = (
    ("endpoint", "model"),
    ("role",),
    ("preset",),
    ("endpoint",),
    ("role", "disposition"),
)


@pytest.fixture
def spend(database) -> Spend:
    return Spend(database)


@pytest.fixture
def desk(database, recorder) -> Desk:
    return Desk(database, recorder)


def asked(database, query: str, **values) -> list:
    with database.reading() as session:
        return session.execute(text(query), values).all()


ADDED_UP = """
    SELECT count(*), sum(c.cost_nusd), count(*) - count(c.cost_nusd),
        count(*) - count(c.input_tokens), sum(c.input_tokens), sum(c.output_tokens),
        sum(c.cached_input_tokens), sum(c.reasoning_tokens),
        sum(CASE WHEN c.cached_input_tokens IS NOT NULL THEN c.input_tokens END)
    FROM calls c JOIN runs ON runs.id = c.run_id
    WHERE runs.status <> 'running'
"""


def from_raw(database, condition: str = "1 = 1", **values) -> tuple:
    """What the calls add up to, straight from their rows."""
    [row] = asked(database, f"{ADDED_UP} AND {condition}", **values)
    calls, nusd, unknown, *rest = (int(value or 0) for value in row)
    return calls, cost(nusd, unknown), *rest


def figures(amount: Amount) -> tuple:
    return (
        amount.calls,
        amount.cost,
        amount.usage_unknown_calls,
        amount.input_tokens,
        amount.output_tokens,
        amount.cached_input_tokens,
        amount.reasoning_tokens,
        amount.cache_known_tokens,
    )


def assert_right(database, spend: Spend) -> None:
    """Every figure, however it is cut, adds up to what the calls do."""
    spent = spend.breakdown()
    assert figures(spent.total) == from_raw(database)
    for names in BY:
        parts = spent.by(*names)
        assert sum((group.amount for group in parts), Amount()) == spent.total
        for group in parts:
            assert spent.of(group.call_filter) == group.amount
    for zone in ZONES:
        assert cost_of_days(spend.by_day(ZoneInfo(zone))) == spent.total.cost
    presets = spend.presets()
    assert sum((preset.cost for preset in presets), FREE) == spent.total.cost
    with database.reading() as session:
        assert difference(session) == 0


def costs_by(spend: Spend, of: str = "disposition") -> dict[str, Cost]:
    groups = spend.breakdown().by(of)
    return {getattr(group.call_filter, of): group.amount.cost for group in groups}


def usd(dollars, unknown: int = 0) -> Cost:
    return Cost(Decimal(dollars), unknown)


def test_where_nothing_ran_nothing_was_spent(spend):
    assert spend.breakdown().total == Amount()
    assert spend.by_day(UTC) == []
    assert spend.presets() == []
    assert spend.most_expensive_runs() == spend.runs(CallFilter()) == []


async def test_whatever_becomes_of_runs_all_figures_are_the_sum_of_the_calls(
    recorded, database, spend
):
    for seed in range(12):
        config = mixture(1 + seed % 3, 3, fallbacks=1, endpoint=f"lab{seed % 2}")
        dice = random.Random(seed)
        await recorded(config, dice=dice, trouble=seed / 15)
    assert_right(database, spend)
    total = spend.breakdown().total
    assert total.cost.unknown_calls
    assert total.usage_unknown_calls
    assert total.usage_estimated_calls
    assert {"used", "failed", "retried"} <= set(costs_by(spend))


async def test_shares_can_be_named_by_hand(desk, spend):
    """The price of a model is a power of two, so that a sum tells what is in it."""
    desk.scripts = {"b": [failure("b")]}
    await desk.ask("Why?", FLAT, preset_name="Two")
    desk.scripts = {}
    await desk.ask("Why?", DEEP)
    assert costs_by(spend, "model") == {
        "chief": usd(32),
        "a": usd(2),
        "b": usd(2),
        "c": usd(4),
        "d": usd(8),
    }
    assert costs_by(spend, "preset") == {"Two": usd(17), "": usd(31)}
    assert costs_by(spend, "role") == {"aggregator": usd(32), "proposer": usd(16)}
    assert costs_by(spend, "disposition") == {"used": usd(48), "failed": usd(0)}


async def test_a_proposal_that_nobody_read_is_unread_until_somebody_does(
    desk, database, spend
):
    begun, state = await desk.ask("Why?", FLAT)
    retried, state = await desk.rework(
        begun.run_uid, rework_plan.retry_seats(state, [A])
    )
    assert costs_by(spend) == {"used": usd(1 + 2 + 16), "unread": usd(1)}
    without, state = await desk.rework(
        retried.run_uid, rework_plan.resynthesise(state, included=[B])
    )
    assert costs_by(spend) == {"used": usd(1 + 2 + 16 + 16), "unread": usd(1)}
    [run] = spend.runs(CallFilter(disposition="unread"))
    assert (run.uid, run.part, run.cost) == (retried.run_uid, usd(1), usd(1))
    await desk.rework(without.run_uid, rework_plan.resynthesise(state, included=[A, B]))
    assert costs_by(spend) == {"used": usd(1 + 2 + 16 + 16 + 1 + 16)}
    assert spend.runs(CallFilter(disposition="unread")) == []
    assert_right(database, spend)


async def test_proposals_of_a_run_that_was_stopped_are_unread(desk, database, spend):
    controls = Controls()
    controls.stop()
    desk.scripts = {"chief": ["half", 30.0]}
    await desk.ask("Why?", FLAT, controls)
    assert_right(database, spend)
    assert "used" not in costs_by(spend)


async def test_sides_of_a_duel_count_like_any_run(runs, recorded, database, spend):
    orders = [Order(config=mixture(1, 2), preset_name=name) for name in ("L", "R")]
    begun = runs.begin_duel(Question("Why?"), orders, blind=True)
    for run in begun:
        state = RunState(mixture(1, 2))
        for event in Storyteller(mixture(1, 2)).tell():
            await recorded.tell(run, event, state)
    assert {group.call_filter.preset for group in spend.breakdown().by("preset")} == {
        "L",
        "R",
    }
    assert {run.kind for run in spend.runs(CallFilter())} == {"duel"}
    assert_right(database, spend)


def ended_calls(database: Database) -> int | None:
    """How many calls are stored that are over."""
    with database.reading() as session:
        ended = select(func.count()).where(CallRow.status != "running")
        return session.scalar(ended)


async def test_a_run_under_way_counts_when_it_ends_also_if_its_process_dies(
    recorded, runs, database, spend
):
    config = mixture(1, 2)
    begun = runs.begin(Question("Why?"), config)
    state = RunState(config)
    for event in list(Storyteller(config).tell())[:-1]:
        await recorded.tell(begun, event, state)
    await eventually_async(lambda: ended_calls(database) == 3)
    assert spend.breakdown().total == Amount()
    assert spend.under_way() == 1
    dead = replace(Worker.current(), pid=2**22 + 1)
    with database.writing() as session:
        session.execute(update(RunRow).values(worker=str(dead)))
    assert mark_interrupted(database, under_way=()) == 1
    assert spend.under_way() == 0
    assert spend.breakdown().total.calls == 3
    assert_right(database, spend)


async def test_what_was_deleted_was_still_spent(recorded, conversations, spend):
    begun, _ = await recorded(mixture(1, 1))
    before = spend.breakdown()
    conversations.delete(begun.conversation_uid)
    assert spend.breakdown() == before
    [run] = spend.runs(CallFilter())
    assert run.deleted
    assert run.question == ""


def backdate(database, run_uid: str, at: datetime) -> None:
    with database.writing() as session:
        session.execute(
            update(RunRow)
            .where(RunRow.uid == run_uid)
            .values(created_at=round(at.timestamp() * 1000))
        )


def count_anew(database) -> None:
    with database.writing() as session:
        session.execute(delete(SpendDayRow))
        session.execute(update(RunRow).values(counted=False))
        count_what_is_not(session)


async def test_runs_that_came_in_otherwise_are_counted_when_figures_are_asked_for(
    recorded, database, spend
):
    for seed in range(3):
        await recorded(mixture(2, 2), dice=random.Random(seed), trouble=0.3)
    right = spend.breakdown()
    with database.writing() as session:
        session.execute(delete(SpendDayRow))
        session.execute(update(RunRow).values(counted=False))
    assert spend.breakdown().total.calls == 0
    spend.catch_up()
    assert spend.breakdown() == right
    spend.catch_up()
    assert_right(database, spend)


async def test_reworks_that_came_in_otherwise_are_counted_in_any_order(
    desk, database, spend
):
    begun, state = await desk.ask("Why?", FLAT)
    retried, state = await desk.rework(
        begun.run_uid, rework_plan.retry_seats(state, [A])
    )
    await desk.rework(retried.run_uid, rework_plan.resynthesise(state))
    right = spend.breakdown()
    for missing in range(1, 8):
        with database.writing() as session:
            ids = [i + 1 for i in range(3) if missing & (1 << i)]
            uncounted = session.scalars(text("SELECT id FROM runs ORDER BY id")).all()
            session.execute(delete(SpendDayRow))
            session.execute(update(RunRow).values(counted=False))
            first = [uncounted[i - 1] for i in ids]
            count_runs(session, first)
        spend.catch_up()
        assert spend.breakdown() == right


async def test_days_are_those_of_the_calendar_wherever_one_lives(
    recorded, database, spend
):
    around = [date(2026, 11, 1), date(2026, 3, 8), date(2026, 4, 5), date(2024, 2, 29)]
    clocks = [(0, 0, 0), (1, 59, 59), (23, 59, 59)]
    when = [(day, clock) for day in around for clock in clocks]
    ran = [
        await recorded(mixture(1, 1), dice=random.Random(seed))
        for seed in range(len(when))
    ]
    for zone in ZONES:
        place, days = ZoneInfo(zone), {}
        for (begun, state), (day, clock) in zip(ran, when, strict=True):
            at = datetime(day.year, day.month, day.day, *clock, tzinfo=place)
            backdate(database, begun.run_uid, at)
            of_the_day = at.astimezone(place).date()
            days[of_the_day] = days.get(of_the_day, FREE) + state.cost
        count_anew(database)
        by_day = spend.by_day(place)
        assert {day.day: day.cost for day in by_day} == days, zone
        assert [day.runs for day in by_day] == [3] * len(around), zone
        for day, its_cost in days.items():
            since = datetime(day.year, day.month, day.day, tzinfo=place)
            until = since + timedelta(days=1)  # by the clock on the wall
            span = TimeSpan(since, until)
            assert spend.breakdown(span).total.cost == its_cost, (zone, day)
            assert len(spend.runs(CallFilter(), span)) == 3, (zone, day)


RAN = st.lists(st.integers(0, 4 * 24 * 12), min_size=7, max_size=7)
CUTS = st.tuples(st.integers(0, 4 * 24 * 12), st.integers(0, 4 * 24 * 12)).map(sorted)


@pytest.mark.slow
async def test_any_span_of_any_runs_is_the_sum_of_its_calls(recorded, database, spend):
    """In quarters of an hour, so that spans begin and end anywhere within days."""
    start, uids = datetime(2026, 10, 28, tzinfo=UTC), []
    for seed in range(7):
        begun, _ = await recorded(mixture(2, 2), dice=random.Random(seed), trouble=0.4)
        uids.append(begun.run_uid)

    @examples(0.3)
    @given(ran=RAN, cuts=CUTS)
    def prove(ran, cuts) -> None:
        for uid, quarter in zip(uids, ran, strict=True):
            backdate(database, uid, start + timedelta(minutes=15 * quarter))
        count_anew(database)
        since, until = (start + timedelta(minutes=15 * cut) for cut in cuts)
        for span in (
            TimeSpan(since, until),
            TimeSpan(since),
            TimeSpan(None, until),
            ALWAYS,
        ):
            spent = spend.breakdown(span)
            assert figures(spent.total) == from_raw(database, between(span))
            presets = spend.presets(span)
            assert sum((each.cost for each in presets), FREE) == spent.total.cost
        assert_right(database, spend)

    prove()


def between(span: TimeSpan) -> str:
    condition = "1 = 1"
    if span.since:
        condition += f" AND created_at >= {round(span.since.timestamp() * 1000)}"
    if span.until:
        condition += f" AND created_at < {round(span.until.timestamp() * 1000)}"
    return condition


async def test_every_figure_leads_to_runs_that_add_up_to_it(recorded, database, spend):
    for seed in range(8):
        config = mixture(2, 2, endpoint=f"lab{seed % 2}")
        await recorded(config, dice=random.Random(seed), trouble=0.4)
    spent = spend.breakdown()
    for names in BY:
        for group in spent.by(*names):
            runs = spend.runs(group.call_filter, limit=100)
            assert sum((run.part for run in runs), FREE) == group.amount.cost
            assert runs == sorted(runs, key=lambda run: run.at, reverse=True)
    whole = spend.runs(CallFilter(), limit=100)
    paged = [spend.runs(CallFilter(), limit=3)]
    while paged[-1]:
        paged.append(spend.runs(CallFilter(), limit=3, before=paged[-1][-1]))
    assert [run for page in paged for run in page] == whole
    assert len(whole) == 8


async def test_runs_of_a_rare_call_are_found_page_by_page_over_many_days(
    recorded, database, spend
):
    start, uids = datetime(2026, 1, 1, 12, tzinfo=UTC), []
    for number in range(12):
        rare = number % 3 == 0
        config = mixture(1, 1, endpoint="rare" if rare else "lab")
        begun, _ = await recorded(config, dice=random.Random(number))
        backdate(database, begun.run_uid, start + timedelta(days=number * 5))
        uids += [begun.run_uid] if rare else []
    count_anew(database)
    which, before, found = CallFilter(endpoint="rare", role="proposer"), None, []
    while page := spend.runs(which, limit=1, before=before):
        before = page[-1]
        found += [run.uid for run in page]
    assert found == uids[::-1]
    inside = TimeSpan(start + timedelta(days=1), start + timedelta(days=40, hours=1))
    assert [run.uid for run in spend.runs(which, inside, limit=1)] == [uids[2]]
    assert [run.uid for run in spend.runs(which, inside)] == [uids[2], uids[1]]


async def test_a_file_of_calls_has_a_line_for_each_the_newest_first(recorded, spend):
    for seed in range(3):
        await recorded(mixture(2, 2), dice=random.Random(seed), trouble=0.4)
    lines = list(csv.DictReader(io.StringIO(spend.calls_csv().decode())))
    total = spend.breakdown().total
    assert len(lines) == total.calls
    known = [
        int(line["cost_usd"].replace(".", "")) for line in lines if line["cost_usd"]
    ]
    assert sum(known) == nano_usd(total.cost.usd)
    assert len(lines) - len(known) == total.cost.unknown_calls
    began = [line["run_began_utc"] for line in lines]
    assert began == sorted(began, reverse=True)


async def test_the_dearest_runs_come_first(recorded, spend):
    for seed in range(6):
        await recorded(mixture(1, 2), dice=random.Random(seed))
    dearest = spend.most_expensive_runs(limit=4)
    assert len(dearest) == 4
    assert all(one.cost.usd >= other.cost.usd for one, other in pairwise(dearest))
    everything = spend.runs(CallFilter(), limit=100)
    assert dearest[0].cost.usd == max(run.cost.usd for run in everything)


async def test_presets_say_what_a_run_costs_and_how_long_one_waits(
    desk, database, spend
):
    for _ in range(3):
        await desk.ask("Why?", FLAT, preset_name="Two")
    await desk.ask("Why?", of_models(["a", "unpriced"]), preset_name="Two")
    waits = iter((1000, 3040, 2000, None))
    with database.writing() as session:
        for run in session.scalars(text("SELECT id FROM runs ORDER BY id")).all():
            changed = update(RunRow).where(RunRow.id == run)
            session.execute(changed.values(ttft_ms=next(waits)))
    [two] = spend.presets()
    assert (two.preset, two.runs, two.priced_runs) == ("Two", 4, 3)
    assert two.cost == usd(3 * 19 + 17, 1)
    assert two.priced_cost == usd(3 * 19)
    assert (two.answered_runs, two.median_ttft_s) == (3, 2.0)


async def test_what_is_erased_for_good_leaves_its_sums_and_nothing_else(
    recorded, database, spend
):
    kept, _ = await recorded(mixture(1, 2), dice=random.Random(1))
    gone, _ = await recorded(mixture(2, 2), dice=random.Random(2), trouble=0.3)
    at = datetime(2026, 3, 8, 4, 59, tzinfo=UTC)
    backdate(database, gone.run_uid, at)
    count_anew(database)
    before, zone = spend.breakdown(), ZoneInfo("America/New_York")
    by_day = spend.by_day(zone)
    with database.writing() as session:
        its = text("SELECT id FROM conversations WHERE uid = :uid")
        [its_id] = session.scalars(its, {"uid": gone.conversation_uid}).all()
        erase_spend(session, [its_id])
        erased = delete(ConversationRow).where(ConversationRow.id == its_id)
        session.execute(erased)
    after = spend.breakdown()
    assert after.total == before.total
    assert after.erased.calls
    assert figures(after.of(CallFilter())) == from_raw(database)
    assert spend.by_day(zone) == by_day
    day = date(2026, 3, 7)  # in New York
    since = datetime(day.year, day.month, day.day, tzinfo=zone)
    span = TimeSpan(since, since + timedelta(days=1))
    assert spend.breakdown(span).erased == after.erased
    with database.reading() as session:
        assert difference(session) == 0
        columns = ErasedSpendRow.__table__.columns.keys()
    assert {"model", "endpoint", "preset_name"}.isdisjoint(columns)
    assert [run.uid for run in spend.runs(CallFilter())] == [kept.run_uid]


async def test_erasing_everything_leaves_no_name_in_the_sums(recorded, database, spend):
    await recorded(mixture(1, 2))
    before = spend.breakdown().total
    with database.writing() as session:
        ids = session.scalars(text("SELECT id FROM conversations")).all()
        erase_spend(session, ids)
        session.execute(delete(ConversationRow))
    assert spend.breakdown().total == spend.breakdown().erased == before
    assert asked(database, "SELECT * FROM spend_days") == []
    assert [day.cost for day in spend.by_day(UTC)] == [before.cost]


async def test_many_runs_that_read_each_other_are_erased_as_one(
    desk, database, spend, monkeypatch
):
    """However few are taken at once: what a run has read stays read meanwhile."""
    monkeypatch.setattr(rollup, "CHUNK", 1)
    begun, state = await desk.ask("Why?", FLAT)
    retried, state = await desk.rework(
        begun.run_uid, rework_plan.retry_seats(state, [A])
    )
    await desk.rework(retried.run_uid, rework_plan.resynthesise(state))
    before = spend.breakdown().total
    with database.writing() as session:
        ids = session.scalars(text("SELECT id FROM conversations")).all()
        erase_spend(session, ids)
        session.execute(delete(ConversationRow))
    assert spend.breakdown().erased == before
    assert asked(database, "SELECT * FROM spend_days") == []


def test_an_older_database_is_counted_when_spending_is_asked_for(tmp_path):
    url = f"sqlite:///{tmp_path}/old.db"
    migrate(make_url(url), first_versions(tmp_path, "0001"))
    with closing(sqlite.driver().connect(f"{tmp_path}/old.db")) as connection:
        connection.executescript(OLD_DATA)
    database = Database.open(url)
    Spend(database).catch_up()
    total = Spend(database).breakdown().total
    with database.reading() as session:
        assert difference(session) == 0
    database.close()
    assert (total.calls, total.cost) == (1, cost(42))
    assert total.usage_unknown_calls == 1
