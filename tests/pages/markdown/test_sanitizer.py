"""What outside texts become before Streamlit sees them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pages.widgets.markdown.sanitizer import PICTURE, plain_label, safe_markdown
from tests.browser.app.crafted import CRAFTED

AIMED = [(crafted.name, crafted.aimed_at("http://127.0.0.1:1")) for crafted in CRAFTED]
READERS = [MarkdownIt("js-default", {"html": html}) for html in (False, True)]

PIECES = (
    *("`", "``", "```\n", "~~~\n", "$", "$$\n", "\n", "\n\n", "\n    ", "\t", "\xa0"),
    *("![a](http://e/x)", "![r]", "[r]: http://e", "![", "](http://e)", "```mermaid\n"),
    *("> ", "- ", "| a | b |\n|--|--|\n", "<a b='", "'>", "<!--", "\\", " ", "x", "*"),
    *(":red[", "]", ":::note\n", "[^1]: ", "[a](<", ")", "www.a.b/"),
    *("[k](javascript:x)", "<file:///x>"),
    *("\ufeff", "\0", "\x0c", "\x1b", "\u200b", "\r", "\x85", "\u2028"),
)
NASTY = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)


def pictures(text):
    """Count the pictures that an ordinary Markdown parser sees, or the browser's."""
    text = text.removeprefix("\ufeff")  # as the browser's does
    return sum(
        child.type == "image"
        for reader in READERS
        for token in reader.parse(text)
        for child in token.children or ()
    )


@pytest.mark.parametrize(("name", "text"), AIMED)
def test_no_beginning_of_a_crafted_text_holds_a_picture_or_a_diagram(name, text):
    for end in range(len(text) + 1):
        safe = safe_markdown(text[:end])
        if safe.plain:  # more marks on a letter than are drawn as Markdown
            continue
        assert pictures(safe.markdown) == 0
        assert "```mermaid" not in safe.markdown.lower()


@given(NASTY)
def test_nothing_assembled_from_nasty_pieces_holds_a_picture(text):
    assert pictures(safe_markdown(text).markdown) == 0


@given(NASTY)
def test_doing_it_twice_changes_nothing_more(text):
    once = safe_markdown(text)
    if not once.plain:
        assert safe_markdown(once.markdown).markdown == once.markdown


@pytest.mark.parametrize(
    "text",
    [
        "Ordinary **text** with `code`, a [link](https://example.com/a?b=c) and 3 < 4.",
        "Costs $5, and $a_1 + b$ is\n\n$$\n\\int_0^1 x[0]\\,dx\n$$",
        "- [ ] open\n- [x] done\n\n1. one\n2. two\n\n> quoted\n\n---\n\n| a |\n|---|",
        "Use `![alt](https://example.com/x.png)` in text and `vec![1, 2]` in Rust.",
        "```js\nif (![1, 2].includes(x)) y[a:b[0]]; // ![no](http://picture)\n```",
        "1. step\n   ```rust\n   let v = vec![1, 2];\n   ```\n2. step",
        "~~~~\n```mermaid\n![x](http://e)\n```\n~~~~",
        "Write to [us](mailto:a@example.com) or [call](tel:+491234), see [it](#it).",
        "See https://a.example/urn:isbn:1 or <https://a.example/urn:isbn:1>.",
        "At 10:30:45 the ratio was 3:4, see std::vector and https://a.example/b:c.",
    ],
)
def test_an_ordinary_text_is_left_as_it_is(text):
    safe = safe_markdown(text)
    assert (safe.markdown, safe.stopped, safe.plain) == (text, (), False)


def test_a_picture_becomes_a_sign_and_a_link_and_is_reported():
    safe = safe_markdown(
        "See ![the chart](https://e.example/c.png), ![](https://e.example)."
    )
    assert safe.markdown == (
        f"See {PICTURE}[the chart](https://e.example/c.png), "
        f"{PICTURE}[image](https://e.example)."
    )
    assert safe.stopped == ("2 remote images",)


def test_a_diagram_is_shown_as_its_source():
    safe = safe_markdown("~~~ MERM&#97;ID\ngraph TD\n~~~")
    assert safe.markdown == "~~~text\ngraph TD\n~~~"
    assert safe.stopped == ("1 Mermaid diagram",)


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "java&Tab;script:alert(1)",
        "data:text/html,x",
        "data\\:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/x",
        "\\\\evil.example\\x",
        "/\\evil.example",
        "blob:1234",
        "ms-msdt:/id",
    ],
)
def test_a_link_that_leaves_the_web_leads_nowhere(target):
    for text in (f"[x]({target})", f"[x](<{target}>)", f"[x][r]\n\n[r]: {target}"):
        safe = safe_markdown(text)
        assert f"#{target}" in safe.markdown
        assert safe.stopped == ("1 unsafe link",)


def test_a_bare_address_with_such_a_scheme_is_text():
    assert safe_markdown("<file:///etc/passwd>").markdown == "&lt;file:///etc/passwd>"


@pytest.mark.parametrize(
    "text",
    [
        "http://a.example/b<file:///x>",
        "http://a.example/b\\<file:///x>",
        "a claim [1]: <file:///x>",
        "x]: <javascript:alert(1)>",
    ],
)
def test_no_address_before_it_makes_a_link_of_it(text):
    assert not re.search("<(?:file|javascript):", safe_markdown(text).markdown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (":red[alarm]", "\\:red[alarm]"),
        (":help[x]", "\\:help[x]"),
        ("a[b:c[0]]", "a[b\\:c[0]]"),
        (":material/delete: gone", ":material\\/delete: gone"),
        ("::::note\nx", "\\::::note\nx"),
        ("> ::video[x]", "> \\:\\:video[x]"),
    ],
)
def test_a_directive_of_streamlit_is_shown_as_written(text, shown):
    assert safe_markdown(text).markdown == shown


def test_a_footnote_is_text_so_that_nothing_hides_in_it():
    safe = safe_markdown("Claim.[^1]\n\n[^1]: Text\n\n    ![x](http://e)")
    assert "\\[^1]: Text" in safe.markdown


@pytest.mark.parametrize(
    "text",
    [
        "a" * 20_001,
        "*a_ " * 4_000,
        "|a|\n|-|\n" + "|b|\n" * 300,
        "|" + "a|" * 900 + "\n|" + "-|" * 900 + "\n" + "b\n" * 100,
        ">" * 100 + "a",
        "".join(" " * 2 * depth + "- a\n" for depth in range(100)),
        "- " * 100,
    ],
)
def test_what_would_freeze_a_browser_is_plain_and_untouched(text):
    safe = safe_markdown(text)
    assert safe.plain
    assert safe.markdown == text


@pytest.mark.timeout(30)  # milliseconds each, unless something here is quadratic
def test_a_hostile_text_costs_little_time_itself():
    for piece in (
        "![",
        "](",
        "`",
        "[a](",
        ":a[",
        "[^",
        "~~~",
        "$",
        "|",
        "<a:",
        "\n",
        "://",
    ):
        text = (piece * 20_000)[:20_000]
        assert safe_markdown(text).markdown, piece


@pytest.mark.parametrize(("name", "text"), AIMED)
def test_a_label_shows_a_crafted_text_letter_by_letter(name, text):
    label = plain_label(text, limit=4_000)
    assert "\n" not in label
    (block,) = [token for token in READERS[1].parse(label) if token.type == "inline"]
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
