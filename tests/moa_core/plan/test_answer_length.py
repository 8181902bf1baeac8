import pytest
from hypothesis import given

from moa_core.plan.answer_length import TokenRange, answer_length
from moa_core.tokens import estimate_tokens
from tests.moa_core.generated import texts

PARAGRAPH = "The lighthouse keeper counted the ships that passed before the fog. " * 30


def middle(question, before=""):
    length = answer_length(question, before)
    return (length.low * length.high) ** 0.5


@given(texts, texts)
def test_a_range_has_a_low_and_a_high_end_whatever_is_asked(question, before):
    length = answer_length(question, before)
    assert 0 <= length.low <= length.high


@pytest.mark.parametrize(
    ("shorter", "longer"),
    [
        ("Who wrote Middlemarch?", "Why do readers still love Middlemarch?"),
        ("What is the capital of Peru?", "Tell me about the history of Peru."),
        ("Is a whale a fish?", "Explain how whales came to live in the sea."),
        ("How many moons has Mars?", "What are good ways to watch the moon?"),
        ("Say it in one word: glad or sad?", "Write a short story of a sad king."),
        ("Write an email to my landlord.", "Write a detailed report on rents."),
        ("Classify this tweet: I love it", "Discuss what people tweet."),
        ("hello", "What should I know before I adopt a cat?"),
    ],
)
def test_what_asks_for_less_is_expected_to_get_less(shorter, longer):
    assert middle(shorter) < middle(longer)


def test_a_text_that_comes_with_the_question_makes_for_a_narrower_task():
    assert middle("List the verbs.\n\nThe dog ran off.") < middle("List the verbs.")


def test_a_translation_is_about_as_long_as_its_original():
    length = answer_length(f"Translate this into French.\n\n{PARAGRAPH * 5}")
    assert length.low < estimate_tokens(PARAGRAPH * 5) < length.high


def test_the_original_may_come_first():
    last = answer_length(f"{PARAGRAPH}\n\nTranslate this into French.")
    assert last == answer_length(f"Translate this into French.\n\n{PARAGRAPH.strip()}")


def test_a_follow_up_may_rework_the_answer_before():
    after_a_long_one = answer_length("Rewrite that for children.", PARAGRAPH * 5)
    assert after_a_long_one.high > answer_length("Rewrite that for children.").high
    assert answer_length("Why?", PARAGRAPH * 5) == answer_length("Why?")


def test_a_number_of_words_that_is_asked_for_counts_most():
    assert middle("An essay of 3000 words about rain") > 2000
    assert middle("An essay about rain in 60 words") < 120


def test_a_language_without_cues_gets_a_wide_range():
    german, english = map(answer_length, ("Wozu dient Ruhe?", "and the peace of it?"))
    assert german.high / german.low > english.high / english.low


def test_a_range_is_scaled_capped_and_added_end_by_end():
    assert TokenRange(10, 100).capped(50) == TokenRange(10, 50)
    assert TokenRange(10, 100).capped(5) == TokenRange(5, 5)
    assert TokenRange(10, 100).times(0.5, 2) == TokenRange(5, 200)
    assert TokenRange(1, 2) + TokenRange(3, 4) == TokenRange(4, 6)


@pytest.mark.parametrize(
    "text", ["what is the ", "a ", "\n\n", "1 ", "is ? ", "(((", "who is "]
)
def test_of_a_long_question_the_beginning_tells(text):
    """In the square of its length it would not end in the time a test has."""
    question = (text * 400_000)[:400_000]
    assert answer_length(question) == answer_length(question[:100_000])
