from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moa_core.similarity import word_diff as module
from moa_core.similarity.word_diff import DiffPart, word_difference
from tests.profiles import examples

MARKS = {"kept": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
words = st.lists(
    st.sampled_from(["the", "cat", "sat", ",", ".", " ", "  ", "\n\n", "茶", "水", "é"])
    | st.text(max_size=3),
    max_size=30,
).map("".join)


def told(before, after):
    return "".join(MARKS[p.kind].format(p.text) for p in word_difference(before, after))


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        ("same text", "same text", "same text"),
        ("", "", ""),
        ("", "new", "[+new+]"),
        ("old", "", "[-old-]"),
        ("The cat sat.", "The dog sat.", "The [-cat-][+dog+] sat."),
        ("The cat sat.", "The big cat sat.", "The [+big +]cat sat."),
        ("a b c d e", "a c d e", "a [-b -]c d e"),
        (
            "I like red cars",
            "I love red vans",
            "I [-like-][+love+] red [-cars-][+vans+]",
        ),
        ("it costs 3.50", "it costs 3.60", "it costs 3.[-50-][+60+]"),
        ("one line", "one\nline", "one[- -][+\n+]line"),
        ("喝热茶吧", "喝绿茶吧", "喝[-热-][+绿+]茶吧"),
        ("हिन्दी में", "हिन्दु में", "[-हिन्दी-][+हिन्दु+] में"),
    ],
)
def test_differences_read_like_a_proof(before, after, difference):
    assert told(before, after) == difference


def test_a_few_kept_words_between_longer_changes_are_no_island():
    assert (
        told("Giraffes always outrun the turtles.", "Elephants never fear the mice.")
        == "[-Giraffes always outrun the turtles-][+Elephants never fear the mice+]."
    )
    assert told("cat, dog", "bat, hog") == "[-cat, dog-][+bat, hog+]"


def test_paragraphs_that_are_both_rewritten_stay_two():
    assert (
        told("Alpha beta\n\ngamma delta", "One two\n\nthree four")
        == "[-Alpha beta-][+One two+]\n\n[-gamma delta-][+three four+]"
    )


@examples(3)
@given(words | st.text(), words | st.text())
@example("a\n", "a ")
def test_no_character_is_lost_or_made_up(before, after):
    pieces = word_difference(before, after)
    assert "".join(p.text for p in pieces if p.kind != "added") == before
    assert "".join(p.text for p in pieces if p.kind != "removed") == after
    assert all(piece.text for piece in pieces)
    kinds = [piece.kind for piece in pieces]
    assert ("kept", "kept") not in list(pairwise(kinds))
    assert ("added", "removed") not in list(pairwise(kinds))


@given(words)
def test_a_text_differs_not_from_itself(text):
    assert word_difference(text, text) == ((DiffPart("kept", text),) if text else ())


@examples(0.6)
@given(words, words, st.integers(0, 60))
def test_texts_too_long_are_compared_by_line(before, after, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PAIRS_AT_MOST", most)
        pieces = word_difference(before, after)
    assert "".join(p.text for p in pieces if p.kind != "added") == before
    assert "".join(p.text for p in pieces if p.kind != "removed") == after


@pytest.mark.slow
def test_long_texts_do_not_take_long():
    before = "".join(f"word{n * 7919 % 1000} of line\n" for n in range(15_000))
    pieces = word_difference(before, before.replace("word500 of", "word500 in"))
    assert len(pieces) == 46
