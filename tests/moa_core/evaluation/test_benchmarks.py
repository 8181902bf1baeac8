"""Benchmarks are read in their published forms, and scored as they say."""

import json

import pytest

from moa_core.errors import ConfigError
from moa_core.evaluation import (
    PUBLISHED,
    AlpacaOutput,
    FlaskItem,
    Grade,
    MeanGrade,
    MTBenchQuestion,
    PublishedFigure,
    SkillScores,
    group_means,
    mt_bench_means,
    mt_bench_questions,
    read_flask,
    read_outputs,
    skill_means,
)
from moa_core.evaluation.benchmarks import (
    AlpacaPreference,
    AlpacaScore,
    RecordedGrade,
    alpaca_score,
    read_grades,
    read_mt_bench,
    read_preferences,
)
from moa_core.experiments.benchmark.protocol import MT_BENCH_TEMPERATURES


def lines(*rows):
    return "\n".join(map(json.dumps, rows)).encode()


def test_mt_bench_is_there_with_its_references():
    questions = mt_bench_questions()
    assert [each.question_id for each in questions] == [*range(81, 161)]
    assert [each.category for each in questions[::10]] == [*MT_BENCH_TEMPERATURES]
    assert all(len(each.turns) == 2 for each in questions)
    with_references = [each for each in questions if each.references]
    assert [each.question_id for each in with_references] == [*range(101, 131)]
    assert {len(each.references) for each in with_references} == {2}


def test_mt_bench_pools_all_grades_and_leaves_out_what_cannot_be_read():
    def grade(category, turn, score):
        return Grade(question_id=1, category=category, turn=turn, score=score)

    means = mt_bench_means(
        [grade("math", 1, 8), grade("math", 2, 4), grade("stem", 1, 9),
         grade("stem", 2, -1)]
    )  # fmt: skip
    assert means == {
        "average": 7, "turn1": 8.5, "turn2": 4, "math": 6, "math.1": 8, "math.2": 4,
        "stem": 9, "stem.1": 9,
    }  # fmt: skip


def test_recorded_grades_are_read_from_the_texts():
    rows = [
        {"question_id": 7, "model": "m", "turn": 1, "judgment": "[[6]]", "score": 9},
        {"question_id": 7, "model": "m", "turn": 2, "score": 3.5, "judge": ["j", "v"]},
        {"question_id": 7, "model": "n", "turn": 2, "judgment": "No idea."},
    ]
    question = MTBenchQuestion(question_id=7, category="math", turns=("a", "b"))
    graded = read_grades(lines(*rows), [question])
    assert isinstance(graded[0], RecordedGrade)
    assert [(each.model, each.grade.turn, each.grade.score) for each in graded] == [
        ("m", 1, 6), ("m", 2, 3.5), ("n", 2, -1),
    ]  # fmt: skip
    for wrong, said in (
        ({"question_id": 8}, "line 2, question_id: there is no question 8"),
        ({"turn": 1}, "line 2, turn: this answer was judged in line 1, too"),
        ({"turn": 3}, "line 2, turn: expected at most 2"),
        ({"turn": 2, "judgment": None, "score": None}, "line 2, judgment: there is"),
    ):
        with pytest.raises(ConfigError, match=said):
            read_grades(lines(rows[0], rows[0] | wrong), [question])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"turns": []}, "line 2, turns: expected at least 1 values"),
        ({"turns": ["a", " "]}, "line 2, turns: one of them is empty"),
        ({"question_id": 1}, "line 2, question_id: 1 was there before"),
        ({"category": None}, "line 2, category: expected a text"),
    ],
)
def test_questions_in_the_form_of_mt_bench_are_checked(fields, said):
    row = {"question_id": 1, "category": "own", "turns": ["a"]}
    assert read_mt_bench(lines(row), {1: ("b",)})[0].references == ("b",)
    with pytest.raises(ConfigError, match=said):
        read_mt_bench(lines(row, row | {"question_id": 2} | fields))


ITEM = {
    "idx": 1, "instruction": "Why?", "answer": "So.", "difficulty": "easy",
    "skill": ["Logical Correctness", "Readability"], "domain": ["Law", "History"],
}  # fmt: skip


def test_flask_is_read_and_its_skills_are_scored_where_they_apply():
    [item, other] = read_flask(lines(ITEM, ITEM | {"idx": 2, "difficulty": -1}))
    assert item == FlaskItem(
        idx=1, instruction="Why?", answer="So.", skills=("correctness", "readability"),
        domains=("Law", "History"), difficulty="easy",
    )  # fmt: skip
    assert other.difficulty == ""
    graded: list[SkillScores] = [
        {"readability": 4.0, "correctness": None},
        {"readability": 5.0},
    ]
    assert skill_means([*graded, {}]) == {"readability": MeanGrade(4.5, 2)}
    pooled = group_means([(item.domains, graded[0]), (["Law"], {"factuality": 1.0})])
    assert pooled == {"History": MeanGrade(4, 1), "Law": MeanGrade(2.5, 2)}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"idx": 1}, "line 2, idx: 1 was there before"),
        ({"instruction": ""}, "line 2, instruction: it is empty"),
        ({"skill": ["Beauty"]}, "line 2, skill: “Beauty” is none of the twelve"),
        ({"answer": None}, "line 2, answer: expected a text"),
    ],
)
def test_an_item_of_flask_is_checked(fields, said):
    with pytest.raises(ConfigError, match=said):
        read_flask(lines(ITEM, ITEM | {"idx": 2} | fields))


def test_alpaca_eval_is_read_and_scored():
    rows = [{"instruction": "a", "output": "b", "generator": "g", "dataset": "x"}]
    [output] = read_outputs(json.dumps(rows).encode())
    assert output == AlpacaOutput(instruction="a", output="b", generator="g")
    pair = {
        "generator_1": "g",
        "generator_2": "m",
        "output_1": "long",
        "output_2": "so",
    }
    told = read_preferences(
        lines(
            *({"instruction": str(i), "preference": p} | pair
              for i, p in enumerate([1.75, 0.0, None, 1])),
        )
    )  # fmt: skip
    assert told[0] == AlpacaPreference(
        instruction="0", model="m", baseline="g", preference=0.75, lengths=(2, 4)
    )
    assert [each.preference for each in told] == [0.75, 0.5, None, 0]
    outputs = [{"instruction": "0", "output": text, "generator": generator}
               for generator, text in (("g", "longer"), ("m", "sh"))]  # fmt: skip
    bare = {"instruction": "0", "preference": 2, "generator_1": "g", "generator_2": "m"}
    assert read_preferences(lines(*outputs, bare))[0].lengths == (2, 6)
    assert read_preferences(lines(bare))[0].lengths is None
    score = alpaca_score([each.preference for each in told if each.preference != None])  # noqa: E711
    assert score == AlpacaScore(3, pytest.approx(125 / 3), score.standard_error, 50)
    assert score.standard_error == pytest.approx(100 * 0.3818813 / 3**0.5)
    assert alpaca_score([]) is None
    assert alpaca_score([1.0]).standard_error is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"preference": 2.5}, "line 2, preference: it must be from 1 to 2"),
        ({"preference": 1.5}, "line 2, instruction: it was judged in line 1, too"),
        ({"instruction": 7}, "line 2, instruction: expected a text"),
    ],
)
def test_recorded_preferences_are_checked(fields, said):
    row = {"instruction": "a", "preference": 1, "generator_1": "g", "generator_2": "m"}
    with pytest.raises(ConfigError, match=said):
        read_preferences(lines(row, row | fields))


def test_an_output_that_stands_twice_or_answers_nothing_is_refused():
    row = {"instruction": "a", "output": "b", "generator": "g"}
    with pytest.raises(ConfigError, match="line 2, instruction: it was there before"):
        read_outputs(lines(row, row))
    with pytest.raises(ConfigError, match="line 1, instruction: it is empty"):
        read_outputs(lines(row | {"instruction": " "}))


def test_published_figures_say_where_they_are_from():
    assert {each.benchmark for each in PUBLISHED} == {"AlpacaEval 2.0", "MT-Bench"}
    assert all(isinstance(each, PublishedFigure) and each.source for each in PUBLISHED)
    best = max(PUBLISHED, key=lambda each: each.score)
    assert (best.system, best.others) == ("MoA w/ GPT-4o", (78.7,))
