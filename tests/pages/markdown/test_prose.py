"""What models wrote reads as they wrote it, where Streamlit would change it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pages.widgets.markdown.piece import prepare
from pages.widgets.markdown.prose import EMPTY_SPAN, keep_as_written, show_empty_spans

JOINER = "\u2060"
PIECES = (
    *("~", "~~", "**", "*", "->", "--", ">=", "<->", "~=", ":smile:", ":", "<br>"),
    *(
        "「",
        "」",
        "重",
        "です",
        "(",
        ")",
        "a",
        "b ",
        " ",
        "\n",
        "\n\n",
        "| ",
        "- ",
        "> ",
    ),
    *("`", "```\n", "    ", "# ", "$x~y$", "http://a/~b", "[c](http://a/~b)", "\\"),
)
TEXT = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("between ~5 and ~10", r"between \~5 and \~10"),
        ("H~2~O is ~~not~~ water", r"H\~2\~O is ~~not~~ water"),
        ("a -> b", f"a -{EMPTY_SPAN}> b"),
        ("a <-> b", f"a <{EMPTY_SPAN}-{EMPTY_SPAN}> b"),
        ("**x** -- y", f"**x** -{EMPTY_SPAN}- y"),
        ("x >= 1 and x <= 2", f"x >{EMPTY_SPAN}= 1 and x <{EMPTY_SPAN}= 2"),
        ("x ~= 1", f"x \\~{EMPTY_SPAN}= 1"),
        (">= 5 GB", f"\\>{EMPTY_SPAN}= 5 GB"),
        ("- >= 5 GB", f"- \\>{EMPTY_SPAN}= 5 GB"),
        (
            ":smile: :+1: :100:",
            f"\\:{EMPTY_SPAN}smile: \\:{EMPTY_SPAN}+1: \\:{EMPTY_SPAN}100:",
        ),
        (r"\:smile:", f"\\:{EMPTY_SPAN}smile:"),
        ("&#58;smile:", f"\\:{EMPTY_SPAN}smile:"),
    ],
)
def test_what_streamlit_would_change_is_kept_apart(written, kept):
    assert keep_as_written(written) == kept


@pytest.mark.parametrize(
    "text",
    [
        "Ordinary **text**, *too*; 10:30:45 and std::vector, e.g. a-b or x->y.",
        "`a -> b ~c~ :smile: <br>`",
        "```\na -> b ~c~ :smile: <br>\n```",
        "Text:\n\n    a -> b ~c~ :smile: <br>",
        "$a~b$ and $$x ~ y$$",
        "https://a.example/~me and [it](https://a.example/~me) and <http://a.b/~c>",
        "Title\n--\n\n---\n\n***",
        "| a | b | c | d |\n|:-:|:--|--:|--|\n| 1 | 2 | 3 | 4 |",
        "<div title='a -> b'>\nx -> y ~z~ <br>\n</div>",
        "x**(n)**y and 2*(3)*4",
        "**重要**、**「重要」**、と「**重要**」 と",
    ],
)
def test_code_links_formulas_tables_and_plain_marks_stay(text):
    assert keep_as_written(text) == text


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("**「重要」**です", ["「重要」"]),
        ("これは**「重要」**です。**（注）**は", ["「重要」", "（注）"]),
        ("**한국어(Korean)**은 좋다", ["한국어(Korean)"]),
        ("请看**“引号”**里的**API (v2)**接口", ["“引号”", "API (v2)"]),
        ("ก**(ข)**ค", ["(ข)"]),
        ("**Note:**text and **API (v2)**s", ["Note:", "API (v2)"]),
        ("「**重要**」です", ["重要"]),
    ],
)
def test_bold_text_may_end_in_punctuation_beside_a_letter(text, bold):
    assert texts_inside(keep_as_written(text), "strong") == bold


def test_other_marks_beside_cjk_punctuation_too():
    assert texts_inside(keep_as_written("は*「い」*です"), "em") == ["「い」"]
    assert texts_inside(keep_as_written("は~~「い」~~です"), "s") == ["「い」"]


def texts_inside(markdown, tag):
    """The texts that an ordinary parser of Markdown puts into ``tag``."""
    found, inside = [], False
    for token in READER.parseInline(markdown)[0].children:
        if token.type == f"{tag}_open":
            found.append("")
        inside = token.type == f"{tag}_open" or (
            inside and token.type != f"{tag}_close"
        )
        if inside:
            found[-1] += token.content.replace(JOINER, "")
    return found


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("| a |\n|---|\n| x<br>y<BR />z |", "| a |\n|---|\n| x&#10;y&#10;z |"),
        ("one</br>two", f"one\\\n{EMPTY_SPAN}two"),
        ('one<br clear="all">two', f"one\\\n{EMPTY_SPAN}two"),
        ("one<br>two", f"one\\\n{EMPTY_SPAN}two"),
        ("one<br>- two", f"one\\\n{EMPTY_SPAN}- two"),
        ("one<br/>\ntwo", "one  \ntwo"),
        ("one\n\n<br>\n\ntwo", "one\n\n\n\ntwo"),
        ("# one<br>two", "# one two"),
    ],
)
def test_an_html_line_break_breaks_the_line(written, kept):
    assert keep_as_written(written) == kept


def test_an_icon_of_streamlit_is_no_icon_in_code_either():
    for text in ("`:material/home:`", "```\n:material/home:\n```", ":material/home:"):
        assert ":material/" not in keep_as_written(text)


@given(TEXT)
def test_nothing_but_escapes_breaks_and_invisible_characters_is_ever_added(text):
    def read(markdown):
        for added in (EMPTY_SPAN, JOINER, "\\", "&#10;", "<br>", "\n", " "):
            markdown = markdown.replace(added, "")
        return markdown

    assert read(keep_as_written(text)) == read(text)


@given(TEXT)
def test_a_text_cannot_bring_an_empty_span_of_its_own(text):
    drawn = show_empty_spans(prepare(f"{text}{EMPTY_SPAN}").markdown)
    assert drawn == show_empty_spans(
        prepare(f"{text}\N{REPLACEMENT CHARACTER}").markdown
    )


@pytest.mark.timeout(30)  # milliseconds each, unless something here is quadratic
@pytest.mark.parametrize(
    "piece",
    [
        "`",
        "~",
        "**",
        "「**",
        " -> ",
        ":a:",
        "<br>",
        "$$\n",
        "$a$",
        "\\(",
        "| - ",
        "|\t",
    ],
)
def test_a_hostile_text_costs_little_time_itself(piece):
    for end in ("", "$", "|", "~->"):
        assert prepare((piece * 19_000)[:19_000] + end).markdown
