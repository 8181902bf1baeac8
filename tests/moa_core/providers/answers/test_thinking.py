"""What of a text is reasoning, and what is about reasoning."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.providers.answers.thinking import ThinkingSplitter
from tests.moa_core.providers.answers.reading import DONE, chunk, read, texts

STOP = chunk(None, "stop")
HARMONY = (
    "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant"
    "<|channel|>final<|message|>Blue.<|return|>"
)
THOUGHTS = {
    "<think>one</think>\n\nthree": ("one", "three"),
    "\n <think>one</think>three": ("one", "three"),
    "\ufeff<think>one</think>three": ("one", "three"),
    "<think></think>three": ("", "three"),
    "<think>\n\n</think>\n\nthree": ("\n\n", "three"),
    "<think>never closed": ("never closed", ""),
    "<think>a</thin</think>b": ("a</thin", "b"),
    "<think>a</think><think>b</think>c": ("a\n\nb", "c"),
    "<think>a</think>\nOne. <think>b</think>Two.": ("a\n\nb", "One. Two."),
    "<think>a</think>One.\n\n<think>\nb\n</think>\n\nTwo.": (
        "a\n\n\nb\n",
        "One.\n\nTwo.",
    ),
    "<think>Use `</think>` here.</think>ok": ("Use `</think>` here.", "ok"),
    "<think>```\nx\n```</think>ok": ("```\nx\n```", "ok"),
    "<thinking>a</thinking>b": ("a", "b"),
    "<THINK>a</Think>b": ("a", "b"),
    "<thought>a</thought>\nb": ("a", "b"),
    "<reasoning>a</reasoning>\nb": ("a", "b"),
    "<seed:think>a</seed:think>b": ("a", "b"),
    "[THINK]a[/THINK]b": ("a", "b"),
    "◁think▷a◁/think▷b": ("a", "b"),
    "<|begin_of_thought|>a<|end_of_thought|>b": ("a", "b"),
    "Hm. Why?\n</think>\n\nBlue.": ("Hm. Why?\n", "Blue."),
    "Hm.</think>Blue.": ("Hm.", "Blue."),
    "I know</think>**Blue.**": ("I know", "**Blue.**"),
    "Hm. </think> Blue.": ("Hm. ", "Blue."),
    "Hm.\n</thinking>\nBlue.": ("Hm.\n", "Blue."),
    "Hm.\n[/THINK]Blue.": ("Hm.\n", "Blue."),
    "Hm.</think>": ("Hm.", ""),
    "</think>\n\nBlue.": ("", "Blue."),
    "<think>a</think>Blue.</think>": ("a", "Blue."),
    HARMONY: ("Hm.", "Blue."),
    "<|start|>assistant" + HARMONY: ("Hm.", "Blue."),
    HARMONY.removeprefix("<|channel|>analysis<|message|>"): ("Hm.", "Blue."),
    HARMONY.removesuffix("<|return|>"): ("Hm.", "Blue."),
    "<|channel|>final<|message|>a <b> <|x|> c": ("", "a <b> <|x|> c"),
    "<|channel|>commentary to=functions.f<|message|>{}<|call|>": ("{}", ""),
    "analysis<|message|>Hm.<|end|><|start|>assistant final<|message|>Blue.": (
        "Hm.",
        "Blue.",
    ),
    "<|think|>a<|/think|>b": ("a", "b"),
    "<scratchpad>a</scratchpad>b": ("a", "b"),
    "analysisHm.assistantfinalBlue.": ("Hm.", "Blue."),
}
PLAIN = [
    "plain",
    "",
    "\n\nleading",
    "a <think>b</think> c",
    "Sure.\n<think>b</think>\nc",
    "<thing>x</thing>",
    "<thi",
    "[THIN",
    "[x] and a[i] < b",
    "<div>1 < 2</div>",
    "Use the </think> tag to close.",
    "The tag is `</think>`.\n\nIt closes.",
    "It is written `<think>`, then </think>.",
    "```html\n<think>\nx\n</think>\n```\n\nSo it is.",
    "~~~\n</think>\n~~~\nend",
    'It ends with "</think>" or (</think>).',
    "Models write </think>, then the answer.",
    "**</think>** closes.",
    "<b></think></b>",
    "- <think>: opens\n- </think>: closes",
    "`x`\n\n    </think> is code",
    "```\n<|channel|>final<|message|>x\n```\n",
    "analysis of data",
    "Analysis",
    "analysis",
    "İ<THINK> x",
    "İ</think x",
]
TEXTS = {**THOUGHTS, **{text: ("", text) for text in PLAIN}}


def split(pieces, *, thinks=False):
    splitter = ThinkingSplitter()
    splitter.thinks = thinks
    items = [item for piece in pieces for item in splitter.split(piece)]
    text, reasoning = texts(items + splitter.end())
    return reasoning, text


@pytest.mark.parametrize("text", TEXTS)
def test_reasoning_is_told_from_what_is_about_it(text):
    assert split([text]) == TEXTS[text]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_may_arrive_in_single_characters(text):
    assert split(text) == TEXTS[text]


@given(st.sampled_from(sorted(TEXTS)), st.lists(st.integers(0, 80)))
def test_the_cuts_of_the_network_do_not_matter(text, cuts):
    borders = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    pieces = [text[a:b] for a, b in itertools.pairwise(borders)]
    assert split(pieces) == split([text])


WORDS = """<think> </think> </thinking> [/THINK] ` ``` . a B < ◁ analysis
    assistantfinal <|channel|> final <|message|> <|end|>"""
PARTS = st.sampled_from([*WORDS.split(), " ", "\n"])


@given(st.lists(PARTS), st.lists(st.integers(0, 80)), st.booleans())
def test_no_text_depends_on_its_cuts(parts, cuts, thinks):
    text = "".join(parts)
    borders = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    pieces = [text[a:b] for a, b in itertools.pairwise(borders)]
    assert split(pieces, thinks=thinks) == split([text], thinks=thinks)


@pytest.mark.parametrize("text", PLAIN)
def test_a_model_that_reasoned_may_write_about_it(text):
    told = split(["<think>hm</think>", text])
    if "<think>b</think>" not in text:  # it may think again
        assert told == ("hm", text.lstrip())


def test_a_text_that_is_full_of_tags_costs_no_more_than_its_length():
    splitter = ThinkingSplitter()
    pieces = ["x <think> </think> `"] * 20_000
    items = [item for piece in pieces for item in splitter.split(piece)]
    assert texts(items + splitter.end()) == ("".join(pieces), "")


FIELDS = {
    "reasoning_content": "Hm. ",
    "reasoning": "Hm. ",
    "thinking": {"content": "Hm. "},
    "reasoning_text": "Hm. ",
    "thought": ["Hm. "],
    "thinking_blocks": [{"type": "thinking", "thinking": "Hm. ", "signature": "x"}],
    "reasoning_details": [
        {"type": "reasoning.text", "text": "Hm. "},
        {"type": "reasoning.encrypted", "data": "x"},
    ],
    "content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm. "}]}],
}


@pytest.mark.parametrize("name", FIELDS)
def test_reasoning_comes_under_many_names(name):
    told = read(*[chunk({name: FIELDS[name]})] * 2, chunk("\n\nBlue."), STOP)
    assert (told.reasoning, told.text) == ("Hm. Hm. ", "Blue.")


def test_thoughts_that_gemini_marks_are_reasoning():
    marked = {"extra_content": {"google": {"thought": True}}}
    thought = chunk({"role": "assistant", "content": "<thought>Hm.", **marked})
    signed = {"extra_content": {"google": {"thought_signature": "x"}}}
    for answer in ("Blue.", "</thought>Blue."):
        told = read(thought, chunk({"content": answer, **signed}), STOP)
        assert (told.reasoning, told.text) == ("Hm.", "Blue.")


@pytest.mark.parametrize("kind", ["reasoning", "thinking", "thought", "reasoning.text"])
def test_parts_of_reasoning_are_told_by_their_type(kind):
    parts = [{"type": kind, "text": "Hm."}, {"type": "text", "text": "Blue."}]
    assert read(chunk({"content": parts}), STOP).reasoning == "Hm."
    assert read(chunk({"content": parts}), STOP).text == "Blue."


def test_the_same_reasoning_in_two_places_is_told_once():
    twice = chunk({"reasoning": "Hm.", "reasoning_content": "Hm."})
    assert read(twice, chunk("Blue."), STOP).reasoning == "Hm."
    details = [{"type": "reasoning.text", "text": "Hm."}]
    twice = chunk({"reasoning": "Hm.", "reasoning_details": details})
    assert read(twice, chunk("Blue."), STOP).reasoning == "Hm."


TOGETHER = [
    [("<think>The user", "The user"), (" asks.</think>", " asks."), ("Blue.", "")],
    [("", "The user"), ("", " asks."), ("<think>The user asks.</think>Blue.", "")],
    [("<think>The user asks.", "The us"), ("</think>Bl", "er asks."), ("ue.", "")],
    [("<think>\nThe user", "The user"), (" asks.\n</think>\nBlue.", " asks.")],
]


@pytest.mark.parametrize("pieces", TOGETHER)
def test_reasoning_in_tags_and_beside_them_is_told_once(pieces):
    chunks = [chunk({"content": c, "reasoning_content": r}) for c, r in pieces]
    told = read(*chunks, STOP, DONE)
    assert (told.reasoning.strip(), told.text) == ("The user asks.", "Blue.")


def test_reasoning_that_a_last_message_repeats_is_told_once():
    message = {"role": "assistant", "content": "Blue.", "reasoning_content": "Hm. Hm."}
    last = {"object": "chat.completion", "choices": [{"message": message}]}
    parts = [chunk({"reasoning_content": part}) for part in ("Hm. ", "Hm.")]
    told = read(*parts, chunk("Blue."), last, DONE)
    assert (told.reasoning, told.text) == ("Hm. Hm.", "Blue.")


def test_reasoning_that_a_server_cut_off_too_early_is_told_apart():
    told = read(chunk({"reasoning": "One. "}), chunk("Two.\n</think>\n\nBlue."), STOP)
    assert (told.reasoning, told.text) == ("One. Two.\n", "Blue.")
    told = read(chunk({"reasoning": "One. "}), chunk("Blue.</think>\n"), STOP)
    assert (told.reasoning, told.text.strip()) == ("One. ", "Blue.")


def test_different_reasoning_in_two_places_is_all_told():
    told = read(chunk({"reasoning": "One. "}), chunk("<think>Two.</think>Blue."), STOP)
    assert (told.reasoning, told.text) == ("One. Two.", "Blue.")


def test_a_document_with_reasoning_is_read():
    message = {"content": "Hm.\n</think>\n\nBlue."}
    told = read(json.dumps({"choices": [{"message": message}]}))
    assert (told.reasoning, told.text) == ("Hm.\n", "Blue.")
