import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.similarity.agreement import agreement, most_alike, summary

RECORDED = Path(__file__).parents[4] / "shared" / "data" / "alpaca_eval"
PROPOSERS = (
    "Qwen1.5-110B-Chat",
    "Qwen1.5-72B-Chat",
    "Mixtral-8x22B-Instruct-v0.1",
    "Meta-Llama-3-70B-Instruct",
    "dbrx-instruct",
)
TEA = "Pour boiling water over the leaves, wait three minutes, then remove the leaves."
ALSO_TEA = (
    "Let the leaves stand in boiling water for three minutes before you drink it."
)
TRAINS = "Regional railways publish their timetables every December."
texts = st.lists(st.sampled_from([TEA, ALSO_TEA, TRAINS, "", "茶需要热水"]) | st.text())


def test_the_one_that_says_something_else_stands_apart():
    told = agreement([TEA, TRAINS, ALSO_TEA])
    assert told.outlier == 1
    assert most_alike(told.matrix, range(3)) == (0, 2)
    assert most_alike(told.matrix, [1, 2]) == (1, 2)
    names = ["Llama", "Qwen", "Mistral"]
    assert summary(told, names) == "Mostly agree; Qwen stands apart"


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        ([TEA, TEA], "Nearly the same"),
        ([TEA, ALSO_TEA], "Mostly agree"),
        ([TEA, f"{TRAINS} Boiling water and leaves help."], "Partly agree"),
        ([TEA, TRAINS], "Have little in common"),
        ([TEA], ""),
        ([], ""),
    ],
)
def test_a_layer_is_told_in_one_line(texts, line):
    assert summary(agreement(texts), ["A", "B"]) == line


def test_of_two_that_differ_neither_is_the_outlier():
    assert agreement([TEA, TRAINS]).outlier is None


def test_of_three_that_all_differ_none_is_the_outlier():
    third = "Whales sing."
    assert agreement([TEA, TRAINS, third]).outlier is None


def test_what_cannot_be_compared_is_unknown():
    alone = agreement([TEA])
    assert (alone.mean, alone.level) == (None, None)
    assert alone.matrix == ((1.0,),)
    assert most_alike(alone.matrix, [0]) is None


@given(texts)
def test_similarity_goes_both_ways(texts):
    told = agreement(texts)
    for i, row in enumerate(told.matrix):
        assert row[i] == 1
        assert row == tuple(other[i] for other in told.matrix)
        assert all(0 <= value <= 1 for value in row)
    if told.mean is not None:
        i, j = most_alike(told.matrix, range(len(texts)))
        assert told.matrix[i][j] >= told.mean - 1e-9


@pytest.mark.slow
@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers are not here")
def test_recorded_answers_to_one_question_agree_and_a_stranger_stands_apart():
    """Figures of all 535 questions are in ADR 8; this is one in three of them."""
    with gzip.open(RECORDED / "prompts_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line)["outputs"] for line in lines][::3]
    alike, found, strangers = [], [], []
    for number, row in enumerate(rows):
        others = [rows[number - 17 * i][name] for i, name in enumerate(PROPOSERS)]
        answers = [row[name] for name in PROPOSERS]
        alike.append(agreement(answers).level in ("mostly", "nearly the same"))
        found.append(agreement([*answers[:4], others[4]]).outlier == 4)
        strangers.append(agreement(others).level == "hardly")
    assert min(map(share, (alike, found, strangers))) > 0.75
    assert share(strangers) > 0.95
    assert share(found) > 0.9


def share(truths):
    return truths.count(True) / len(truths)
