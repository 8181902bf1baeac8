import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.similarity.agreement import agreement, most_alike, summary

ANSWERS = json.loads(
    (Path(__file__).parents[2] / "data" / "answers.json").read_text("utf-8")
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


def test_answers_to_one_question_agree_and_a_stranger_stands_apart():
    """Shares of 535 recorded questions are in ADR 8."""
    answers = [each["answers"] for each in ANSWERS]
    strangers = [*answers[1:], answers[0]]
    for own, others in zip(answers, strangers, strict=True):
        assert agreement(own).level in ("mostly", "partly")
        assert agreement(own).outlier is None
        for stranger in others:
            assert agreement([*own[:3], stranger]).outlier == 3
    for mixed in zip(*answers, strict=True):
        assert agreement(mixed).level == "hardly"
