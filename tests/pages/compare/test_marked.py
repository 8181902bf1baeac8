"""Marks stand behind sentences, and words that differ are told apart."""

import pytest

from moa_core.similarity import provenance
from moa_core.similarity.sentences import sentences
from pages.widgets.compare.differences import difference_legend
from pages.widgets.compare.sources import mark_position, marked
from pages.widgets.compare.texts import ComparedText

RICH = """\
# A heading about the sky

The sky is blue. It scatters **short waves. Long ones** pass, says *somebody.* So be it!

1. First item. With two sentences.

| Cell | Other |
|---|---|
| One. Two. | Three. |

```python
print("A sentence. In code.")
```

$$
E = mc^2. F = ma.
$$

It costs $5. Or $6. A last one
"""


class Source:
    """What `marked` reads of a compared text."""

    def __init__(self, mark: str) -> None:
        self.mark = mark


def pieces(answer: str, proposal: str) -> list[tuple[str, list[tuple[str, float]]]]:
    compared: list[ComparedText] = [Source("A")]  # type: ignore[list-item]
    return marked(answer, provenance(answer, (proposal,)), compared)


def test_the_pieces_are_the_text():
    assert "".join(text for text, _ in pieces(RICH, "The sky is blue.")) == RICH


def test_a_sentence_is_marked_by_its_source_or_as_the_authors_own():
    found = pieces("The sky is blue. Nobody said this at all!", "The sky is blue.")
    assert found == [
        ("The sky is blue.", [("A", 1.0)]),
        (" Nobody said this at all!", [("", 0.0)]),
        ("", []),
    ]


@pytest.mark.parametrize(
    ("sentence", "before"),
    [("| One. Two. | Three. |", "| One. Two. | Three."), ("So be it!", "So be it!")],
)
def test_a_mark_stands_behind_a_sentence_and_inside_the_last_cell(sentence, before):
    assert mark_of(sentence) == before


@pytest.mark.parametrize("text", ["```\na. b\n```", "$$\nx. y\n$$"])
def test_code_and_formulas_have_none(text):
    for span in sentences(text):
        assert mark_position(text, span.start, span.end, span.kind) is None


def mark_of(sentence: str) -> str:
    [span] = [
        each for each in sentences(RICH) if RICH[each.start : each.end] == sentence
    ]
    end = mark_position(RICH, span.start, span.end, span.kind)
    return RICH[span.start : end]


def test_the_legend_names_the_other_text():
    assert "only in v1" in difference_legend("v1")
