import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.messages import Message
from moa_core.tokens import (
    MESSAGE_OVERHEAD_TOKENS,
    estimate_prompt_tokens,
    estimate_tokens,
)
from tests.moa_core.generated import texts
from tests.support.language_samples import SAMPLES

O200K_TOKENS = {
    "English": 58,
    "Markdown": 82,
    "Python": 87,
    "JSON": 60,
    "Chinese": 74,
    "Japanese": 61,
    "Korean": 58,
    "Russian": 44,
    "Arabic": 49,
    "French": 38,
    "emoji": 29,
}
"""Counted by OpenAI's tiktoken with its o200k vocabulary."""


@pytest.mark.parametrize("kind", SAMPLES)
def test_an_estimate_is_near_the_true_count(kind):
    ratio = estimate_tokens(SAMPLES[kind]) / O200K_TOKENS[kind]
    assert 0.8 <= ratio <= 1.3


def test_errors_of_different_texts_cancel_out():
    estimated = sum(map(estimate_tokens, SAMPLES.values()))
    assert 0.9 <= estimated / sum(O200K_TOKENS.values()) <= 1.1


def test_nothing_is_no_token_and_anything_else_is_some():
    assert estimate_tokens("") == 0
    assert [estimate_tokens(text) for text in (" ", "\n", "a", "\t\t", "é")] == [
        1,
        1,
        1,
        1,
        2,
    ]


@given(texts, texts)
def test_a_longer_text_never_counts_less_than_its_beginning(beginning, rest):
    assert estimate_tokens(beginning + rest) >= estimate_tokens(beginning)


@given(texts)
def test_a_character_costs_three_tokens_at_most(text):
    assert estimate_tokens(text) <= 3 * len(text)


def test_a_word_without_end_is_many_tokens():
    assert estimate_tokens("a" * 10_000) > 100
    assert estimate_tokens("7" * 9_000) == 3_000


@given(st.lists(st.builds(Message.from_text, st.just("user"), texts), max_size=5))
def test_a_prompt_is_its_messages_and_what_the_format_adds(messages):
    alone = sum(estimate_tokens(message.text) for message in messages)
    added = MESSAGE_OVERHEAD_TOKENS * len(messages)
    assert estimate_prompt_tokens(messages) == alone + added


@pytest.mark.parametrize(
    "text", ["word ", "aB", "字", "=", "\n", "7", "é", "\U0001f680"]
)
def test_a_text_is_estimated_in_one_pass(text):
    """In the square of its length it would not end in the time a test has."""
    long = (text * 400_000)[:400_000]
    a_quarter = estimate_tokens(long[:100_000])
    assert estimate_tokens(long) == pytest.approx(4 * a_quarter, abs=4)
