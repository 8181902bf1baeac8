"""What experiments tell of single models."""

import pytest

from moa_core.evaluation import Tally
from moa_core.experiments import Votes, mixture_of, model_records, voted_comparisons
from moa_core.mixture import AgentSpec
from tests.moa_core.scripted import mixture

MIXED = mixture(["a", "b"], ["a", "b"])


def records(mixed=MIXED, usd=None, **said):
    """Of what votes say of the mixture, such as ``q1_P1=1``."""
    counted = {}
    for name, outcome in said.items():
        question, arm = name.split("_", 1)
        counted[question, f"B{arm.replace('_', '.')}"] = outcome
    compared = voted_comparisons([Votes(counted)])
    told = model_records(mixed, compared, usd or {})
    return {ref.removeprefix("lab/"): record for ref, record in told.items()}


def test_each_ability_of_a_model_is_added_up():
    found = records(
        usd={"B": 0.5, "E1": 0.4},
        q1_P1=0,  # a won, alone
        q2_P1=1,
        q1_P2=0.5,
        q2_P2=0,  # only b won there
        q1_A=0,
        q1_W2=0,
        q1_E1=1,
        q1_E1_1=0,  # it sits in the last layer as well: not counted
        q1_C=0,
    )
    assert set(found) == {"a", "b", "chief"}
    assert found["a"].alone == Tally(1, 0, 1)
    assert found["b"].alone == Tally(1, 1, 0)
    assert found["chief"].alone == Tally(1, 0, 0)
    assert [found[name].only_winner for name in ("a", "b", "chief")] == [0, 1, 0]
    assert found["b"].as_aggregator == Tally(1, 0, 0)
    assert (found["a"].left_out.rate, found["a"].left_out.n) == (1, 1)
    assert found["a"].saves_usd == pytest.approx(0.1)
    assert found["b"].left_out is None
    assert found["b"].saves_usd is None


def test_seats_left_out_share_one_alpha():
    one, both = records(q1_E1=1), records(q1_E1=1, q1_E2=1)
    assert one["a"].left_out.low > both["a"].left_out.low


def test_a_model_of_an_earlier_layer_only_is_judged_by_its_seat_there():
    deep = mixture(["a", "d"], ["a", "b"])
    told = records(deep, q1_E1_2=1, q1_P2_2=0)
    assert told["d"].left_out.n == 1
    assert told["b"].alone.wins == 1


def test_what_an_unknown_cost_saves_is_unknown():
    assert records(usd={"B": 0.5}, q1_E1=1)["a"].saves_usd is None
    assert records(usd={"E1": 0.5}, q1_E1=1)["a"].saves_usd is None


def test_a_suggested_mixture_is_like_the_one_it_came_from():
    writer = AgentSpec(endpoint="lab", model="b", temperature=0.1, effort="low")
    made = mixture_of([writer], writer, MIXED)
    assert [len(layer.proposers) for layer in made.layers] == [1, 1]
    assert made.aggregator.model == "b"
    assert made.aggregator.effort == "low"
    assert made.aggregator.temperature == MIXED.aggregator.temperature
    assert mixture_of([writer], MIXED.aggregator, MIXED).aggregator == MIXED.aggregator
