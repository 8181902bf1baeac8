"""References are cut to a window, longest first, and it is said; a question never."""

from hypothesis import given
from hypothesis import strategies as st

from moa_core.messages import Message
from moa_core.mixture.agent_prompt import prompt_for
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from moa_core.mixture.fitting import CUT_MARK, fitted_prompt
from moa_core.mixture.prompts import references_in
from moa_core.tokens import estimate_prompt_tokens

CHIEF = AgentSpec(endpoint="lab", model="chief", max_tokens=500)
CONFIG = MoAConfig(layers=(Layer((CHIEF,)),), aggregator=CHIEF)
QUESTION = (Message.from_text("user", "Why is the sky blue?"),)
SENTENCE = "Air scatters short waves more than long ones. "
LONG = "\n\n".join(SENTENCE * 6 for _ in range(30))


def fitted(references, window, messages=QUESTION):
    return fitted_prompt(CHIEF, "aggregator", CONFIG, messages, references, window)


def test_what_fits_is_left_alone():
    whole = prompt_for(CHIEF, "aggregator", CONFIG, QUESTION, ["one", LONG])
    assert fitted(["one", LONG], 100_000) == (whole, 0, ())
    assert fitted(["one", LONG], None) == (whole, 0, ())


def test_the_longest_are_cut_first_and_it_is_said():
    prompt, count, _ = fitted(["short", LONG, LONG + LONG], 2048)
    short, *cut = references_in(prompt)
    assert short == "short"
    assert all(text.endswith(f"ones.\n\n{CUT_MARK}") for text in cut)
    assert abs(len(cut[0]) - len(cut[1])) < 600
    assert count == 2


def test_a_question_that_fills_the_window_is_never_cut():
    question = (Message.from_text("user", LONG * 3),)
    prompt, *_ = fitted([LONG], 2048, question)
    assert prompt[0].text == LONG * 3


long_texts = st.text(st.sampled_from("word. \n天空。"), max_size=3000)


@given(
    st.lists(
        st.text(st.sampled_from("word. \n天空。"), max_size=3000),
        min_size=1,
        max_size=5,
    ),
    st.integers(1200, 4000),
)
def test_a_fitted_prompt_leaves_room_for_the_answer(references, window):
    prompt, cut, _ = fitted(references, window)
    base = estimate_prompt_tokens(
        prompt_for(CHIEF, "aggregator", CONFIG, QUESTION, ["x"])
    )
    least = base + len(references) * 90
    if least < (window - 500) * 0.9:
        assert estimate_prompt_tokens(prompt) <= window - 500
    assert bool(cut) == (prompt != fitted(references, None).messages)
