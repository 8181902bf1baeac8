import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.similarity.provenance import SUPPORT_THRESHOLD, provenance
from tests.profiles import examples

ANSWERS = json.loads(
    (Path(__file__).parents[2] / "data" / "answers.json").read_text("utf-8")
)
RIVERS = (
    "Rivers carry sediment towards the sea. The Danube crosses ten countries. "
    "Deltas grow where the current slows down."
)
BREAD = (
    "Bread needs flour, water and salt. Knead the dough for ten minutes. "
    "Let it rest overnight in the refrigerator."
)
phrases = st.sampled_from(
    [
        RIVERS,
        BREAD,
        "Short.",
        "河流把泥沙带到海里。",
        "",
        "# Title\n\n- item\n",
        "| a | b |",
    ]
)
texts = st.lists(phrases, max_size=4).map("\n\n".join) | st.text(max_size=60)


def test_each_sentence_is_traced_to_the_proposal_that_says_it():
    told = provenance(
        "The Danube crosses ten countries. Knead your dough for about ten minutes. "
        "Penguins admire abstract sculpture.",
        [RIVERS, BREAD],
    )
    danube, dough, penguins = told.sentences
    assert danube.supporters == (0,)
    assert danube.verbatim == (0,)
    assert danube.support[0] == 1
    assert dough.supporters == (1,)
    assert dough.verbatim == ()
    assert SUPPORT_THRESHOLD <= dough.support[1] < 1
    assert penguins.unsupported
    assert penguins.supporters == ()


def test_the_passage_that_supports_it_can_be_shown():
    [source] = provenance(
        "The Danube crosses ten countries.", [BREAD, RIVERS]
    ).sentences
    _, passage = source.passages
    assert passage
    assert passage.of(RIVERS) == "The Danube crosses ten countries."


def test_a_sentence_made_of_two_neighbours_is_supported_by_both_together():
    [source] = provenance(
        "Bread needs flour, water and salt, and knead the dough for ten minutes.",
        [BREAD],
    ).sentences
    assert source.passages[0]
    assert source.passages[0].of(BREAD) == BREAD.split(" Let")[0]
    assert source.support[0] > 0.35


def test_markdown_marks_do_not_hide_a_quotation():
    [source] = provenance(
        "- **Deltas** grow where the *current* slows down", [RIVERS]
    ).sentences
    assert source.verbatim == (0,)
    assert source.text == "**Deltas** grow where the *current* slows down"


def test_a_short_sentence_is_a_quotation_only_where_it_stands_alone():
    text = "Yes."
    alone, within = (
        provenance(text, ["Yes. It is so.", "Yes and no are words."])
        .sentences[0]
        .support
    )
    assert alone == 1
    assert within < SUPPORT_THRESHOLD


def test_words_without_spaces_are_compared_too():
    [source] = provenance(
        "河流把大量泥沙带到海里。", ["河流把泥沙带到海里。", "面包需要面粉和水。"]
    ).sentences
    assert source.supporters == (0,)
    assert source.support[0] > 0.35


def test_shares_go_by_characters_and_are_divided_by_support():
    sentence = "The Danube crosses ten countries."
    told = provenance(sentence, [RIVERS, RIVERS, BREAD])
    assert told.shares == pytest.approx((0.5, 0.5, 0))
    assert told.unsupported_share == 0
    longer = provenance(f"{sentence} Penguins admire abstract sculpture!", [RIVERS])
    assert longer.unsupported_share == pytest.approx(35 / (33 + 35))


def test_nothing_is_compared_with_nothing():
    assert provenance("", [RIVERS]).shares == (0,)
    assert provenance("", [RIVERS]).unsupported_share == 0
    assert provenance("Hello there.", []).unsupported_share == 1
    alone = provenance("Hello there.", ["", "?!"])
    assert alone.sentences[0].support == (0, 0)
    assert alone.sentences[0].passages == (None, None)
    assert alone.unsupported_share == 1


@given(texts, st.lists(texts, max_size=4))
def test_what_is_told_holds_together(synthesis, proposals):
    told = provenance(synthesis, proposals)
    assert told == provenance(synthesis, proposals)
    assert len(told.shares) == len(proposals)
    whole = sum(told.shares) + told.unsupported_share
    assert whole == pytest.approx(1 if told.sentences else 0)
    for source in told.sentences:
        assert source.text == synthesis[source.start : source.end]
        assert len(source.support) == len(source.passages) == len(proposals)
        assert all(0 <= support <= 1 for support in source.support)
        assert list(source.supporters) == sorted(
            source.supporters, key=lambda i: -source.support[i]
        )
        assert set(source.verbatim) <= set(source.supporters)
        assert source.unsupported == (
            max(source.support, default=0) < SUPPORT_THRESHOLD
        )


@examples(0.6)
@given(texts.filter(str.strip))
def test_a_copy_is_supported_in_every_sentence(text):
    told = provenance(text, [text])
    assert all(source.verbatim for source in told.sentences if source.kind != "code")


@pytest.mark.slow
def test_huge_texts_take_seconds_not_hours():
    words = [f"word{number % 5000}" for number in range(100_000)]
    text = " ".join(words)
    told = provenance(f"{text}.", [text.replace("7", "7."), RIVERS * 2000])
    assert told.sentences


def test_proposals_are_told_from_those_of_another_question():
    """Figures of 535 recorded questions are in ADR 8."""
    own, foreign = [], []
    for one, other in itertools.product(ANSWERS, repeat=2):
        told = provenance(one["synthesis"], other["answers"])
        supported = own if one is other else foreign
        supported += [not source.unsupported for source in told.sentences]
    assert all(own)
    assert foreign.count(True) / len(foreign) < 0.04
