import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.similarity.terms import terms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The **state's** _name_!", ["the", "state", "name"]),
        ("don’t don't", ["don't", "don't"]),
        ("snake_case 3.5", ["snake", "case", "3", "5"]),
        ("Straße NAÏVE", ["strasse", "naïve"]),
        ("这是第一句。abc这", ["这是", "是第", "第一", "一句", "abc", "这"]),
        ("カタカナ", ["カタ", "タカ", "カナ"]),
        ("좋다", ["좋다"]),
        ("हिन्दी में।", ["हिन्दी", "में"]),
        ("ภาษา", ["ภา", "าษ", "ษา"]),
        ("?!", []),
    ],
)
def test_words_of_many_scripts(text, found):
    assert terms(text) == found


@given(st.text())
def test_every_letter_is_in_a_term(text):
    found = "".join(terms(text.replace("'", " ").replace("’", " ")))
    letters = {c for c in text.casefold() if c.isalnum()}
    assert letters <= set(found)
    assert all(found for found in terms(text))
