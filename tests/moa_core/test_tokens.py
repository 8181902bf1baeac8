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

SAMPLES = {
    "English": """\
The sky looks blue because molecules of the air scatter short waves of light far more \
strongly than long ones. At sunset the light takes a longer way through the air, so \
most of the blue is lost, and what reaches us is orange and red. Dust and moisture \
change the colours further.""",
    "Markdown": """\
## Three ways to learn faster

1. **Practise recall.** Close the book and write down what you remember.
2. **Space it out.** Review after 1, 3, 7 and 21 days.
3. **Teach it.** Explain the idea to somebody else, for example:
   - a friend,
   - a colleague,
   - or an empty chair.""",
    "Python": '''\
def median(values: list[float]) -> float:
    """The middle of ``values``; raises ValueError when there are none."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else (ordered[half - 1] + ordered[half]) / 2
''',
    "JSON": """\
{"name": "lamp", "price_usd": 24.9, "in_stock": true, "tags": ["home", "light"],
 "size": {"width_mm": 120, "height_mm": 345, "depth_mm": 120}, "rating": null}""",
    "Chinese": """\
天空之所以呈现蓝色,是因为阳光穿过大气层时,空气分子对短波长光的散射远强于对长波长光的散射。日出和日落时,\
光线要走更长的路程,蓝光几乎散尽,天空便染上橙红。""",
    "Japanese": """\
空が青く見えるのは、太陽の光が大気中の分子にぶつかって散乱されるためです。波長の短い青い光は、\
波長の長い赤い光よりもずっと強く散乱されます。""",
    "Korean": """\
하늘이 파랗게 보이는 이유는 햇빛이 대기를 통과할 때 공기 분자에 의해 산란되기 \
때문입니다. 파장이 짧은 푸른빛은 붉은빛보다 훨씬 강하게 산란됩니다.""",
    "Russian": """\
Небо кажется голубым потому, что солнечный свет рассеивается на молекулах воздуха. \
Короткие волны синего цвета рассеиваются гораздо сильнее, чем длинные волны \
красного.""",
    "Arabic": """\
تبدو السماء زرقاء لأن ضوء الشمس يتشتت عند مروره عبر الغلاف الجوي. فالموجات القصيرة \
الزرقاء تتشتت بقوة أكبر بكثير من الموجات الطويلة الحمراء.""",
    "French": """\
Le ciel paraît bleu parce que la lumière du Soleil est diffusée par les molécules de \
l'atmosphère. Les courtes longueurs d'onde sont diffusées beaucoup plus \
fortement.""",
    "emoji": """\
Great job! 🎉🎉 All 3 tasks are done ✅✅✅ and the team loves it ❤️. Next: 🚀 📈""",
}

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
