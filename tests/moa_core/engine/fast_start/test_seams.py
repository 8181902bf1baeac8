import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.engine.fast_start.seams import OneWord, Seam


def written(seam, pieces, *, growing, cut):
    seam.begin(growing=growing)
    return "".join([*map(seam.write, pieces), seam.end(cut=cut)])


def test_the_first_sentence_of_a_request_is_shown_as_it_is_written():
    seam = Seam()
    seam.begin(growing=True)
    shown = [seam.write(piece) for piece in ("The sky", " is", " blue.", " It", " sc")]
    assert shown == ["The sky", " is", " blue.", "", ""]


def test_a_later_sentence_is_shown_when_it_has_ended():
    seam = Seam()
    seam.begin(growing=True)
    seam.write("Blue. ")
    assert seam.write("Light scatters") == ""
    assert seam.write(". And") == " Light scatters."
    assert seam.end(cut=True) == ""
    assert seam.shown == "Blue. Light scatters."


def test_a_sentence_that_was_cut_is_written_anew_behind_its_own_gap():
    seam = Seam()
    assert written(seam, ["One.\n\nTw"], growing=True, cut=True) == "One."
    seam.in_turns = True
    assert written(seam, ["Two."], growing=False, cut=False) == "\n\nTwo."
    assert seam.shown == "One.\n\nTwo."


def test_a_text_that_ended_by_itself_is_shown_whole():
    assert written(Seam(), ["One. Two"], growing=True, cut=False) == "One. Two"


def test_a_turn_never_ends_within_a_word():
    seam = Seam(in_turns=True)
    assert written(seam, ["The sky is bl"], growing=True, cut=True) == "The sky is"
    assert written(seam, ["blue."], growing=False, cut=False) == " blue."


def test_a_continuation_goes_on_within_a_word():
    seam = Seam()
    written(seam, ["The sky is bl"], growing=True, cut=True)
    written(seam, ["ue."], growing=False, cut=False)
    assert seam.shown == "The sky is blue."


@pytest.mark.parametrize("echo", ["First of all. The day sky is", "The day sky is"])
def test_what_is_sent_once_more_is_left_out(echo):
    seam = Seam(shown="First of all. The day sky is")
    pieces = [echo[:5], echo[5:], " blue."]
    assert written(seam, pieces, growing=False, cut=False) == " blue."


@given(st.lists(st.text(alphabet="ab .\n", max_size=6), max_size=8), st.booleans())
def test_what_is_shown_is_what_was_written(pieces, growing):
    seam = Seam()
    shown = written(seam, pieces, growing=growing, cut=False)
    assert shown == "".join(pieces).strip() == seam.shown


def test_one_word_is_told_from_a_text_that_begins_like_it():
    word = OneWord("STANDS")
    assert [word.write(piece) for piece in ("ST", "AN", "DS.")] == ["", "", ""]
    assert word.said
    text = OneWord("STANDS")
    assert [text.write(piece) for piece in ("STA", "TES vary", ".")] == [
        "",
        "STATES vary",
        ".",
    ]
    assert not text.said
