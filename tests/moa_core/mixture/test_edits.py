import pytest

from moa_core.errors import ConfigError
from moa_core.mixture import edits
from moa_core.mixture.config import Seat
from tests.moa_core.scripted import agent, mixture

TWO = mixture(["a", "b"], ["c"], fallbacks=["deputy"])


def models(config):
    layers = [[agent.model for agent in layer.proposers] for layer in config.layers]
    return [*layers, [agent.model for agent in config.aggregators]]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (edits.with_agent(TWO, Seat(0, 1), agent("x")), [["a", "x"], ["c"]]),
        (edits.with_agent_added(TWO, 1, agent("x")), [["a", "b"], ["c", "x"]]),
        (edits.with_agent_twice(TWO, Seat(0, 0)), [["a", "a", "b"], ["c"]]),
        (edits.without_agent(TWO, Seat(0, 0)), [["b"], ["c"]]),
        (edits.with_agent_moved(TWO, Seat(0, 0), 1), [["b", "a"], ["c"]]),
        (edits.with_agent_moved(TWO, Seat(0, 0), -1), [["a", "b"], ["c"]]),
        (edits.with_agent_moved(TWO, Seat(0, 1), 9), [["a", "b"], ["c"]]),
        (edits.with_layer_twice(TWO, 0), [["a", "b"], ["a", "b"], ["c"]]),
        (edits.with_layer_added(TWO), [["a", "b"], ["c"], ["c"]]),
        (edits.without_layer(TWO, 0), [["c"]]),
        (edits.with_layer_moved(TWO, 0, 1), [["c"], ["a", "b"]]),
        (edits.with_layer_moved(TWO, 0, -1), [["a", "b"], ["c"]]),
        (edits.with_layer_as_above(TWO, 1), [["a", "b"], ["a", "b"]]),
    ],
)
def test_an_edit_changes_one_thing_and_leaves_the_rest(changed, expected):
    assert models(changed) == [*expected, ["chief", "deputy"]]
    assert models(TWO) == [["a", "b"], ["c"], ["chief", "deputy"]]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (edits.with_agent(TWO, Seat(2, 0), agent("x")), ["x", "deputy"]),
        (edits.with_agent_added(TWO, 2, agent("x")), ["chief", "deputy", "x"]),
        (edits.without_agent(TWO, Seat(2, 0)), ["deputy"]),
        (edits.with_agent_moved(TWO, Seat(2, 1), -1), ["deputy", "chief"]),
    ],
)
def test_aggregators_are_edited_like_a_layer(changed, expected):
    assert models(changed) == [["a", "b"], ["c"], expected]


@pytest.mark.parametrize(
    "impossible",
    [
        lambda: edits.without_agent(TWO, Seat(1, 0)),
        lambda: edits.without_layer(mixture(["a"], method="rank"), 0),
        lambda: edits.without_agent(mixture(["a"]), Seat(1, 0)),
        lambda: edits.with_agent_added(mixture(["a"] * 12), 0, agent("x")),
        lambda: edits.with_layer_twice(mixture(*[["a"]] * 8), 0),
    ],
)
def test_what_cannot_be_is_refused_in_words(impossible):
    with pytest.raises(ConfigError):
        impossible()


def test_a_single_model_gets_its_first_layer_from_itself():
    assert models(edits.with_layer_added(mixture())) == [["chief"], ["chief"]]


def test_one_change_for_every_agent():
    changed = edits.with_every_agent(TWO, temperature=0.1)
    agents = [a for index in range(3) for a in edits.agents_of(changed, index)]
    assert {a.temperature for a in agents} == {0.1}
    assert models(changed) == models(TWO)
