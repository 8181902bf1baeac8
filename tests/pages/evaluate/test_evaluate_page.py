"""Experiments on their page: set up, followed, voted on, and what they found."""

import re
import time
from itertools import product

import pytest
from sqlalchemy import select, update

from moa_core.evaluation import PairReading
from moa_core.experiments import AnswerKey, JudgementKey, Protocol
from moa_core.messages import Question
from moa_core.mixture import AgentSpec
from moa_core.mixture.shipped import DEFAULT_PRESET
from services.experiment_drafts import draft_of_chats
from storage.evaluation import NewQuestion
from storage.schema import ConversationRow, ExperimentRow, RunRow
from tests.pages.app_page import by_key, fill, has, press, words

pytestmark = pytest.mark.slow

DAY = 24 * 3600 * 1000
JUDGE = AgentSpec.from_ref("simulated/analyst")


@pytest.fixture
def asked(app):
    """Two questions of a chat, answered by the mixture."""
    for question in "How high is Everest?", "What is 2 + 2?":
        begun = app.asking().start_question(Question(question), DEFAULT_PRESET.config)
        while app.live.get(begun.run_uid):
            time.sleep(0.005)


def the_experiment(app):
    [summary] = app.experimenting.experiments.newest()
    return summary.uid


def finished(app):
    uid = the_experiment(app)
    app.experimenting.get(uid).wait(60)
    return uid


def test_models_and_another_mixture_can_be_compared_with(app, asked, open_evaluate):
    page = open_evaluate(e="new")
    for box in "ADPM":
        ticked = by_key(page, f"experiment-arm-{box}")
        (ticked.uncheck if box in "AD" else ticked.check)().run()
    assert has(page, "experiment-other")
    fill(page, "experiment-yardstick", "judge alone")
    press(page, "start-experiment")
    stored = app.experimenting.experiments.load(finished(app))
    assert stored.summary.state == "finished"
    assert stored.protocol.arms == ("B", "M", "P1", "P2", "P2.1", "P2.2", "P3")
    assert stored.protocol.other not in (None, stored.protocol.mixture)
    page.run()
    assert "the other mixture" in words(page)


def test_an_experiment_on_ones_own_questions_is_set_up_and_started(
    app, asked, open_evaluate
):
    page = open_evaluate()
    assert has(page, "no-experiments")
    press(page, "new-experiment")
    assert by_key(page, "experiment-questions").value == 2
    assert has(page, "experiment-forecast")
    assert app.experimenting.experiments.newest() == []
    fill(page, "experiment-yardstick", "judge alone")
    press(page, "start-experiment")
    uid = finished(app)
    stored = app.experimenting.experiments.load(uid)
    assert page.query_params["e"] in (uid, [uid])
    assert stored.summary.state == "finished"
    assert stored.protocol.arms == ("A", "B", "D")
    assert stored.protocol.yardstick == "judge alone"
    assert {item.question for item in stored.items} == {
        "How high is Everest?",
        "What is 2 + 2?",
    }


def test_what_cannot_be_done_is_said_where_it_is_chosen(app, open_evaluate):
    page = open_evaluate(e="new")
    assert has(page, "no-questions")
    fill(page, "experiment-source", "file")
    file = by_key(page, "experiment-file")
    file.set_value(("q.jsonl", b'{"question": "Why?"}\n{"no": 1}', "text/plain")).run()
    assert has(page, "questions-refused")
    assert not has(page, "start-experiment")
    file = by_key(page, "experiment-file")
    file.set_value(("q.txt", b"Why?\n\nWhat?\n\nWho?", "text/plain")).run()
    assert by_key(page, "experiment-questions").value == 3
    fill(page, "experiment-questions", 1)
    assert by_key(page, "experiment-arm-D-not").disabled
    assert has(page, "start-experiment")
    fill(page, "experiment-questions", 3)
    for arm in "A", "D":
        by_key(page, f"experiment-arm-{arm}").uncheck().run()
    assert has(page, "experiment-refused")
    assert not has(page, "start-experiment")


def begun(app, questions=3, **more):
    """An experiment that nobody has started yet."""
    asked = [NewQuestion(question=f"Question {n}?") for n in range(questions)]
    settings = {"mixture": DEFAULT_PRESET.config, "arms": ("A", "B"), **more}
    protocol = Protocol(judge=JUDGE, questions=questions, **settings)
    return app.experimenting.experiments.create("Does it help?", protocol, asked)


def carried_out(app, **more):
    uid = begun(app, **more)
    app.experimenting.start(uid, app.asking()).wait(60)
    return uid


def test_what_was_not_finished_is_resumed(app, open_evaluate):
    """After a restart, too: the database says that it runs, and nobody works on it."""
    uid = begun(app)
    app.experimenting.experiments.set_state(uid, "running")
    page = open_evaluate(e=uid)
    assert by_key(page, "experiment-paused").info
    press(page, "resume-experiment")
    finished(app)
    page.run()
    assert not has(page, "resume-experiment")
    assert app.experimenting.experiments.load(uid).summary.state == "finished"
    assert app.experimenting.experiments.announcements(uid)


def test_an_experiment_is_renamed(app, open_evaluate):
    uid = begun(app)
    page = press(open_evaluate(e=uid), "rename-experiment")
    by_key(page, f"title-{uid}").set_value("My questions of May")
    press(page, "rename-chat")
    [summary] = app.experimenting.experiments.newest()
    assert summary.title == "My questions of May"


def test_a_changed_protocol_is_refused_on_its_page(app, open_evaluate):
    uid = begun(app)
    with app.database.writing() as session:
        session.execute(update(ExperimentRow).values(sha256="0" * 64))
    page = open_evaluate(e=uid)
    assert has(page, "page-problem")
    assert not has(page, "resume-experiment")


def test_old_answers_are_warned_of_and_asked_for_again(app, asked, open_evaluate):
    page = open_evaluate(e="new")
    assert not has(page, "experiment-outdated")
    with app.database.writing() as session:
        session.execute(update(RunRow).values(created_at=RunRow.created_at - 31 * DAY))
    page = open_evaluate(e="new")
    assert has(page, "experiment-outdated")
    fill(page, "experiment-yardstick", "judge alone")
    by_key(page, "experiment-ask-anew").check().run()
    press(page, "start-experiment")
    stored = app.experimenting.experiments.load(finished(app))
    work = app.experimenting.work_of(stored)
    for item in stored.items:
        run = work.runs_of(item)[AnswerKey(item.id, "B")]
        assert run.uid not in old_runs(app)


def old_runs(app):
    with app.database.reading() as session:
        conversation = select(ConversationRow.id).where(ConversationRow.kind == "chat")
        its = RunRow.conversation_id.in_(conversation)
        return set(session.scalars(select(RunRow.uid).where(its)))


def test_a_deleted_experiment_can_be_brought_back(app, open_evaluate):
    uid = begun(app)
    page = press(open_evaluate(e=uid), "delete-experiment")
    assert app.experimenting.experiments.newest() == []
    assert has(page, "no-experiments")
    app.conversations.restore(uid)
    assert has(page.run(), f"experiment-{uid}")


def test_a_missing_experiment_says_so(open_evaluate):
    assert has(open_evaluate(e="0123456789abcdef"), "experiment-missing")


def test_votes_are_taken_blindly_in_the_order_and_can_be_undone(app, open_evaluate):
    uid = carried_out(app)
    items = app.experimenting.experiments.load(uid).items
    page = open_evaluate(e=uid, view="votes")
    for verdict in "first", "skipped", "tie":
        press(page, f"ballot-{verdict}")
    assert not has(page, "ballot-first")
    page = open_evaluate(e=uid, view="votes")  # after a reload, too
    press(page, "undo-ballot")
    assert has(page, "ballot-first")
    press(page, "redo-ballot")
    assert not has(page, "ballot-first")
    assert not has(page, "redo-ballot")
    press(page, "undo-ballot")
    cast = app.experimenting.ballots.of(uid)
    assert [(ballot.item, ballot.verdict) for ballot in cast] == [
        (items[0].id, "first"),
        (items[1].id, "skipped"),
    ]


def test_the_voting_page_tells_nothing_of_who_answered(app, open_evaluate):
    """Nothing that is sent names a model, a cost or what the judge has said."""
    uid = carried_out(app)
    page = open_evaluate(e=uid, view="votes")
    sent = "\n".join(str(getattr(node, "proto", "")) for node in page.main)
    names = {agent.model for agent in DEFAULT_PRESET.config.agents}
    assert sent
    assert not [name for name in names if f"“{name}”" in sent]
    assert "Simulated answer by" not in sent
    assert not re.search(r"\$\d", sent)
    assert not {"B", "A", "mixture", "judge"} & set(re.findall(r"\w+", said(page)))


def test_the_result_and_what_lies_behind_it(app, open_evaluate, monkeypatch):
    """Votes for the other answer on all questions: worse, with links to read them."""
    uid = carried_out(app, questions=4, arms=("A", "B", "D"), yardstick="votes")
    stored = app.experimenting.experiments.load(uid)
    for item in stored.items:
        app.experimenting.ballots.cast(item.id, "BA", "second", ours_first=True)
    page = open_evaluate(e=uid)
    for key in "verdict", "three-lines", "comparisons", "pair-details":
        assert has(page, key)
    assert "(decides)" in words(by_key(page, "three-lines"))
    assert has(page, "experiment-narrowing")
    assert has(page, "experiment-pair")
    for kind in "report", "csv", "json":
        assert has(page, f"export-{kind}")
    [announced] = app.experimenting.experiments.announcements(uid)
    assert (announced.voted, announced.low) == (4, 0)


def judged(app, uid, outcomes):
    """Lets the judge have said this: for each question whether the mixture won."""
    stored = app.experimenting.experiments.load(uid)
    work = app.experimenting.work_of(stored)
    for number, (item, won) in enumerate(zip(stored.items, outcomes, strict=True)):
        kind = "facts" if number % 2 else "code"
        app.experimenting.experiments.set_kind(uid, item.id, kind)
        for pair, ours_first in product(stored.protocol.pairs, (True, False)):
            better = "first" if won == ours_first else "second"
            reading = PairReading(better=better, clearly=not won)
            work.settle_judgement(JudgementKey(item.id, pair, ours_first), reading)
    return stored


def test_what_a_judge_has_said_is_drawn_and_its_losses_are_linked(app, open_evaluate):
    uid = carried_out(app, questions=4, arms=("A", "B", "D"), yardstick="judge alone")
    stored = judged(app, uid, [True, True, False, True])
    page = open_evaluate(e=uid)
    for chart in "narrowing", "kinds":
        assert has(page, f"experiment-{chart}")
    assert not has(page, "experiment-value")  # simulated models are free
    [link] = by_key(page, "experiment-harm").get("page_link")
    assert stored.items[2].id in link.proto.query_string
    fill(page, "experiment-pair", "BD")
    assert has(page, "pair-details")


def test_a_pair_is_shown_with_the_conversation_before_its_question(
    app, asked, open_evaluate
):
    """A follow-up cannot be judged without what it follows."""
    [summary, *_] = app.history.newest()
    asking = app.asking()
    follow_up = asking.start_question(
        Question("And in feet?"), DEFAULT_PRESET.config, conversation_uid=summary.uid
    )
    while app.live.get(follow_up.run_uid):
        time.sleep(0.005)
    draft = draft_of_chats(app.experimenting.experiments, DEFAULT_PRESET.config)
    draft_order = [each.question for each in draft.questions]
    protocol = Protocol(
        mixture=DEFAULT_PRESET.config,
        arms=("A", "B"),
        yardstick="votes",
        questions=len(draft_order),
    )
    uid = app.experimenting.experiments.create("Two", protocol, draft.questions)
    app.experimenting.start(uid, app.asking()).wait(60)
    page = open_evaluate(e=uid, view="votes")
    for _ in range(draft_order.index("And in feet?")):
        press(page, "ballot-skipped")
    shown = "\n".join(str(getattr(node, "proto", "")) for node in page.main)
    assert "to be answered now" in shown


def test_answers_are_shown_once_the_vote_on_them_is_given_up(app, open_evaluate):
    uid = carried_out(app)
    item = app.experimenting.experiments.load(uid).items[0]
    page = open_evaluate(e=uid, view="answers", q=item.id)
    assert has(page, "answers-hidden")
    assert not has(page, "answer-of-*")
    press(page, "show-answers")
    assert not has(open_evaluate(e=uid, view="votes"), "undo-ballot")
    assert has(page, "answer-of-A")
    assert has(page, "answer-of-B")
    [ballot] = app.experimenting.ballots.of(uid)
    assert ballot.verdict == "skipped"
    fill(page, f"{item.id}-kind", "maths")
    assert app.experimenting.experiments.load(uid).items[0].kind == "maths"


def said(page):
    """What the page says beside the pages' names."""
    return words(by_key(page, "page-evaluate"))
