from dataclasses import replace

import pytest
from hypothesis import given

from moa_core.mixture.config_diff import config_changes
from moa_core.mixture.prompts import FOR_AGGREGATOR, REFERENCES, Prompts
from moa_core.mixture.shipped import mixture_from_refs
from tests.moa_core.generated_presets import configs
from tests.profiles import examples

OLD = mixture_from_refs(("lab/a", "lab/b"), ("lab/c",), aggregator="lab/chief")


def agent(model, **options):
    return replace(
        mixture_from_refs(("lab/x",), aggregator=f"lab/{model}").aggregator, **options
    )


def said(after, before=OLD):
    return [str(change) for change in config_changes(before, after)]


def with_seat(**options):
    [first, second], layers = OLD.layers[0].proposers, OLD.layers
    layer = replace(layers[0], proposers=(first, replace(second, **options)))
    return replace(OLD, layers=(layer, *layers[1:]))


@pytest.mark.parametrize(
    ("after", "changes"),
    [
        (OLD, []),
        (with_seat(temperature=0.2), ["Layer 1, model 2, temperature: 0.7 → 0.2"]),
        (
            with_seat(temperature=None, max_tokens=4096, effort="low"),
            [
                "Layer 1, model 2, temperature: 0.7 → default",
                "Layer 1, model 2, max tokens: 2,048 → 4,096",
                "Layer 1, model 2, effort: default → low",
            ],
        ),
        (
            with_seat(system_prompt="Be brief."),
            ["Layer 1, model 2, persona: none → Be brief."],
        ),
        (with_seat(model="z"), ["Layer 1, model 2: lab/b → lab/z"]),
        (
            mixture_from_refs(
                ("lab/a", "lab/b", "lab/d"), ("lab/c",), aggregator="lab/chief"
            ),
            ["Layer 1, model 3: added lab/d"],
        ),
        (
            mixture_from_refs(("lab/b",), ("lab/c",), aggregator="lab/chief"),
            ["Layer 1, model 1: removed lab/a"],
        ),
        (
            mixture_from_refs(
                ("lab/n", "lab/o"),
                ("lab/a", "lab/b"),
                ("lab/c",),
                aggregator="lab/chief",
            ),
            ["Layer 1: added lab/n, lab/o"],
        ),
        (
            mixture_from_refs(("lab/c",), aggregator="lab/chief"),
            ["Layer 1: removed lab/a, lab/b"],
        ),
        (
            replace(OLD, layers=()),
            ["Layer 1: removed lab/a, lab/b", "Layer 2: removed lab/c"],
        ),
        (replace(OLD, aggregator=agent("d")), ["Aggregator: lab/chief → lab/d"]),
        (replace(OLD, fallbacks=(agent("d"),)), ["Fallback 1: added lab/d"]),
        (replace(OLD, length="short"), ["Length: balanced → short"]),
        (
            replace(OLD, method="rank"),
            ["Final answer: writes a new one → picks the best draft"],
        ),
        (
            replace(OLD, prompts=Prompts(placement="paper", for_aggregator=REFERENCES)),
            [
                "Position of proposals: after the conversation → in the system message",
                f"Prompt for the aggregator: {FOR_AGGREGATOR} → {REFERENCES}",
            ],
        ),
    ],
)
def test_every_difference_is_told_in_words(after, changes):
    assert said(after) == changes


def test_numbers_are_equal_or_told_apart():
    assert said(with_seat(temperature=1.0), with_seat(temperature=1)) == []
    assert said(with_seat(temperature=0.7000001)) == [
        "Layer 1, model 2, temperature: 0.7 → 0.7000001"
    ]


def test_a_system_prompt_may_change_or_go():
    one, other, none = (
        with_seat(system_prompt=text) for text in ("Be brief.", "Be long.", None)
    )
    assert said(other, one) == ["Layer 1, model 2, persona: Be brief. → Be long."]
    assert said(none, one) == ["Layer 1, model 2, persona: Be brief. → none"]


def test_a_change_says_of_which_kind_it_is():
    kinds = [
        config_changes(OLD, after)[0].kind
        for after in (
            replace(OLD, length="short"),
            replace(OLD, layers=OLD.layers[:1]),
            replace(OLD, fallbacks=(agent("d"),)),
        )
    ]
    assert kinds == ["changed", "removed", "added"]


@examples(0.6)
@given(configs, configs)
def test_mixtures_differ_exactly_when_a_difference_is_told(one, other):
    assert config_changes(one, one) == ()
    assert bool(config_changes(one, other)) == (one != other)
