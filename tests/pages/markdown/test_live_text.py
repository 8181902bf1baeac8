"""How a growing text is cut, drawn and redrawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from pages.widgets.markdown.live_text import LiveText, cuts
from tests.browser.app.heavy import ORDINARY
from tests.pages.markdown.boxes import Box, chunked, drawn_live

PIECES = (
    *("word ", "\n", "\n\n", "  ", "    code\n", "# title\n", "- item\n", "1. item\n"),
    *(
        "```py\n",
        "```\n",
        "~~~\n",
        "$$\n",
        "| a | b |\n|---|---|\n",
        "<pre>\n",
        "</pre>\n",
    ),
    *("<!-- ", "-->\n", "[a][b] ", "[b]: /u\n", "> quote\n", "---\n", "long " * 20),
)
TEXT = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def all_cuts(text):
    """Cut a whole text as a page would that sees one more character at a time."""
    found = [0]
    for end in range(len(text) + 1):
        if cut := last_cut(text[found[-1] : end]):
            found.append(found[-1] + cut)
    return found


def last_cut(text):
    return max(cuts(text), default=0)


@given(TEXT, st.lists(st.integers(1, 30), max_size=40))
def test_the_pieces_are_the_text_however_it_arrives(text, sizes):
    shown = "".join(piece for _, piece in drawn_live(text, sizes).now())
    shown = shown.replace("\\$", "$")  # where no formula can be
    assert "".join(shown.split()) == "".join(text.split())


@given(TEXT)
def test_a_cut_never_moves_when_more_text_comes(text):
    for cut in all_cuts(text):
        assert cut == 0 or text[:cut].endswith("\n")
        assert cut <= last_cut(text)
    assert all_cuts(text)[-1] == last_cut(text)


@given(TEXT, st.lists(st.integers(1, 30), max_size=40))
def test_a_finished_block_is_drawn_once_more_than_it_was_a_tail(text, sizes):
    box = Box()
    live = LiveText(box)
    parts, frozen = [], {}
    for chunk in chunked(text, sizes):
        parts.append(chunk)
        live.update(parts)
        for index, place in enumerate(box.places[:-1]):
            assert frozen.setdefault(index, place.shown[-1]) == place.shown[-1]


@pytest.mark.parametrize(
    ("text", "frozen"),
    [
        ("First.\n\nSecond paragraph", "First.\n\n"),
        ("First.\n\nSecond", ""),  # too short yet to say what it is
        ("First.\n\nSecond\n", "First.\n\n"),
        ("```\na\n\nb = 1 + 2 + 3 + 4\n\nc = 2 + 3 + 4 + 5", ""),
        ("- a\n\n- b and something more", ""),
        ("- a\n\nThen a paragraph follows", "- a\n\n"),
        ("1. a\n\n   still in the item of it", ""),
        (
            "| a |\n|---|\n| b |\n\nAfter the table it goes on",
            "| a |\n|---|\n| b |\n\n",
        ),
        ("$$\nx\n\ny = 1 + 2 + 3 + 4 + 5 + 6", ""),
        ("<pre>\n\nstill raw, whatever comes", ""),
        ("<!-- a\n\nstill a comment, as it is", ""),
        ("See [a][b].\n\nMore text follows here", ""),
        ("a[0][1] is it.\n\nMore text follows here", "a[0][1] is it.\n\n"),
        ("```py\nx\n```\n\nAfter the code it goes on", "```py\nx\n```\n\n"),
        ("````\n```\n\nstill in the longer fence", ""),
    ],
)
def test_blocks_are_cut_where_they_end(text, frozen):
    assert text[: last_cut(text)] == frozen


def test_a_long_list_is_cut_all_the_same():
    text = "- an item of a very long list\n\n" * 1_000
    assert len(text) - last_cut(text) < 6_100
    assert all(len(piece) < 20_000 for _, piece in drawn_live(text).now())


@pytest.mark.parametrize(
    "text",
    [
        ORDINARY,
        "~5 -> **「重要」**です >= 1\n\n:smile: $5 to $10\n\n| a |\n|:-:|\n| b<br>c |",
        "so\n\n$$\n\\rule{99em}{1em}\n$$\n\n\\[ x = 1 \\]\n\n- a<br>b\n\nend of it",
    ],
)
def test_what_arrives_letter_by_letter_ends_as_what_came_whole(text):
    assert drawn_live(text, [1] * len(text)).now() == drawn_live(text).now()


def test_nothing_new_draws_nothing():
    box = Box()
    live = LiveText(box)
    parts = ["One paragraph.\n\nAnd ", "another one that is long"]
    for _ in range(3):
        live.update(parts)
    assert [len(place.shown) for place in box.places] == [1, 1]


def test_a_tail_that_turns_heavy_is_plain_from_there_on():
    heavy = "*a_ " * 4_000
    box = drawn_live(f"A paragraph first.\n\n{heavy}\n\nAnd **more** after it.\n")
    kinds = [kind for kind, _ in box.now()]
    assert kinds[0] == "markdown"
    assert set(kinds[1:]) == {"text"}
    assert box.captions == ["Shown as plain text: as Markdown it would be too heavy."]


def test_what_was_stopped_is_said_once_at_the_end():
    box = drawn_live(
        "![a](http://e)\n\nA paragraph.\n\n[k](javascript:x)", [5, 9, 4, 7]
    )
    assert box.captions == ["Stopped in this text: 1 remote image, 1 unsafe link."]


def test_an_open_picture_never_stands_in_a_tail():
    text = "Look: ![chart](http://e.example/x?secret) and so on, until it ends."
    box = drawn_live(text, [1] * len(text))
    for place in box.places:
        assert all("![" not in piece.replace("!\\[", "") for _, piece in place.shown)


def page_that_draws():
    import streamlit as st

    from pages.widgets.markdown.live_text import LiveText

    live = LiveText(st.container())
    parts = []
    for part in [
        "# Title\n\nFirst ",
        "paragraph of it.\n\n",
        "![x](http://e) last one",
    ]:
        parts.append(part)
        live.update(parts)
    live.update(parts, done=True)


def test_a_real_page_shows_blocks_and_what_was_stopped():
    page = AppTest.from_function(page_that_draws).run()
    assert not page.exception
    assert [element.value for element in page.markdown] == [
        "# Title",
        "First paragraph of it.",
        ":material/image: [x](http://e) last one",
    ]
    assert [element.value for element in page.caption] == [
        "Stopped in this text: 1 remote image."
    ]


def page_with_a_table():
    import streamlit as st

    from pages.widgets.markdown.live_text import LiveText

    live = LiveText(st.container())
    parts = []
    for part in [
        "Costs $5 ",
        "to $10:\n\n| a | b |\n|--",
        "-|---|\n| 1 | 2 |\n\nThat was all of it.",
    ]:
        parts.append(part)
        live.update(parts)
    live.update(parts, done=True)


def test_a_table_and_what_stands_around_it_are_there_once():
    page = AppTest.from_function(page_with_a_table).run()
    assert [element.value for element in page.markdown] == [
        r"Costs \$5 to \$10:",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "That was all of it.",
    ]
