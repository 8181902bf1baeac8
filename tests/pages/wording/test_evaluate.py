"""The wording of the page of experiments, a test a widget."""

import re
from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from moa_core.errors import ConfigError
from moa_core.evaluation import PairReading
from moa_core.experiments import AnswerKey, JudgementKey, Protocol, Step
from moa_core.mixture.config import AgentSpec, Layer
from moa_core.mixture.shipped import DEFAULT_PRESET
from moa_core.usage import Cost
from services.experimenting import LiveExperiment
from storage.evaluation import NewQuestion
from tests.pages.app_page import by_key, fill, press
from tests.pages.wording.said import assert_wording, said
from tests.support.compared_models import compare_models

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wording of evaluate")]

DATE = re.compile(r"\d+ \w{3} \d{4}, \d\d:\d\d")
JUDGE = AgentSpec.from_ref("simulated/analyst")


@pytest.fixture(scope="module")
def empty(open_page):
    """The page before there is an experiment."""
    return open_page("evaluate")


@pytest.fixture(scope="module")
def without_questions(empty, no_models, open_page):
    """The form of a new one, before anything was asked."""
    return open_page("evaluate", e="new")


@pytest.fixture(scope="module")
def form(without_questions, asked, open_page):
    """The form of a new one, with one question in a chat."""
    asked()
    return open_page("evaluate", e="new")


@pytest.fixture(scope="module")
def experiment(form, shared_app):
    """An experiment of four questions that nobody has started."""
    asked = [NewQuestion(question=f"Question {n}?") for n in range(4)]
    protocol = Protocol(
        mixture=DEFAULT_PRESET.config,
        arms=("A", "B", "D"),
        judge=JUDGE,
        yardstick="judge alone",
        questions=4,
    )
    return shared_app.experimenting.experiments.create("One", protocol, asked)


@pytest.fixture(scope="module")
def begun(experiment, shared_app, open_page):
    """As it stands after a restart."""
    shared_app.experimenting.experiments.set_state(experiment, "running")
    return open_page("evaluate", e=experiment)


@pytest.fixture(scope="module")
def found(experiment, begun, shared_app, open_page):
    """Its result, with the same words of the judge on every question but one."""
    experimenting = shared_app.experimenting
    experimenting.start(experiment, shared_app.asking()).wait(60)
    stored = experimenting.experiments.load(experiment)
    work = experimenting.work_of(stored)
    for number, item in enumerate(stored.items):
        experimenting.experiments.set_kind(experiment, item.id, "facts")
        for pair, first in product(stored.protocol.pairs, (True, False)):
            better = "first" if first == bool(number) else "second"
            key = JudgementKey(item.id, pair, first)
            work.settle_judgement(key, PairReading(better=better, clearly=True))
    return open_page("evaluate", e=experiment)


@pytest.fixture(scope="module")
def no_models(open_page):
    """The choice of models before any was compared."""
    return open_page("evaluate", view="models")


@pytest.fixture(scope="module")
def models(found, shared_app, open_page):
    """With 40 comparisons of each of three models; a fourth one was left out."""
    mixture = replace(
        DEFAULT_PRESET.config,
        layers=(Layer(DEFAULT_PRESET.config.layers[0].proposers),),
    )
    compare_models(shared_app.database, mixture, 40, best="W2", without="P3")
    return open_page("evaluate", view="models")


def test_no_models_compared_yet(no_models):
    assert_wording("no-models-compared", by_key(no_models, "readable-models"))


def test_no_experiments_yet(empty):
    assert_wording("no-experiments", by_key(empty, "readable-experiments"))


def test_no_questions_of_chats_yet(without_questions):
    assert_wording("experiment-no-questions", by_key(without_questions, "no-questions"))


def test_the_form_of_a_new_experiment(form):
    assert_wording("new-experiment", by_key(form, "readable-new-experiment"))


def test_the_file_of_questions(form):
    page = fill(form, "experiment-source", "file")
    assert_wording("experiment-file", by_key(page, "experiment-file"))


def test_a_file_that_cannot_be_used(form):
    file = by_key(fill(form, "experiment-source", "file"), "experiment-file")
    page = file.set_value(("mine.jsonl", b'{"question": ""}', "text/plain")).run()
    assert_wording("experiment-file-refused", by_key(page, "questions-refused"))


def test_an_experiment_that_was_cut_off(begun):
    assert_wording("experiment-paused", by_key(begun, "experiment-progress"))


def test_an_experiment_under_way(begun, experiment, shared_app, open_page, monkeypatch):
    """With the money so far and the last problem; paused, and in the list."""
    experimenting = shared_app.experimenting
    problem = ConfigError("The limit of requests was reached.")
    step = Step(AnswerKey("q", "B"), 3, 40, Cost(Decimal("0.5")), problem)
    live = LiveExperiment(experiment, step=step)
    monkeypatch.setitem(experimenting._known, experiment, live)
    page = open_page("evaluate", e=experiment)
    assert_wording("experiment-live", by_key(page, "experiment-progress"))
    press(page, "pause-experiment")
    assert_wording("experiment-pausing", by_key(page, "experiment-progress"))
    listed = said(by_key(open_page("evaluate"), f"experiment-{experiment}"))
    assert_wording("experiment-listed", [DATE.sub("D", each) for each in listed])


def test_an_experiment_that_another_process_works_at(
    begun, experiment, shared_app, open_page, monkeypatch
):
    experiments = type(shared_app.experimenting.experiments)
    monkeypatch.setattr(experiments, "is_worked_at_elsewhere", lambda *_: True)
    page = open_page("evaluate", e=experiment)
    assert_wording("experiment-elsewhere", by_key(page, "experiment-progress"))


def test_no_pair_to_vote_on_yet(begun, experiment, open_page):
    page = open_page("evaluate", e=experiment, view="votes")
    assert_wording("experiment-no-pair", by_key(page, "readable-voting"))


def test_what_makes_a_verdict_doubtful(found):
    assert_wording("experiment-warnings", by_key(found, "experiment-warnings"))


def test_the_verdict(found):
    parts = [by_key(found, key) for key in ("verdict", "three-lines", "comparisons")]
    assert_wording("experiment-verdict", *parts)


def test_the_details_of_a_comparison(found):
    parts = [by_key(found, key) for key in ("experiment-pair", "pair-details")]
    assert_wording("experiment-details", *parts)


def test_the_button_that_deletes_an_experiment(found):
    assert_wording("delete-experiment", by_key(found, "delete-experiment"))


def test_a_judge_of_the_family(form):
    page = fill(form, "experiment-judge", "simulated/analyst")
    assert_wording("judge-warning", by_key(page, "judge-warning"))


def test_the_exports_of_an_experiment(found):
    assert_wording("experiment-exports", by_key(found, "experiment-exports"))


def test_the_ballot_of_an_experiment(found, experiment, open_page):
    page = open_page("evaluate", e=experiment, view="votes")
    assert_wording("experiment-ballot", by_key(page, "ballot"))


def test_answers_that_are_still_to_be_voted_on(
    found, experiment, shared_app, open_page
):
    [item, *_] = shared_app.experimenting.experiments.load(experiment).items
    page = open_page("evaluate", e=experiment, view="answers", q=item.id)
    assert_wording("experiment-answers-hidden", by_key(page, "readable-not-voted"))


def test_a_missing_experiment(open_page):
    page = open_page("evaluate", e="0123456789abcdef")
    assert_wording("experiment-missing", by_key(page, "experiment-missing"))


def test_the_choice_of_models(models):
    assert_wording("choose-models", by_key(models, "readable-models"))


def test_too_little_known_of_models(models):
    page = by_key(models, "models-source").set_value(1).run()
    assert_wording("no-suggestion", by_key(page, "no-suggestion"))
