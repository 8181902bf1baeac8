"""What a user typed is exported as it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from moa_core.messages import as_asked
from pages.widgets.conversations.markdown import typed

TYPED = (
    "# no heading\n* no list\n~no~ ~~strike~~ **stars** _x_",
    "    def f():\n\treturn 1\n\n\n    # end",
    "one\ntwo<br>three\n\n\nfour  \nfive",
    "$5 and $10, $x^2$, \\(x\\), 100% `code` ``` fence\n```\nx\n```",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    ":smile: :red[x] :material/home: :streamlit: -> >= --",
    "<b>HTML</b> &amp; &#65; <!-- no comment -->\n</details>",
    "![x](http://e.example/x.png) [a](javascript:x)\n[r]: http://e",
    "> quoted\n1. one\n2) two\n- [ ] task\n---\n===",
    "مرحبا بالعالم\nשלום עולם `code`",
    "w" * 3_000,
    "\\* already escaped \\n",
)
ANY = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80)
LINES = st.lists(ANY | st.sampled_from(TYPED) | st.just(""), max_size=6).map("\n".join)
READERS = [MarkdownIt("commonmark", {"html": html}).enable("table") for html in (0, 1)]


def in_the_export(text, reader):
    """What a reader of the exported file shows of a question."""
    tokens = reader.parse(f"before\n\n{typed(text)}\n\nafter")
    inside = [token for token in tokens if token.level > 0 and token.content]
    shown = [
        token.content
        if token.type == "fence"
        else "".join(child.content for child in token.children)
        for token in inside
        if token.content not in ("before", "after")
    ]
    assert [token.type for token in tokens if token.level == 0].count("inline") == 0
    return "".join(shown).removesuffix("\n")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("text", TYPED)
def test_an_exported_question_reads_as_it_was_typed(text, reader):
    assert in_the_export(text, reader) == text.expandtabs(4)


@given(LINES)
def test_any_exported_question_does(text):
    text = as_asked(text)
    for reader in READERS:
        assert in_the_export(text, reader).rstrip() == text.expandtabs(4).rstrip()


def test_an_ordinary_question_is_exported_without_a_fence():
    assert typed("Why is the sky blue?") == "> Why is the sky blue?"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("  indented", "  indented"),
        ("\n  \n\tindented\nand more \n\n", "\tindented\nand more"),
        (" \n ", ""),
        ("", ""),
    ],
)
def test_blank_lines_around_a_question_go_but_not_its_indent(text, asked):
    assert as_asked(text) == asked
