"""Which texts are too heavy for a browser; their costs are in docs/measurements.md."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.widgets.markdown.render_limits import (
    MAX_CHARS,
    budget_ms,
    has_tall_character,
    render_ms,
    would_freeze,
)
from tests.browser.app.heavy import FLOODS, HEAVY, ORDINARY
from tests.pages.markdown.boxes import drawn_live


@pytest.mark.parametrize("name", FLOODS)
@pytest.mark.parametrize("arrives", ["whole", "in pieces"])
def test_of_a_flood_a_page_draws_what_a_second_allows_and_the_rest_as_text(
    name, arrives
):
    text = FLOODS[name]
    sizes = [] if arrives == "whole" else [len(text) // 7] * 6
    box = drawn_live(text, sizes)
    shown = box.now()
    markdown = [piece for kind, piece in shown if kind == "markdown"]
    assert sum(map(render_ms, markdown)) <= budget_ms(len(text)) <= 1_500
    assert len(shown) < 2_000  # elements of the page
    assert box.captions[-1:] == [
        "Shown as plain text: as Markdown it would be too heavy."
    ]
    tail = "".join(piece for kind, piece in shown if kind == "text")
    as_written = "".join(tail.replace("\u2060", "").split())
    assert "".join(text.split()).endswith(as_written)


@pytest.mark.parametrize(
    "text",
    [
        "*a_ " * 1_600,
        "[" * 1_200 + "a",
        "]" * 2_500,
        "# a\n" * 500,
        "- a\n\n" * 1_200,
        "|" + "a|" * 9 + "\n|" + "-|" * 9 + "\n" + ("|" + "b|" * 9 + "\n") * 190,
        "lorem ipsum dolor " * (MAX_CHARS // 18),
    ],
)
def test_what_is_merely_heavy_is_still_markdown(text):
    assert not would_freeze(text)


@pytest.mark.parametrize("name", HEAVY)
def test_one_piece_that_is_too_heavy_is_plain(name):
    assert would_freeze(HEAVY[name])


@pytest.mark.parametrize(
    "text",
    [
        "مرحباً بالعالم، كَتَبَ الوَلَدُ الدَّرْسَ",
        "สวัสดีครับ ที่นี่ น้ำ",
        "नमस्ते क्षत्रिय ज्ञान",
        "שָׁלוֹם עוֹלָם",
        "👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏳️‍🌈 é ạ̈",
        "Z̵̢͕̊a̷͓̋l̴͇̕g̶̛̘o̷̝̐",
        "……………………………………………………………………………………………………………………………………………………………………………………………………",
        "「」、。！？" * 30,
    ],
)
def test_no_script_and_no_emoji_is_taken_for_too_tall(text):
    assert not has_tall_character(text)
    assert not would_freeze(text)


def test_an_ordinary_answer_of_thirty_thousand_characters_is_markdown_to_its_end():
    text = ORDINARY * 43
    assert len(text) > 30_000
    box = drawn_live(text)
    assert {kind for kind, _ in box.now()} == {"markdown"}
    assert box.captions == []


def test_a_tall_character_is_drawn_in_small_pieces_and_nothing_is_lost():
    text = "a" + "\u0301" * 60_000
    shown = drawn_live(text).now()
    assert max(len(piece) for _, piece in shown) <= 2_001
    assert "".join(piece for _, piece in shown).replace("\u2060", "") == text


def test_a_text_that_turns_plain_is_cut_no_matter_how_it_arrives():
    text = "lorem ipsum dolor " * 20_000
    for sizes in ([], [5_000] * 50):
        shown = drawn_live(text, sizes).now()
        assert max(len(piece) for _, piece in shown) <= 8_000
        assert "".join("".join(piece.split()) for _, piece in shown) == "".join(
            text.split()
        )


@given(st.text(max_size=300))
def test_what_costs_little_is_never_plain(text):
    assert not would_freeze(text) or has_tall_character(text) or ">" * 24 in text
