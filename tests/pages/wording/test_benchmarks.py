"""The wording of benchmarks, a test a widget."""

import re

import pytest

from moa_core.experiments import judge_of, questions_of
from moa_core.mixture.shipped import DEFAULT_PRESET
from tests.pages.app_page import by_key, fill
from tests.pages.wording.said import assert_wording, said

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wording of benchmarks")]

TODAY = re.compile(r"\| \d+\s\w{3} \|")


@pytest.fixture(scope="module")
def empty(open_page):
    """The results before anything was run."""
    return open_page("evaluate", view="benchmarks")


@pytest.fixture(scope="module")
def form(empty, open_page):
    return open_page("evaluate", b="new")


@pytest.fixture(scope="module")
def run(form, shared_app):
    """MT-Bench on two of its questions."""
    found = questions_of("mt_bench")
    items = found.drawn(2, seed=1)
    judge = judge_of("simulated/analyst", thinks=False)
    protocol = found.protocol_for(items, "Mine", DEFAULT_PRESET.config, judge)
    uid = shared_app.experimenting.benchmarks.create("A run", protocol, items)
    shared_app.experimenting.start(uid, shared_app.asking()).wait(60)
    return uid


def test_no_benchmarks_yet(empty):
    assert_wording("no-benchmarks", by_key(empty, "readable-benchmarks"))


def test_the_form_of_a_run(form):
    assert_wording("new-benchmark", by_key(form, "readable-new-benchmark"))


def test_what_each_benchmark_needs(form):
    for name in "alpaca", "flask", "questions":
        page = fill(form, "benchmark", name)
        assert_wording(f"new-benchmark-{name}", by_key(page, "readable-new-benchmark"))


def test_the_results(run, open_page):
    page = open_page("evaluate", view="benchmarks")
    lines = said(by_key(page, "benchmark-table"))
    assert_wording("benchmark-results", [TODAY.sub("| D M |", each) for each in lines])


def test_a_run(run, open_page):
    page = open_page("evaluate", b=run)
    assert_wording("benchmark-run", by_key(page, "benchmark-result"))


def test_the_answers_of_a_run(run, open_page):
    page = open_page("evaluate", b=run, view="answers")
    assert_wording("benchmark-answer", by_key(page, "benchmark-answer"))


def test_a_missing_run(open_page):
    page = open_page("evaluate", b="0123456789abcdef")
    assert_wording("benchmark-missing", by_key(page, "benchmark-missing"))
