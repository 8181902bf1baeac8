"""An answer is told without what a model puts around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.providers.answers.wrappers import AnswerText
from tests.moa_core.providers.answers.reading import chunk, read
from tests.profiles import examples

STOP = chunk(None, "stop")
REASONED = {
    "<think>Hm.</think>\n<answer>\nBlue.\n</answer>": "Blue.",
    "<think>Hm.</think><answer>Blue.</answer><|im_end|>": "Blue.",
    "<|begin_of_thought|>Hm.<|end_of_thought|>\n\n<|begin_of_solution|>Blue."
    "<|end_of_solution|>": "Blue.",
    "<|START_THINKING|>Hm.<|END_THINKING|><|START_RESPONSE|>Blue.<|END_RESPONSE|>": (
        "Blue."
    ),
    "<think>Hm.</think><|begin_of_box|>Blue.<|end_of_box|>": "Blue.",
    "<think>Hm.</think>[BEGIN FINAL RESPONSE]\nBlue.\n[END FINAL RESPONSE]": "Blue.",
    "<think>Hm.</think><answer>Blue": "Blue",
    "<think>Hm.</think><b>Blue.</b>": "<b>Blue.</b>",
    "<longcat_think>Hm.</longcat_think>\nBlue.": "Blue.",
    '<think type="deep">Hm.</think>Blue.': "Blue.",
    "<inner:thoughts>Hm.</inner:thoughts>Blue.": "Blue.",
    '<details type="reasoning" done="true">\n<summary>Thought</summary>\n> Hm.\n'
    "</details>\nBlue.": "Blue.",
}
PLAIN = {
    "Blue.<|im_end|>": "Blue.",
    "Blue.<|eot_id|>\n": "Blue.",
    "Blue.</s>": "Blue.",
    "Blue.<end_of_turn>": "Blue.",
    "Blue.<｜end▁of▁sentence｜>": "Blue.",
    "Blue.</s><|endoftext|>": "Blue.",
    "It is <s>red</s>": "It is <s>red</s>",
    "It ends with `<|im_end|>`": "It ends with `<|im_end|>`",
    "```\nx<|im_end|>\n```": "```\nx<|im_end|>\n```",
    "<answer>Blue.</answer>": "<answer>Blue.</answer>",
    "a < b and <b>c</b>": "a < b and <b>c</b>",
    "[A]": "[A]",
    "1 <": "1 <",
    "<div>": "<div>",
    "<thinker>x</thinker>": "<thinker>x</thinker>",
}


@pytest.mark.parametrize("text", [*REASONED, *PLAIN])
@pytest.mark.parametrize("size", [1, 3, 200])
def test_a_wrapper_is_no_part_of_the_answer(text, size):
    pieces = (text[at : at + size] for at in range(0, len(text), size))
    told = read(*map(chunk, pieces), STOP)
    assert told.text.strip() == (REASONED | PLAIN)[text]
    assert told.error is None
    assert bool(told.reasoning) == (text in REASONED)


def test_tokens_alone_are_no_answer():
    assert read(chunk("<|im_end|>"), STOP).error is not None


TAGS = ["<s>", "</s>", "<|im_end|>", "<answer>", "</answer>", "[A]"]
PARTS = [*TAGS, "a", "\n", "<", ">", "|", "<b", "x=", "`"]


@examples(2)
@given(st.lists(st.sampled_from(PARTS), max_size=8), st.booleans())
def test_the_cuts_do_not_matter(parts, reasoned):
    text = "".join(parts)
    whole, cut = AnswerText(), AnswerText()
    said = whole.add(text, reasoned=reasoned) + whole.end()
    told = [cut.add(character, reasoned=reasoned) for character in text]
    assert "".join(told) + cut.end() == said
