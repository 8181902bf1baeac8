"""Formulas reach the browser in the notation it knows, and prices stay prices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.widgets.markdown.math import normalize_math

PIECES = (
    *("$", "$$", "\\(", "\\)", "\\[", "\\]", "x^2", "5", " ", "\n", "\n\n", "word"),
    *("`", "```\n", "\\", "\\$", "| a |\n|---|\n", "https://a.example/$b"),
)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r"where \(a^2 + b^2\) is", "where $a^2 + b^2$ is"),
        (r"for \( n \) items", "for $n$ items"),
        (r"\(f(x)\)", "$f(x)$"),
        ("\\[ x = \\frac{1}{2} \\]", "$$\nx = \\frac{1}{2}\n$$"),
        ("\\[\nx = 1 \\\\[2pt]\ny = 2\n\\]", "$$\nx = 1 \\\\[2pt]\ny = 2\n$$"),
        ("1. item\n   \\[ x = 1 \\]", "1. item\n   $$\n   x = 1\n   $$"),
        (r"so \[x = 1\] holds", "so $$x = 1$$ holds"),
        ("$E = mc^2$ and $$x$$", "$E = mc^2$ and $$x$$"),
        ("$$\nx = 1\n$$", "$$\nx = 1\n$$"),
    ],
)
def test_a_formula_stands_between_dollar_signs(written, shown):
    assert normalize_math(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("from $5 to $10 a month", r"from \$5 to \$10 a month"),
        ("$5-$10, or US$20", r"\$5-\$10, or US\$20"),
        (r"costs $5, and \(x\) is $y$", r"costs \$5, and $x$ is $y$"),
        ("$3 million in US$", r"\$3 million in US\$"),
        (r"already \$5", r"already \$5"),
    ],
)
def test_a_price_is_no_formula(written, shown):
    assert normalize_math(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        r"`\(x\)` and `$5 to $6`",
        "```sh\necho $HOME $PATH \\(x\\)\n```",
        r"see \[1\] and \[the text\]",
        r"a remark \(which should stay\) here",
        "https://a.example/$b/$c",
        r"an unfinished \(x",
    ],
)
def test_code_links_and_escaped_brackets_stay(text):
    assert normalize_math(text) == text


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_nothing_but_marks_and_spaces_ever_changes(text):
    marks = str.maketrans("", "", "$\\()[] \n")
    assert normalize_math(text).translate(marks) == text.translate(marks)
