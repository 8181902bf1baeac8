from hypothesis import given
from hypothesis import strategies as st

from moa_core.providers.answers.visible import WholeCharacters


def joined(pieces):
    whole = WholeCharacters()
    return "".join([*(whole.of(piece) for piece in pieces), whole.end()])


def halves(text):
    """Every 16-bit unit of ``text`` in a piece of its own, as JSON may escape them."""
    units = text.encode("utf-16-le")
    return [
        units[i : i + 2].decode("utf-16-le", "surrogatepass")
        for i in range(0, len(units), 2)
    ]


@given(st.text())
def test_a_text_that_was_cut_anywhere_is_whole_again(text):
    assert joined(halves(text)) == text


@given(st.lists(st.text()))
def test_whole_pieces_pass_as_they_are_and_at_once(pieces):
    whole = WholeCharacters()
    assert [whole.of(piece) for piece in pieces] == pieces
    assert whole.end() == ""


@given(st.lists(st.text(st.characters(codec=None))))
def test_whatever_comes_out_can_be_written(pieces):
    text = joined(pieces)
    assert text.encode().decode() == text


def test_a_half_without_its_other_half_becomes_the_sign_for_it():
    assert joined(["a\ud83d", "b", "\ude00c", "\ud83d"]) == "a\ufffdb\ufffdc\ufffd"
