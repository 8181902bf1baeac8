import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.providers.answers.thinking import ThinkingSplitter


def split(pieces):
    splitter = ThinkingSplitter()
    deltas = [delta for piece in pieces for delta in splitter.split(piece)]
    deltas += splitter.end()
    return tuple(
        "".join(delta.text for delta in deltas if delta.kind == kind)
        for kind in ("reasoning", "answer")
    )


@given(
    st.sampled_from(
        [
            "<think>one\ntwo</think>\n\nthree",
            "\n<think>one</think>three",
            "<think></think>three",
            "a <think>b</think> c",
            "<thing>x</thing>",
            "plain",
            "<think>never closed",
            "<thi",
            "<think>a</thin</think>b",
        ]
    ),
    st.lists(st.integers(0, 40)),
)
def test_the_cuts_of_the_network_do_not_matter(text, cuts):
    borders = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    pieces = [text[a:b] for a, b in itertools.pairwise(borders)]
    assert split(pieces) == split([text])


@pytest.mark.parametrize(
    ("text", "reasoning", "answer"),
    [
        ("<think>one</think>\n\nthree", "one", "three"),
        ("a <think>b</think> c", "", "a <think>b</think> c"),
        ("<think>never closed", "never closed", ""),
        ("<thi", "", "<thi"),
        ("<think>a</thin</think>b", "a</thin", "b"),
    ],
)
def test_a_leading_think_tag_is_reasoning(text, reasoning, answer):
    assert split([text]) == (reasoning, answer)
