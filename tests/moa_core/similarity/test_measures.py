import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.similarity.measures import bleu, levenshtein, tfidf
from tests.profiles import examples

DATA = Path(__file__).parents[2] / "data"
ANSWERS = json.loads((DATA / "answers.json").read_text("utf-8"))
FIGURES = json.loads((DATA / "similarity_figures.json").read_text("utf-8"))["rows"]
texts = st.text(st.sampled_from("ab .,\n\u00e9\u4e2d'-&3"), max_size=40) | st.text()


@pytest.mark.parametrize(
    ("candidate", "reference", "max_order", "score"),
    [
        ("the cat sat on the mat", "the cat sat on the mat", 4, 100.0),
        ("one two three", "four five six", 4, 0.0),
        ("", "a text", 4, 0.0),
        ("a text", "", 4, 0.0),
        ("yes", "yes", 4, 100.0),
        ("a b c d", "a b x d", 1, 75.0),
        # 3 of 4 words, 1 of 3 pairs
        ("a b c d", "a b x d", 2, 100 * math.sqrt(3 / 4 * 1 / 3)),
        # all words and pairs, half as long: the penalty for brevity is exp(1 - 2)
        ("a b", "a b c d", 2, 100 * math.exp(-1)),
    ],
)
def test_bleu_by_hand(candidate, reference, max_order, score):
    assert bleu(candidate, reference, max_order) == pytest.approx(score)


def test_tfidf_by_hand():
    everywhere, twice, once = 1.0, math.log(4 / 3) + 1, math.log(4 / 2) + 1
    target = (everywhere**2 + twice**2) ** 0.5
    longer = (everywhere**2 + twice**2 + once**2) ** 0.5
    other = (everywhere**2 + once**2) ** 0.5
    cosines = tfidf("The cat", ["the CAT sleeps!", "the dog"])
    assert cosines == pytest.approx(
        [
            (everywhere**2 + twice**2) / (target * longer),
            everywhere**2 / (target * other),
        ]
    )


@pytest.mark.parametrize(
    ("a", "b", "score"),
    [
        ("kitten", "sitting", 1 - 3 / 7),
        ("", "", 1.0),
        ("", "abc", 0.0),
        ("same", "same", 1.0),
        ("\U0001f600", "a", 0.0),
    ],
)
def test_levenshtein_by_hand(a, b, score):
    assert levenshtein(a, b) == pytest.approx(score)


def test_a_text_without_words_is_like_nothing():
    assert tfidf("?!", ["?!", "a", "words here"]) == [0, 0, 0]
    assert tfidf("words", []) == []


@examples(0.6)
@given(texts, texts)
def test_measures_stay_in_their_ranges(a, b):
    assert 0 <= bleu(a, b) <= 100
    assert 0 <= levenshtein(a, b) <= 1
    assert levenshtein(a, b) == levenshtein(b, a)
    assert all(0 <= cosine <= 1 for cosine in tfidf(a, [b, a]))
    assert tfidf(a, [b]) == pytest.approx(tfidf(b, [a]))


@examples(0.6)
@given(st.text("ab \u4e2d", min_size=1, max_size=40).filter(str.strip))
def test_a_text_is_most_like_itself(text):
    assert bleu(text, text) == pytest.approx(100)
    assert levenshtein(text, text) == 1
    assert tfidf(f"{text} word", [f"{text} word"]) == pytest.approx([1])


def test_bleu_keeps_no_text():
    """Its tokenizers would keep 65,536 texts otherwise."""
    from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a
    from sacrebleu.tokenizers.tokenizer_re import TokenizerRegexp

    bleu("one text", "another text")
    for tokenizer in (Tokenizer13a, TokenizerRegexp):
        assert tokenizer.__call__.cache_info().currsize == 0


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row[0]}-{row[1]}")
def test_measures_agree_with_the_figures_of_other_libraries(row):
    question, answer, lev, bleu3, bleu4, bleu5, cosine = row
    target, answers = ANSWERS[question]["synthesis"], ANSWERS[question]["answers"]
    text = answers[answer]
    assert levenshtein(target, text) == pytest.approx(lev, abs=1e-6)
    for max_order, figure in ((3, bleu3), (4, bleu4), (5, bleu5)):
        assert bleu(text, target, max_order) == pytest.approx(figure, abs=1e-4)
    assert tfidf(target, answers)[answer] == pytest.approx(cosine, abs=1e-6)
