"""Entries of a list have labels that differ: a browser gives back the label alone."""

from hypothesis import given
from hypothesis import strategies as st

from pages.widgets.formatting import distinct_labels, dot_labels
from pages.widgets.mixture.picks import pick_labels


@given(st.lists(st.sampled_from(["Sky", "Sky (2)", "Sky (3)", "Sea"]), max_size=8))
def test_labels_differ_and_what_was_alone_stays_as_it_was(titles):
    labels = distinct_labels(dict(enumerate(titles)))
    assert len(set(labels.values())) == len(titles)
    assert [*labels] == [*range(len(titles))]
    for number, label in labels.items():
        assert label.startswith(titles[number])
        assert label == titles[number] or titles[: number + 1].count(titles[number]) > 1


def test_equal_labels_are_numbered_in_their_order():
    labels = distinct_labels({"a": "Sky", "b": "Sky", "c": "Sea", "d": "Sky"})
    assert [*labels.values()] == ["Sky", "Sky (2)", "Sea", "Sky (3)"]


def test_models_that_share_a_name_are_told_apart_by_their_makers():
    refs = ["hub/meta/llama", "hub/nous/llama", "hub/openai/gpt", "lab/llama"]
    label = pick_labels(refs)
    assert [label(ref) for ref in refs] == [
        "meta/llama · hub",
        "nous/llama · hub",
        "gpt · hub",
        "llama · lab",
    ]


def test_a_model_that_was_typed_has_a_label_too():
    assert pick_labels(["lab/ada"])("lab/ben") == "ben · lab"


def test_dots_at_one_place_share_a_label():
    dots = {"a": (1.0, 0.5), "b": (1.01, 0.5), "c": (1.0, 0.9), "d": (2.0, 0.5)}
    assert dot_labels(dots) == {"a": ["a", "b"], "b": [], "c": ["c"], "d": ["d"]}
    assert dot_labels(dots, ["b"])["b"] == ["b", "a"]
    assert dot_labels({"a": (1.0, 0.5)}) == {"a": ["a"]}
    same = dict.fromkeys("abc", (0.0, 0.0))
    assert dot_labels(same) == {"a": ["a", "b", "c"], "b": [], "c": []}
