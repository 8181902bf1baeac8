"""Benchmarks on their page: set up, followed, compared and scored."""

import json
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from moa_core.experiments import judge_of, questions_of
from moa_core.mixture import AgentSpec, MoAConfig
from moa_core.mixture.shipped import DEFAULT_PRESET
from storage.schema import ConversationRow, ExperimentRow
from tests.pages.app_page import by_key, fill, fitting, has, press, words
from tests.pages.wording.said import said

pytestmark = pytest.mark.slow

ALPACA = {"instruction": "Why?", "output": "So.", "generator": "gpt4"}


def upload(page, key, name, *rows):
    data = "\n".join(map(json.dumps, rows)).encode()
    return fill(page, key, (name, data, "application/json"))


def begin(app, found, count, **more):
    """A run of a benchmark to its end; its uid."""
    items = found.drawn(count, seed=1)
    mixture = more.get("mixture", DEFAULT_PRESET.config)
    judge = judge_of("simulated/analyst", thinks=False)
    protocol = found.protocol_for(items, more.get("name", "Mine"), mixture, judge)
    uid = app.experimenting.benchmarks.create("A run", protocol, items)
    app.experimenting.start(uid, app.asking()).wait(60)
    return uid


def test_mt_bench_is_set_up_started_and_shown(app, open_evaluate):
    page = press(open_evaluate(view="benchmarks"), "new-benchmark")
    fill(page, "benchmark-questions-mt_bench", 2)
    assert "24 calls for answers" in words(by_key(page, "benchmark-forecast"))
    assert "4 for the judge" in words(by_key(page, "benchmark-forecast"))
    fill(page, "benchmark-budget", 3.0)
    fill(page, "benchmark-seed", 7)
    fill(page, "benchmark-judge-prompt-single", "Grade kindly.")
    press(page, "start-benchmark")
    [stored] = app.experimenting.benchmarks.newest()
    assert stored.protocol.seed == 7
    assert stored.protocol.prompt.system == "Grade kindly."
    assert has(page, "rename-benchmark")
    drawn = questions_of("mt_bench").drawn(2, 7)
    assert [each.question for each in stored.items] == [each.question for each in drawn]
    assert stored.summary.uid in page.query_params["b"]
    assert stored.protocol.budget_usd == Decimal("3.0")
    assert app.experimenting.get(stored.summary.uid)
    app.experimenting.get(stored.summary.uid).wait(60)
    page.run()
    assert "Finished" in words(by_key(page, "experiment-progress"))
    assert any("mean grade" in line for line in said(by_key(page, "benchmark-figure")))
    assert has(page, "benchmark-categories")
    assert has(page, "benchmark-by-turn")
    answers = open_evaluate(b=stored.summary.uid, view="answers")
    assert len(by_key(answers, "benchmark-answer").options) == 4
    assert "score" in by_key(answers, "benchmark-replies").code[0].value
    press(page, "leave-benchmark")
    assert "Simulated, free" in words(by_key(page, "benchmark-table"))
    assert "MoA-Lite" in words(by_key(page, "benchmark-published"))
    press(open_evaluate(b=stored.summary.uid), "delete-benchmark")
    assert app.experimenting.benchmarks.newest() == []


def test_a_file_is_read_or_refused_with_its_line(app, open_evaluate):
    page = fill(open_evaluate(b="new"), "benchmark", "alpaca")
    assert by_key(page, "start-benchmark").disabled
    upload(page, "benchmark-file-alpaca", "a.jsonl", ALPACA, {"instruction": "No?"})
    assert "line 2, output" in words(by_key(page, "benchmark-file-refused"))
    assert has(page, "benchmark-judge")
    upload(page, "benchmark-file-alpaca", "a.jsonl", ALPACA)
    fill(page, "benchmark-mixture", "simulated/sceptic")
    fill(page, "benchmark-judge", "simulated/analyst")
    press(page, "start-benchmark")
    [stored] = app.experimenting.benchmarks.newest()
    alone = MoAConfig(layers=(), aggregator=AgentSpec.from_ref("simulated/sceptic"))
    assert stored.protocol.mixture == alone
    app.experimenting.get(stored.summary.uid).wait(60)
    page.run()
    assert "against gpt4" in words(by_key(page, "benchmark-figure"))
    answers = open_evaluate(b=stored.summary.uid, view="answers")
    assert len(by_key(answers, "benchmark-replies").code) == 2
    assert has(answers, "answer-1")


def _change_protocol(app, name):
    [uid] = [
        each.summary.uid
        for each in app.experimenting.benchmarks.newest()
        if each.protocol.preset == name
    ]
    its = select(ConversationRow.id).where(ConversationRow.uid == uid)
    changed = update(ExperimentRow).values(sha256="0" * 64)
    with app.database.writing() as session:
        session.execute(changed.where(ExperimentRow.conversation_id.in_(its)))


def test_results_are_sorted_and_recorded_judgements_scored(app, open_evaluate):
    found = questions_of("mt_bench")
    alone = MoAConfig(layers=(), aggregator=AgentSpec.from_ref("simulated/sceptic"))
    begin(app, found, 3, name="First")
    begin(app, found, 2, name="Second", mixture=alone)
    page = open_evaluate(view="benchmarks")
    order = {}
    for by in "Result", "Answers", "Date":
        told = words(by_key(fill(page, "benchmark-order", by), "benchmark-table"))
        order[by] = told.index("First") < told.index("Second")
    assert order["Answers"] is True
    assert order["Date"] is False
    _change_protocol(app, "Second")
    page = open_evaluate(view="benchmarks")
    assert has(page, "changed-benchmark-runs"), "the others are shown"
    assert "Second" not in words(by_key(page, "benchmark-table"))
    row = {"question_id": 81, "model": "m", "turn": 1, "judgment": "[[7]]"}
    key = "benchmark-recorded-mt_bench"
    upload(page, key, "j.jsonl", row, row | {"turn": 2, "judgment": "[[6]]"})
    told = words(by_key(page, "benchmark-recorded-table"))
    assert "6.50 (turns 7.00, 6.00)" in told
    press(page, "benchmark-import")
    ours, recorded = (
        words(by_key(page, "benchmark-table")).index(name)
        for name in ("First", "| recorded |")
    )
    assert ours < recorded
    press(page, "benchmark-import")
    assert has(page, "benchmark-recorded-problem")
    press(page, "remove-imported-*")
    assert "| recorded |" not in words(by_key(page, "benchmark-table"))
    press(page, "undo-action")
    [kept] = app.experimenting.recorded.kept("mt_bench")
    assert kept.figures[0].n == 2
    upload(page, key, "j.jsonl", row | {"turn": 3})
    assert "line 1, turn" in words(by_key(page, "benchmark-recorded-refused"))


def test_skills_of_flask_are_drawn_and_nothing_is_lost_by_a_bad_address(
    app, open_evaluate
):
    row = {
        "idx": 1, "instruction": "Why?", "answer": "So.", "difficulty": "easy",
        "skill": ["Readability", "Logical Correctness", "Conciseness"], "domain": [],
    }  # fmt: skip
    uid = begin(app, questions_of("flask", json.dumps(row).encode()), None)
    page = open_evaluate(b=uid)
    assert has(page, "benchmark-skills")
    assert "readability" in words(by_key(page, "benchmark-by-skill"))
    assert not fitting(page, "benchmark-by-domain")
    missing = open_evaluate(b="0123456789abcdef")
    assert "not here" in words(by_key(missing, "benchmark-missing"))
