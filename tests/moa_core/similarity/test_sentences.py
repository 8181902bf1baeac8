import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moa_core.similarity.sentences import sentences
from tests.profiles import examples

MARKS = (
    *(
        "A b. ",
        "c! D",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "> ",
        "# ",
        "```\n",
        "| a |",
        "|---|",
    ),
    *("\n|", "`x. Y`", "$$", "**", "。", "中文", "e.g. ", "3.5", "\r\n", "\t", "    "),
    *("\r", "\x00", "\u2028", "\u00a0", "[a](b. C)", "[x]: /y", "<b>", "~~~", "\\"),
)
markdown = st.lists(st.sampled_from(MARKS), max_size=30).map("".join)


def said(text):
    return [span.of(text) for span in sentences(text)]


def kinds(text):
    return [span.kind for span in sentences(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("It costs 3.5 dollars. Good.", ["It costs 3.5 dollars.", "Good."]),
        ("Fruit, e.g. Apples. More.", ["Fruit, e.g. Apples.", "More."]),
        ("Dr. Who and J. K. Rowling met.", ["Dr. Who and J. K. Rowling met."]),
        ("See No. 5 now. No. It fails.", ["See No. 5 now.", "No.", "It fails."]),
        (
            "The U.S. Navy. In the U.S. The end.",
            ["The U.S. Navy.", "In the U.S.", "The end."],
        ),
        ("Cats, dogs, etc. The end.", ["Cats, dogs, etc.", "The end."]),
        ("Well... yes. Well... Yes.", ["Well... yes.", "Well...", "Yes."]),
        (
            '"Really?" he asked. "Yes." She left.',
            ['"Really?" he asked.', '"Yes."', "She left."],
        ),
        ("**Bold.** Next.[1] Last.", ["**Bold.**", "Next.[1]", "Last."]),
        ("Run `a. B` or \\(x. Y\\). Then.", ["Run `a. B` or \\(x. Y\\).", "Then."]),
        ("So do I. Then rest.", ["So do I.", "Then rest."]),
        ("这是3.5。第二句！「三。」四", ["这是3.5。", "第二句！", "「三。」", "四"]),
        ("पहला वाक्य। दूसरा।", ["पहला वाक्य।", "दूसरा।"]),
        ("هل هذا صحيح؟ نعم.", ["هل هذا صحيح؟", "نعم."]),
        ("Great! 🎉", ["Great!"]),
        ("...", []),
        ("", []),
    ],
)
def test_sentences_end_where_people_end_them(text, parts):
    assert said(text) == parts


def test_list_marks_quotation_marks_and_heading_marks_are_left_out():
    text = (
        "## A title\n\n1. **First**: one. Two.\n   - inner\n\n> Said so.\n> Really.\n"
    )
    assert said(text) == [
        "A title",
        "**First**: one.",
        "Two.",
        "inner",
        "Said so.",
        "Really.",
    ]
    assert kinds(text) == ["heading", *["prose"] * 5]


def test_a_line_goes_on_in_lower_case_only():
    assert said("Roses are red\nViolets are blue") == [
        "Roses are red",
        "Violets are blue",
    ]
    assert said("A wrapped\r\nline. Next") == ["A wrapped\r\nline.", "Next"]


def test_code_is_one_piece_and_a_table_a_row_each():
    text = (
        "Look:\n\n```python\nx = 1. \nY = 2\n```\n\n"
        "| A. B | C |\n|---|---|\n| 1 | 2 |\n"
    )
    assert said(text) == ["Look:", "x = 1. \nY = 2", "| A. B | C |", "| 1 | 2 |"]
    assert kinds(text) == ["prose", "code", "row", "row"]


def test_an_open_fence_holds_the_rest():
    assert said("```\nA. B\nC") == ["A. B\nC"]


@examples(3)
@given(markdown | st.text())
@example("- ```\n  a\n  ```\n")
@example("> 1. a\n> | b | c |\n> |---|---|\n> | d | e |")
def test_spans_are_in_order_and_lose_no_word(text):
    spans = sentences(text)
    ends = [0, *(end for span in spans for end in (span.start, span.end)), len(text)]
    assert ends == sorted(ends)
    for span in spans:
        assert span.of(text).strip() == span.of(text) or span.kind == "code"
        assert any(letter.isalnum() for letter in span.of(text))


@given(st.lists(st.sampled_from(["Cats sleep.", "Do they?", "It is 3.5!"]), min_size=1))
def test_joined_sentences_come_apart_again(parts):
    assert said(" ".join(parts)) == parts
    assert said("".join(f"- {part}\n" for part in parts)) == parts


@pytest.mark.parametrize(
    "odd", [".", ". ", ".*", "\\[", "`", "> ", "- ", "1. ", "|", "a.\n"]
)
def test_odd_texts_take_no_longer_than_others(odd):
    """What is quadratic here would run into the time limit."""
    text = f"Hello there. {odd * 20_000}x\n\nGood bye."
    assert said(text)[0].startswith("Hello there.")
    assert said(text)[-1] == "Good bye."
