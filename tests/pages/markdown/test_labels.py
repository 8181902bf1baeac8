"""What outside texts become where Streamlit shows them as labels."""

import re

import pytest
from markdown_it import MarkdownIt

from pages.widgets.markdown import plain_label, plain_piece
from tests.browser.app.crafted import CRAFTED

AIMED = [(crafted.name, crafted.aimed_at("http://127.0.0.1:1")) for crafted in CRAFTED]
READER = MarkdownIt("js-default", {"html": True})


@pytest.mark.parametrize(("name", "text"), AIMED)
def test_a_label_shows_a_crafted_text_letter_by_letter(name, text):
    label = plain_label(text, limit=4_000)
    assert "\n" not in label
    (block,) = [token for token in READER.parse(label) if token.type == "inline"]
    assert {child.type for child in block.children} <= {"text", "text_special"}
    shown = "".join(child.content for child in block.children)
    seen = re.sub("[\0\x01\x07\x1b\u200b\ufeff]", "", " ".join(text.split()))
    assert shown.replace("\u2060", "") == seen


def test_a_label_is_one_line_without_invisible_characters():
    assert plain_label("a\n\n b\t\u202ec\x07\u200b\u2066d\u2028e") == "a b cd e"


def test_a_long_label_ends_in_an_ellipsis():
    assert plain_label("word " * 40, limit=12) == "word word w…"
    assert plain_label("x" * 80) == "x" * 80


@pytest.mark.parametrize("operator", ["->", "<-", "<->", "--", ">=", "<=", "~="])
def test_a_label_keeps_an_operator_apart(operator):
    label = plain_label(f"a {operator} b {operator}").replace("\\", "")
    assert f" {operator}" not in label
    assert label.replace("\u2060", "") == f"a {operator} b {operator}"


def test_a_label_makes_no_link_icon_or_emoji():
    label = plain_label(
        "https://e.example www.e.example a@e.example :material_x: :tada:"
    )
    for token in ("https\\:\\/", "www\\.", "\\@e", ":material", ":tada:"):
        assert token not in label.replace("\u2060\\", "\u2060")


def test_a_piece_of_a_line_keeps_its_blanks_and_marks_nothing_that_is_blank():
    def mark(piece):
        return f"**{piece}**"

    assert plain_piece(" a_b ", mark) == " **a\\_b** "
    assert plain_piece(" \n", mark) == plain_piece("\u200b", mark) == " "
    assert plain_piece("", mark) == ""
