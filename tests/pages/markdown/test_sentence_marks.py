import re

import pytest
from markdown_it import MarkdownIt

from moa_core.similarity.sentences import sentences
from pages.widgets.markdown.math import normalize_math
from pages.widgets.markdown.piece import draw_text
from pages.widgets.markdown.sanitizer import safe_markdown
from pages.widgets.markdown.sentence_marks import (
    insert_markers,
    marker_position,
    remove_markers,
    show_markers,
)
from tests.browser.app.crafted import CRAFTED

RICH = """\
# A heading about the sky

The sky is blue. It scatters **short waves. Long ones** pass, says *somebody.* So be it!

1. First item. With two sentences.
2. Second item
   goes on here.

- **Bold.** Then [a link. With a stop](https://example.com/a.b) in it.
- `code. Not a sentence.` And prose behind it.

> Quoted words. And more of them.

| Cell | Other |
|---|---|
| One. Two. | Three. |
| Four | Five

```python
print("A sentence. In code.")
```

The formula $a. b$ stays. So does \\(x. y\\) too.

$$
E = mc^2. F = ma.
$$

It costs $5. Or $6. A last one
"""

RENDER = MarkdownIt("commonmark").enable("table")


def marked(text, mark="MARK"):
    """The text as the page draws it, with a mark behind every sentence."""
    places, marks = {}, {}
    for number, span in enumerate(sentences(text)):
        place = marker_position(text, span.start, span.end, span.kind)
        if place is not None:
            places[place], marks[number] = number, mark
    safe = safe_markdown(normalize_math(insert_markers(text, places)))
    return show_markers(safe.markdown, marks)


def unmarked(html):
    return re.sub(" MARK\u2060", "", html)


def test_marks_leave_headings_lists_tables_code_links_and_emphasis_as_they_are():
    before = RENDER.render(safe_markdown(normalize_math(RICH)).markdown)
    after = RENDER.render(marked(RICH))
    assert after.count("MARK") >= 15
    assert unmarked(after) == before


def test_every_sentence_of_prose_gets_its_mark():
    assert marked("One. Two! Three?") == (
        "One. MARK\u2060 Two! MARK\u2060 Three? MARK\u2060"
    )


def test_code_and_formulas_get_none():
    text = "```\nA line. Of code.\n```\n\n$$\nx. y.\n$$\n\nAnd $a. b$"
    drawn = marked(text)
    assert "MARK" not in drawn.split("And")[0]
    assert "$a. b$" in drawn


def test_a_mark_in_a_table_stays_in_the_last_cell():
    drawn = marked("| A | B |\n|---|---|\n| one | two. |\n")
    assert drawn.split("\n")[2] == "| one | two. MARK\u2060 |"


def test_a_text_cannot_bring_marks_of_its_own():
    drawn = marked("Mine\U00100000. Yours\U00100001.")
    assert drawn.count("MARK") == 2
    assert "\ufffd" in drawn


@pytest.mark.parametrize(
    "hostile",
    [
        "Look! [x](http://evil.example/a.png)",
        "Look!\n[x]: http://evil.example/a.png",
        "Stop. ![x](http://evil.example/a.png) Go!",
        "Wow!(http://evil.example)",
        ":red[Stop. Go](javascript:alert(1))",
        "Say. {background='url(http://evil.example)'} it.",
    ],
)
def test_a_mark_opens_nothing_that_the_sanitiser_has_closed(hostile):
    mark = ':small[:color[ A ]{background="rgba(0, 0, 0, 0.5)"}]'
    drawn = marked(hostile, mark)
    assert "![" not in drawn
    assert "}](" not in drawn
    assert "}]{" not in drawn
    assert "(javascript" not in drawn


def test_a_text_that_is_shown_letter_by_letter_has_no_trace_of_them():
    places = insert_markers("One. Two.", {4: 0, 9: 1})
    assert places != "One. Two."
    assert remove_markers(places) == "One. Two."


def test_what_is_done_last_is_told_whether_the_text_is_plain():
    class Place:
        def text(self, shown):
            self.shown = shown

        markdown = text

    place = Place()
    draw_text(place, "*" * 2_000, lambda text, *, plain: f"{plain} {text}"[:6])
    assert place.shown == "True *"


@pytest.mark.parametrize("crafted", CRAFTED, ids=lambda crafted: crafted.name)
def test_a_crafted_text_with_marks_is_what_it_is_without(crafted):
    safe = safe_markdown(normalize_math(crafted.text))
    if not safe.plain:
        assert unmarked(marked(crafted.text)) == safe.markdown
