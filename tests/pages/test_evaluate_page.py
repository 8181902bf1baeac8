"""Experiments on their page: set up, followed, voted on, and what they found."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from moa_core.messages import Question
from moa_core.mixture.shipped import DEFAULT_PRESET
from tests.pages.app_page import SHELL, by_key, fill, has, press

pytestmark = pytest.mark.slow


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
