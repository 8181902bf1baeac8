"""Deltas that each repeat all so far, and choices numbered by chunk, are one answer.

Texts that only look so lose nothing.
"""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.providers.answers.repeats import GrowingText
from tests.moa_core.providers.answers.reading import (
    DONE,
    TEXT,
    WHOLE,
    chunk,
    read,
    usage,
)
from tests.profiles import examples

WORDS = ("The", " sky", " looks", " blue", ", since", " air", " scatters", " it.")
LONG = "".join(WORDS)
STOP = chunk(None, "stop")


def grown(pieces, name="content"):
    return [chunk({name: whole}) for whole in accumulate(pieces)]


def numbered(pieces, numbers=None):
    numbers = range(len(pieces)) if numbers is None else numbers
    return [
        chunk(piece, choice={"index": number})
        for number, piece in zip(numbers, pieces, strict=True)
    ]


@pytest.mark.parametrize(
    "ends",
    [
        (STOP, DONE),
        (chunk(LONG, "stop"), DONE),
        (chunk("", "stop"), usage(), DONE),
        (usage(), DONE),
        (chunk(LONG), STOP, DONE),
    ],
)
@pytest.mark.parametrize(
    "pieces", [WORDS, tuple(LONG), tuple("天空是蓝色的,因为空气。")]
)
def test_deltas_that_repeat_all_so_far_are_read_once(pieces, ends):
    text = "".join(pieces)
    if text != LONG and LONG in str(ends):
        ends = (STOP, DONE)
    told = read(*grown(pieces), *ends)
    assert (told.text, told.error) == (text, None)


def test_a_stop_on_each_of_them_does_not_matter():
    deltas = [chunk(whole, "stop") for whole in accumulate(WORDS)]
    assert read(*deltas, DONE).text == LONG


def test_they_may_hold_still_and_begin_with_a_blank():
    pieces = ["", " ", *WORDS[:3], "", *WORDS[3:]]
    assert read(*grown(pieces), STOP).text == f" {LONG}"


def test_reasoning_may_grow_as_well():
    told = read(*grown(WORDS, "reasoning_content"), *grown(WORDS), STOP, DONE)
    assert (told.reasoning, told.text) == (LONG, LONG)


def test_tags_in_a_text_that_grows_are_read():
    told = read(*grown(("<thi", "nk>Rayleigh it ", "is</think>", *WORDS)), STOP)
    assert (told.reasoning, told.text) == ("Rayleigh it is", LONG)


def test_a_short_text_that_grows_is_taken_for_one_once_it_has_ended():
    assert read(*grown(("It", " is", " so", ".")), STOP).text == "It is so."


def test_what_goes_on_after_it_has_grown_is_kept():
    assert read(*grown(WORDS), chunk(" And"), chunk(" so."), STOP).text == (
        f"{LONG} And so."
    )


def test_a_stream_that_breaks_off_while_it_is_unclear_keeps_what_came():
    assert read(chunk("ha"), chunk("haha")).text == "hahaha"


@pytest.mark.parametrize(
    "pieces",
    [
        ("ha", "haha"),
        ("ha", "haha", "hahaha", "hahahaha", "!"),
        ("ha",) * 40,
        ("-", "--", "----", "--------", "-" * 16, "\n", "Text."),
        ("\n", "\n\n", "\n\n\nThe sky is blue.", " It is."),
        ("a", "ab", "abc", "d"),
        ("Row, row", "Row, row, row your boat", " gently"),
        ("The sky is blue.", "The sky is blue.", "The sky is blue."),
        (" ", "  ", "   ", "    return x", "\n"),
        ("1", "10", "100", "1000", "10000"),
        ("no", "no no", "no no no"),
        ("Yes", "Yes."),
    ],
)
def test_a_text_that_repeats_itself_loses_nothing(pieces):
    assert read(*map(chunk, pieces), STOP, DONE).text == "".join(pieces)


@given(st.lists(st.text("ab\n", max_size=3), max_size=30))
@examples(2)
def test_no_text_of_few_signs_loses_anything(pieces):
    growing = GrowingText()
    told = [growing.new_in(piece) for piece in pieces]
    assert "".join([*told, growing.end()]) == "".join(pieces)


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=30))
@examples(2)
def test_any_varied_text_that_grows_is_read_once(pieces):
    pieces = ["The sky is", *pieces, " blue"]
    growing = GrowingText()
    told = [growing.new_in(whole) for whole in accumulate(pieces)]
    assert "".join([*told, growing.end()]) == "".join(pieces)


@pytest.mark.parametrize(
    "events",
    [
        [*numbered(WORDS), STOP, DONE],
        [*numbered(WORDS), chunk(None, "stop", choice={"index": 8}), DONE],
        [*numbered(WORDS), chunk(None, "stop", choice={"index": 7}), DONE],
        [*numbered(WORDS), usage(), DONE],
        [*numbered(WORDS, range(1, 9)), STOP, DONE],
        [*numbered(WORDS, (0, 1, 3, 4, 9, 12, 13, 20)), STOP, DONE],
        [chunk({"role": "assistant"}), *numbered(WORDS, range(1, 9)), STOP, DONE],
        [*numbered(("The", LONG[3:])), STOP, DONE],
        [*numbered(("The", LONG[3:])), chunk(None, "stop", choice={"index": 2}), DONE],
        [*numbered(("The", LONG[3:])), DONE],
        [*numbered((LONG[:20], LONG[20:])), chunk(None, "stop", choice={"index": 1})],
    ],
)
def test_choices_that_are_numbered_by_chunk_are_one_answer(events):
    told = read(*events)
    assert (told.text, told.error) == (LONG, None)


def test_of_answers_beside_one_another_one_is_read():
    both = [*numbered((TEXT, "Another.")), STOP]
    assert read(*both, chunk(None, "length", choice={"index": 1}), DONE) == WHOLE
    taken_in_turns = [chunk("a"), *numbered("x", [1]), chunk("b"), *numbered("y", [1])]
    assert read(*taken_in_turns, STOP, DONE).text == "ab"
    three = [chunk("a"), *numbered("x", [1]), chunk("b"), *numbered("y", [2])]
    assert read(*three, STOP, DONE).text == "ab"
