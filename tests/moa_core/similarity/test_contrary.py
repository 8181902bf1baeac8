"""Answers that are plainly contrary, and those that are only differently worded."""

import pytest

from moa_core.similarity import contrary

LONG = "That depends on many things, and here are some of them. " * 8


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Yes, it is safe to eat.", "No, it is not safe to eat."),
        (f"Yes. {LONG}", f"No. {LONG}"),
        ("**True**: the earth is round.", "False. The earth is flat."),
        ("Ja, das geht.", "Nein, das geht nicht."),
        ("是的，可以。", "不是，不可以。"),
        ("The sum is 42.", "The sum is 43."),
        ("It was built in 1889.", "They built it in 1887."),
        ("The door is open.", "The door isn’t open."),
        (f"{LONG} So the answer is 1,250.", f"{LONG} The answer is **1300**."),
        (f"{LONG} \\boxed{{7}}", f"{LONG} \\boxed{{8}}"),
    ],
)
def test_a_yes_and_a_no_or_two_results_are_contrary(first, second):
    assert contrary(first, second)
    assert contrary(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Yes, it is.", "It is safe."),
        ("Paris.", "The capital of France is Paris."),
        ("42", "The sum is 42, which is 40 and 2."),
        ("The sum is 1,250.", "The sum is 1250."),
        (f"In 1889, 300 workers. {LONG}", f"In 1887, 250 workers. {LONG}"),
        (f"{LONG} It is not easy.", f"{LONG} It is hard."),
        ("", "No."),
        ("...", "Yes."),
    ],
)
def test_what_says_more_or_is_worded_differently_is_not_contrary(first, second):
    assert not contrary(first, second)
    assert not contrary(second, first)
