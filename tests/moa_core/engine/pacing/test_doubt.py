"""How much doubt a second opinion leaves about a first answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.engine.pacing import DEFAULT_THRESHOLD, doubt_about, families_agree
from moa_core.mixture import AgentSpec
from tests.moa_core.timed_runs import call

QUESTION = "Explain why there are tides."
FIRST = "Tides come from the pull of the moon on the water of the oceans."
ALIKE = "The moon's pull on the oceans' water is where tides come from."
OTHER = "Taxes are due in April, unless an extension was granted."


def test_an_opinion_that_is_alike_leaves_no_doubt():
    assert doubt_about(QUESTION, FIRST, FIRST).value == 0.0
    assert doubt_about(QUESTION, FIRST, ALIKE).value < DEFAULT_THRESHOLD


def test_an_opinion_that_is_unlike_leaves_doubt_and_says_how_unlike():
    doubt = doubt_about(QUESTION, FIRST, OTHER)
    assert doubt.value == 1.0
    assert doubt.reasons == ("A second opinion is 0% like it.",)


def test_a_contradiction_is_the_greatest_doubt_however_alike_the_words_are():
    doubt = doubt_about("Is it safe?", "Yes, it is safe.", "No, it is not safe.")
    assert (doubt.value, doubt.reasons) == (1.0, ("A second opinion contradicts it.",))


def test_a_question_with_one_right_answer_is_doubted_more():
    plain = doubt_about(QUESTION, FIRST, ALIKE)
    fact = doubt_about("How many moons cause tides?", FIRST, ALIKE)
    assert fact.value == pytest.approx(plain.value + 0.1)
    assert fact.reasons[-1] == "It asks for a fact."


@given(st.text(), st.text(), st.text())
def test_doubt_is_between_0_and_1_whatever_is_written(question, first, second):
    assert 0.0 <= doubt_about(question, first, second).value <= 1.0


def _said(model, text):
    agent = AgentSpec(endpoint="lab", model=model)
    return call((0, 0), 0.0, 1.0, agent=agent, text=text)


@pytest.mark.parametrize(
    ("models", "agree"),
    [
        (("meta-llama/Llama-3.3-70B", "Qwen/Qwen3-8B"), True),
        (("Qwen/Qwen3-8B", "Qwen/Qwen2.5-7B"), False),
        (("deepseek-r1-distill-llama-70b", "meta-llama/Llama-3.3-70B"), False),
        (("nobody/knows-this", "nobody/knows-that"), True),
        (("here/unheard-of", "there/unheard-of"), False),
    ],
)
def test_only_models_of_different_makers_count_as_two_voices(models, agree):
    calls = [_said(model, FIRST) for model in models]
    assert families_agree(QUESTION, calls, DEFAULT_THRESHOLD) is agree


def test_two_families_agree_beside_one_that_dissents():
    calls = [_said("qwen", FIRST), _said("llama", OTHER), _said("gemma", ALIKE)]
    assert families_agree(QUESTION, calls, DEFAULT_THRESHOLD)
    assert not families_agree(QUESTION, calls[:2], DEFAULT_THRESHOLD)
