"""Experiments of the app on a real server: its calls, caps, kills and deletion."""

import random
import threading
import time
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from moa_core.errors import ConfigError
from moa_core.experiments import AnswerKey, result_of, result_to_dict
from moa_core.messages import Question
from moa_core.mixture import Auto, Pace
from moa_core.mixture.shipped import mixture_from_refs
from moa_core.review import matches_prompt_hash, sent_to
from moa_core.run import FirstAnswerJudged
from services import build_services
from services.experiment_drafts import draft_of_chats, draft_of_file
from storage.evaluation import ExperimentWork
from storage.schema import (
    CallRow,
    ExperimentAnswerRow,
    JudgementRow,
    RunInputRow,
    RunRow,
)
from storage.settings import Caps
from tests.model_server import Play
from tests.support import experiment_desk as desk
from tests.support.new_database import copy_new_file
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow

BLUE = "The sky is blue since air scatters short waves of sunlight the most."
WIZARD = "Ask the wizard of the third mountain, who painted everything at dawn."


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{copy_new_file(tmp_path / 'polyphony.db')}"


@pytest.fixture
def app(url, model_server):
    desk.let_answer(model_server)
    app = build_services(desk.settings_of(url, model_server.url))
    yield app
    app.close()


def test_an_experiment_is_carried_out_and_all_of_it_is_in_the_ledger(app, model_server):
    uid = desk.begin(app, 3)
    assert desk.carry_out(app, uid).reason == "done"
    assert len(model_server.calls) == 3 * (1 + 4 + 4 + 1) + 3 * 3 * 2
    stored = app.experimenting.experiments.load(uid)
    assert stored.summary.state == "finished"
    assert {item.kind for item in stored.items} == {"facts"}
    work = ExperimentWork(app.database, uid, stored.protocol)
    progress = work.progress()
    assert len(progress.answers) == 12
    assert len(progress.judgements) == 18
    with app.database.reading() as session:
        calls = Counter(session.scalars(select(CallRow.role)))
        spent = session.scalar(select(func.sum(RunRow.cost_nusd)))
    assert calls == {"proposer": 18, "aggregator": 12, "judge": 18}
    assert progress.spent.usd == Decimal(spent) / 10**9 > 0
    assert app.ledger.spent("day").cost == progress.spent
    assert app.history.newest() == []
    assert app.presets.last_used() is None


def test_the_arms_of_a_question_read_one_panel(app):
    uid = desk.begin(app, 3, arms=("A", "B", "D", "E2"))
    desk.carry_out(app, uid)
    stored = app.experimenting.experiments.load(uid, conversations=True)
    work = ExperimentWork(app.database, uid, stored.protocol)
    panels = {item.id: panel_of(work, item) for item in stored.items}
    for index, item in enumerate(stored.items):
        runs = work.runs_of(item)
        own, other = panels[item.id], panels[stored.items[(index + 1) % 3].id]
        for arm, drafts in ("B", own), ("D", other), ("E2", [own[0], own[2]]):
            state = runs[AnswerKey(item.id, arm)].state
            assert [seat.text for seat in state.read_by(1)] == drafts
            sent = sent_to(state, state.synthesis.seat, item.messages)
            assert matches_prompt_hash(state.synthesis.call, sent)
    with app.database.reading() as session:
        given = session.scalars(select(RunInputRow.call_id)).all()
        own = session.scalars(
            select(CallRow.id).where(CallRow.role == "proposer")
        ).all()
    assert Counter(given) == dict.fromkeys(own, 2)  # D of another, and E


def panel_of(work, item):
    state = work.runs_of(item)[AnswerKey(item.id, "B")].state
    return [seat.text for seat in state.layers[0].seats]


def test_a_cap_ends_it_between_calls_and_it_goes_on_when_raised(app, model_server):
    uid = desk.begin(app, 4)
    app.app_settings.set_caps(Caps(per_day_usd=Decimal("0.05")))
    ended = desk.carry_out(app, uid)
    assert ended.reason == "capped"
    stored = app.experimenting.experiments.load(uid)
    assert stored.summary.state == "paused"
    assert "daily cap" in stored.summary.note
    assert stored.summary.spent.usd <= Decimal("0.05")
    asked = len(model_server.calls)
    app.app_settings.set_caps(Caps())
    assert desk.carry_out(app, uid).reason == "done"
    assert asked < len(model_server.calls) == 4 * 16


def test_why_it_paused_is_known_after_a_restart(app, model_server):
    model_server.plays["chief"] = Play(status=401, body={"error": {"message": "no"}})
    uid = desk.begin(app, 1, arms=("A", "B"))
    assert desk.carry_out(app, uid).failed
    assert app.experimenting.experiments.load(uid).summary.note


def test_its_own_budget_ends_it(app):
    uid = desk.begin(app, 4, budget_usd=Decimal("0.05"))
    ended = desk.carry_out(app, uid)
    assert ended.reason == "capped"
    assert "budget of this experiment" in str(ended.error)
    spent = app.experimenting.experiments.load(uid).summary.spent
    assert 0 < spent.usd <= Decimal("0.05")


def test_what_is_stopped_is_continued_with_what_it_had(app, model_server):
    desk.let_answer(model_server, pause_s=0.05)
    uid = desk.begin(app, 2, arms=("A", "B"))
    current = app.experimenting.start(uid, app.asking())
    model_server.wait_until_asked(3)
    app.experimenting.stop(uid)
    current.wait(60)
    assert current.ended.reason == "paused"
    assert desk.carry_out(app, uid).reason == "done"
    stopped = [each for each in model_server.calls if each.ended == "dropped"]
    assert len(model_server.calls) - len(stopped) <= 2 * (1 + 4 + 2)


@pytest.mark.parametrize("second", [BLUE, WIZARD], ids=["stands", "is doubted"])
def test_an_arm_of_auto_goes_on_as_auto_where_it_was_stopped(app, model_server, second):
    """Its first answer is not asked again; what was decided is the same."""
    go_on, models = threading.Event(), ("a", "b", "c")
    refs = tuple(f"lab/auto-{model}" for model in models)
    auto = mixture_from_refs(refs, aggregator="lab/auto-chief")
    auto = replace(auto, pace=Pace(auto=Auto()))
    for model in models:
        model_server.plays[f"auto-{model}"] = Play(pieces=[second])
    model_server.plays["auto-a"] = Play(pieces=[second], held_until=go_on)
    model_server.plays["auto-chief"] = Play(pieces=[BLUE])
    uid = desk.begin(app, 1, arms=("B", "M"), primary="BM", other=auto)
    current = app.experimenting.start(uid, app.asking())
    key = AnswerKey(app.experimenting.experiments.load(uid).items[0].id, "M")

    def first_answer():
        stored = app.experimenting.experiments.load(uid)
        work = ExperimentWork(app.database, uid, stored.protocol)
        run = work.runs_of(stored.items[0]).get(key)
        return run and run.state.provisional.status == "succeeded"

    eventually(first_answer)
    app.experimenting.stop(uid)
    current.wait(60)
    go_on.set()
    assert desk.carry_out(app, uid).reason == "done"
    asked = Counter(call.body["model"] for call in model_server.calls)
    stands = second == BLUE
    assert asked["auto-chief"] == (1 if stands else 2)
    assert asked["auto-a"] == 2  # the one that was stopped, and again
    assert asked["auto-b"] == asked["auto-c"] == (0 if stands else 1)
    stored = app.experimenting.experiments.load(uid)
    work = ExperimentWork(app.database, uid, stored.protocol)
    state = work.runs_of(stored.items[0])[key].state
    (judged,) = [d for _, d in state.decisions if isinstance(d, FirstAnswerJudged)]
    assert judged.stands is stands
    assert state.synthesis.role == ("provisional" if stands else "aggregator")
    assert work.texts_of(stored.items[0])["M"] == BLUE
    assert work.progress().answers[key].cost_usd is None  # nobody knows its prices
    assert desk.carry_out(app, uid).reason == "done"  # and nothing is asked again
    assert Counter(call.body["model"] for call in model_server.calls) == asked


def test_a_killed_experiment_goes_on_and_pays_nothing_twice(url, app, model_server):
    """At random moments; what it finds is what one finds that was not killed."""
    desk.let_answer(model_server, pause_s=0.02)
    arms = ("A", "B", "D")
    uid, undisturbed = (desk.begin(app, 4, arms=arms) for _ in range(2))
    lost = killed_calls(app, url, uid, model_server, kills=3)
    whole = 4 * (1 + 4 + 1 + 2 * 2)
    assert succeeded_calls(app) == whole
    assert len(model_server.calls) == whole + lost
    model_server.requests.clear()
    desk.carry_out(app, undisturbed)
    assert len(model_server.calls) == whole
    assert outcomes(app, uid) == outcomes(app, undisturbed)
    with app.database.reading() as session:
        answers = select(func.count()).where(ExperimentAnswerRow.call_id.is_not(None))
        assert session.scalar(answers) == 2 * 4 * 3
        assert session.scalar(select(func.count(JudgementRow.better))) == 2 * 4 * 4


def killed_calls(app, url, uid, server, kills):
    """Kill a process at an experiment again and again, and let the last one finish it.

    Returns:
        How many calls were under way at a kill: asked for, and not recorded as ended.
    """
    dice = random.Random(13)
    for _ in range(kills):
        child = desk.started(url, server.url, uid)
        server.wait_until_asked(len(server.calls) + dice.randint(3, 9))
        time.sleep(dice.random() / 20)
        desk.kill(child)
    eventually(lambda: all(each.ended for each in server.calls))
    lost = len(server.calls) - succeeded_calls(app)
    desk.wait_until_done(desk.started(url, server.url, uid))
    return lost


def succeeded_calls(app):
    with app.database.reading() as session:
        query = select(func.count()).where(CallRow.status == "succeeded")
        return session.scalar(query)


def outcomes(app, uid):
    """All that an experiment found, but for ids, money and time."""
    stored = app.experimenting.experiments.load(uid)
    progress = ExperimentWork(app.database, uid, stored.protocol).progress()
    found = result_to_dict(result_of(stored.protocol, stored.items, progress))
    for pair in found["pairs"].values():
        for name in (
            "usd",
            "seconds",
            "usd_per_net_win",
            "seconds_per_net_win",
            "harm",
        ):
            pair["judged"].pop(name)
    return found


def test_two_processes_at_one_experiment_do_nothing_twice(url, app, model_server):
    uid = desk.begin(app, 4, arms=("A", "B"))
    second = build_services(desk.settings_of(url, model_server.url))
    try:
        summary = app.experimenting.experiments.load(uid).summary
        assert not second.experimenting.goes_on(summary)
        both = [app.experimenting.start(uid, app.asking())]
        eventually(lambda: model_server.calls)
        summary = second.experimenting.experiments.load(uid).summary
        assert second.experimenting.goes_on(summary), "somebody else is at it"
        both.append(second.experimenting.start(uid, second.asking()))
        for current in both:
            current.wait(60)
        assert not second.experimenting.goes_on(
            second.experimenting.experiments.load(uid).summary
        )
        desk.carry_out(app, uid)
    finally:
        second.close()
    assert len(model_server.calls) == 4 * (1 + 4 + 2)
    assert app.experimenting.experiments.load(uid).summary.state == "finished"


def test_questions_are_drawn_from_a_file_or_from_chats(app):
    from_file = draft_of_file(b"Why?\n\nwhy?\n\nHow?\n\nWho?", "q.txt", 3, seed=4)
    assert {each.question for each in from_file.questions} == {"why?", "How?", "Who?"}
    prices = app.prices
    expected = from_file.forecast(desk.protocol(3), prices)
    assert (expected.answers, expected.judgements) == (3 * 10, 3 * 6)
    asking = app.asking()
    begun = asking.start_question(Question("Why is it blue?"), desk.MIXTURE)
    eventually(lambda: app.live.get(begun.run_uid) is None)
    asking.start_question(
        Question("And at night?"), desk.MIXTURE, conversation_uid=begun.conversation_uid
    )
    eventually(lambda: len(app.experimenting.experiments.questions(desk.MIXTURE)) == 2)
    from_chats = draft_of_chats(app.experimenting.experiments, desk.MIXTURE)
    assert (len(from_chats.questions), from_chats.answered) == (2, 2)
    assert from_chats.forecast(desk.protocol(2), prices).answers == 2 * (1 + 4 + 1)
    uid = app.experimenting.experiments.create(
        "Chats", desk.protocol(2), from_chats.questions
    )
    assert desk.carry_out(app, uid).reason == "done"
    with pytest.raises(ConfigError, match="only 2 different questions"):
        draft_of_chats(app.experimenting.experiments, desk.MIXTURE, 3)
