"""A loop is noticed; long texts that only look alike are not."""

import pytest

from moa_core.run.repetition import repeats_itself

SENTENCE = "The sky is blue because air scatters short waves more than long ones. "
WORDS = ("air", "water", "light", "glass", "stone", "cloud", "dust", "heat", "wave")
PROSE = " ".join(
    f"Point {n} differs: {word} matters for the {n * 7 % 13}th reason, as {word[::-1]}."
    for n, word in enumerate(WORDS * 9)
)


def pieces(text):
    return [text[i : i + 4] for i in range(0, len(text), 4)]


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE * 40,
        PROSE + SENTENCE * 40,
        "ha ha " * 700,
        "天空是蓝色的，因为空气散射短波。" * 60,
        "".join(f"{n}. {SENTENCE}\n" for n in range(40)),
        "def f():\n    return 1\n\n" * 100,
        ("A paragraph.\n\n" + SENTENCE * 3 + "\n\n") * 14,
    ],
)
def test_a_loop_of_400_tokens_is_noticed(text):
    assert repeats_itself(pieces(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "word",
        PROSE,
        SENTENCE * 3,
        SENTENCE * 40 + PROSE,
        "".join(f"word{n} " for n in range(2000)),
        "".join(f"| {n} | {n * n} | {n * 3 % 7} |\n" for n in range(300)),
        "".join(f"x[{n}] = {n * 17 % 101}\n" for n in range(300)),
        "\n" * 50,
    ],
)
def test_what_goes_on_is_no_loop(text):
    assert not repeats_itself(pieces(text))
