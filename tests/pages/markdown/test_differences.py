import pytest

from moa_core.similarity.word_diff import DiffPart, word_difference
from pages.widgets.markdown.differences import difference_markdown

KEPT = [DiffPart("kept", "The sky is blue.\n\nIt scatters\nlight.")]


def test_paragraphs_and_line_breaks_stay():
    assert difference_markdown(KEPT) == [
        "The sky is blue\\.",
        "It scatters\\\nlight\\.",
    ]


def test_what_was_added_and_removed_is_marked_word_for_word():
    [line] = difference_markdown(word_difference("a big dog ran", "a small dog ran"))
    assert ":color[~~big~~]{" in line
    assert ":color[small]{" in line
    assert line.startswith("a ")
    assert line.endswith(" dog ran")


def test_an_indent_is_kept_but_never_becomes_code():
    [piece] = difference_markdown([DiffPart("kept", "if x:\n    return y")])
    assert "\\\n\N{NO-BREAK SPACE}" * 1 in piece
    assert "    " not in piece


@pytest.mark.parametrize("kind", ["kept", "added", "removed"])
def test_a_text_can_neither_close_a_mark_nor_begin_one(kind):
    hostile = "] :red[x] ![](http://evil.example/a.png) ~~ {background='red'} `a` $x$"
    [piece] = difference_markdown([DiffPart(kind, hostile)])
    ours = 0 if kind == "kept" else 1
    assert unescaped(piece, "[") == ours
    assert unescaped(piece, "]") == ours
    assert unescaped(piece, "{") == ours
    assert unescaped(piece, "`") == 0
    assert unescaped(piece, "$") == 0


def unescaped(text, char):
    return sum(
        1
        for place, each in enumerate(text)
        if each == char and (place == 0 or text[place - 1] != "\\")
    )


def test_a_line_break_inside_a_mark_does_not_tear_it():
    pieces = difference_markdown([DiffPart("added", "one\ntwo\n\nthree")])
    for line in "\n".join(pieces).split("\n"):
        assert line.count("[") == line.count("]") == 1


def test_a_long_text_comes_in_pieces_that_are_soon_rendered():
    long = [DiffPart("added", "word " * 200 + "\n") for _ in range(40)]
    pieces = difference_markdown(long)
    assert len(pieces) > 3
    assert max(map(len, pieces)) < 8_000


def test_equal_texts_have_no_marks():
    assert ":color[" not in "".join(
        difference_markdown(word_difference("same", "same"))
    )
