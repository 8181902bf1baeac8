"""Benchmarks of the app on a real server: its calls, its ledger, and kills."""

import random
from collections import Counter
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from moa_core.experiments import benchmark_result, benchmark_to_dict
from services import build_services
from storage.schema import CallRow, GradeRow
from tests.support import experiment_desk as desk
from tests.support.new_database import copy_new_file
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow

UNSTEADY = ("usd_an_answer", "seconds_an_answer")


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{copy_new_file(tmp_path / 'polyphony.db')}"


@pytest.fixture
def app(url, model_server):
    desk.let_answer(model_server)
    app = build_services(desk.settings_of(url, model_server.url))
    yield app
    app.close()


def found(app, uid):
    experimenting = app.experimenting
    stored = experimenting.benchmarks.load(uid)
    progress = experimenting.work_of(stored).progress()
    return benchmark_result(stored.protocol, stored.items, progress)


def test_a_benchmark_is_carried_out_and_all_of_it_is_in_the_ledger(app, model_server):
    uid = desk.begin_mt_bench(app, 2)
    assert desk.carry_out(app, uid).reason == "done"
    assert len(model_server.calls) == 2 * 2 * (4 + 1)
    with app.database.reading() as session:
        roles = Counter(session.scalars(select(CallRow.role)))
    assert roles == {"proposer": 12, "aggregator": 4, "judge": 4}
    stored = app.experimenting.benchmarks.load(uid)
    assert stored.summary.state == "finished"
    assert app.ledger.spent("day").cost == stored.summary.spent
    assert app.history.newest() == []
    assert app.experimenting.experiments.newest() == []
    result = found(app, uid)
    assert (result.judged, result.overall.n) == (4, 4)
    assert result.usd > 0


def test_its_budget_ends_it(app):
    uid = desk.begin_mt_bench(app, 6, budget_usd=Decimal("0.05"))
    ended = desk.carry_out(app, uid)
    assert ended.reason == "capped"
    spent = app.experimenting.benchmarks.load(uid).summary.spent
    assert 0 < spent.usd <= Decimal("0.05")


def test_a_killed_benchmark_goes_on_and_pays_nothing_twice(url, app, model_server):
    desk.let_answer(model_server, pause_s=0.02)
    uid, undisturbed = (desk.begin_mt_bench(app, 4) for _ in range(2))
    dice = random.Random(7)
    for _ in range(3):
        child = desk.started(url, model_server.url, uid)
        model_server.wait_until_asked(len(model_server.calls) + dice.randint(2, 8))
        desk.kill(child)
    eventually(lambda: all(each.ended for each in model_server.calls))
    lost = len(model_server.calls) - succeeded_calls(app)
    desk.wait_until_done(desk.started(url, model_server.url, uid))
    whole = 4 * 2 * (4 + 1)
    assert succeeded_calls(app) == whole
    assert len(model_server.calls) == whole + lost
    desk.carry_out(app, undisturbed)
    one, other = (benchmark_to_dict(found(app, each)) for each in (uid, undisturbed))
    for name in UNSTEADY:
        one.pop(name), other.pop(name)
    assert one == other
    with app.database.reading() as session:
        assert session.scalar(select(func.count(GradeRow.scores))) == 2 * 8


def succeeded_calls(app):
    with app.database.reading() as session:
        query = select(func.count()).where(CallRow.status == "succeeded")
        return session.scalar(query)
