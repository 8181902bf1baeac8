"""Experiments on their page: set up, followed, voted on, and what they found."""

import re
import time

import pytest
from streamlit.testing.v1 import AppTest

from moa_core.experiments import Protocol
from moa_core.messages import Question
from moa_core.mixture import AgentSpec
from moa_core.mixture.shipped import DEFAULT_PRESET
from storage.evaluation import NewQuestion
from tests.pages.app_page import SHELL, by_key, fill, has, press, words

pytestmark = pytest.mark.slow

JUDGE = AgentSpec.from_ref("simulated/analyst")


@pytest.fixture
def open_evaluate(app):
    """Opens the page as a browser tab would, by its address."""

    def opened(**address):
        page = AppTest.from_file(SHELL, default_timeout=60)
        for key, value in address.items():
            page.query_params[key] = value
        page.switch_page("evaluate.py").run()
        assert not page.exception
        return page

    return opened


@pytest.fixture
def asked(app):
    """Two questions of a chat, answered by the mixture."""
    for question in "Why is the sky blue?", "What is 2 + 2?":
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
        "Why is the sky blue?",
        "What is 2 + 2?",
    }


def test_what_cannot_be_done_is_said_where_it_is_chosen(app, open_evaluate):
    page = open_evaluate(e="new")
    assert has(page, "no-questions")
    fill(page, "experiment-source", "file")
    file = by_key(page, "experiment-file")
    file.set_value(("q.jsonl", b'{"question": "Why?"}\n{"no": 1}', "text/plain")).run()
    assert has(page, "experiment-refused")
    file = by_key(page, "experiment-file")
    file.set_value(("q.txt", b"Why?\n\nWhat?\n\nWho?", "text/plain")).run()
    assert by_key(page, "experiment-questions").value == 3
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


def test_a_missing_experiment_says_so(open_evaluate):
    assert has(open_evaluate(e="0123456789abcdef"), "experiment-missing")


def test_votes_are_taken_blindly_in_the_order_and_can_be_undone(app, open_evaluate):
    uid = carried_out(app)
    items = app.experimenting.experiments.load(uid).items
    page = open_evaluate(e=uid, view="votes")
    for verdict in "first", "skipped", "tie":
        press(page, f"ballot-{verdict}")
    assert not has(page, "ballot-first")
    press(page, "undo-ballot")
    assert has(page, "ballot-first")
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


def said(page):
    """What the page says beside the pages' names."""
    return words(by_key(page, "page-evaluate"))
