from dataclasses import replace
from decimal import Decimal

import pytest

from moa_core.errors import ConfigError
from moa_core.evaluation import shipped_prompt
from moa_core.experiments import Protocol, judge_of
from moa_core.experiments.arm_names import (
    arms_of_models,
    arms_without,
    arms_without_earlier,
    seat_of_arm,
)
from moa_core.mixture import Seat
from tests.moa_core.experiments.desk import ALL_ARMS, JUDGE, MIXTURE, protocol
from tests.moa_core.scripted import mixture


def test_a_protocol_comes_back_as_it_was_written():
    whole = protocol(20, arms=ALL_ARMS, budget_usd=Decimal("2.50"), seed=7, worth=0.55)
    assert Protocol.from_dict(whole.to_dict()) == whole


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"worth": 0.7},
        {"questions": 5},
        {"arms": ("A", "B")},
        {"budget_usd": Decimal(1)},
        {"judge": replace(JUDGE, model="other")},
        {"prompt": replace(shipped_prompt("pair"), system="Be kind.")},
        {"yardstick": "judge alone"},
    ],
)
def test_any_change_is_another_protocol(change):
    assert protocol(4).sha256 == protocol(4).sha256
    assert replace(protocol(4), **change).sha256 != protocol(4).sha256


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"arms": ("A",)}, "at least one other"),
        ({"arms": ("B",)}, "at least one other"),
        ({"arms": ("A", "B", "E4")}, "no arm E4"),
        ({"arms": ("B", "A")}, "alphabetical"),
        ({"arms": ("B", "D")}, "primary pair BA"),
        ({"questions": 1}, "need at least 2 questions"),
        ({"questions": 2001}, "1 to 2,000"),
        ({"worth": 0.4}, "50 to 99"),
        ({"alpha": 0.0}, "Alpha"),
        ({"judge": None}, "Choose a judge"),
        ({"yardstick": "guess"}, "guess"),
        ({"budget_usd": Decimal(0)}, "budget"),
        ({"mixture": mixture()}, "no mixture"),
        ({"mixture": mixture(["a"], method="rank")}, "picks a draft"),
    ],
)
def test_what_could_not_be_carried_out_is_refused(change, said):
    with pytest.raises(ConfigError, match=said):
        replace(protocol(4), **change)


def test_arm_c_needs_a_model():
    with pytest.raises(ConfigError, match="Arm C"):
        Protocol(mixture=MIXTURE, arms=("A", "B", "C"), judge=JUDGE, questions=4)


def test_another_form_is_refused():
    with pytest.raises(ConfigError, match="version"):
        Protocol.from_dict({**protocol(4).to_dict(), "form": 99})


def test_seats_left_out_share_one_alpha():
    several = protocol(4, arms=("A", "B", "C", "E1", "E3"))
    assert several.pairs == ("BA", "BC", "BE1", "BE3")
    assert [several.alpha_of(pair) for pair in several.pairs] == [
        0.05, 0.05, 0.025, 0.025,
    ]  # fmt: skip


def test_a_mixture_says_which_seats_and_models_have_arms():
    deep = mixture(["a", "b", "chief", "a"], ["c"], ["d", "e"])
    assert arms_without(deep) == ("E1", "E2")
    assert arms_without(mixture(["a"])) == ()
    assert arms_without_earlier(deep) == ("E1.1", "E1.2", "E1.3", "E1.4")
    assert arms_of_models(deep, "P") == ("P1", "P2", "P2.1", "P3.1", "P3.2")
    assert [seat_of_arm(deep, arm) for arm in ("E2", "E1.3", "P2", "W2.1")] == [
        Seat(2, 1), Seat(0, 2), Seat(0, 1), Seat(1, 0),
    ]  # fmt: skip


def test_another_mixture_is_part_of_the_protocol():
    with pytest.raises(ConfigError, match="Arm M"):
        protocol(4, arms=("A", "B", "M"))
    with pytest.raises(ConfigError, match="another mixture"):
        protocol(4, arms=("A", "B", "M"), other=MIXTURE)
    whole = protocol(4, arms=("A", "B", "M"), other=mixture(["a", "d"]))
    assert Protocol.from_dict(whole.to_dict()) == whole
    assert {agent.model for agent in whole.agents} == {"a", "b", "c", "d", "chief"}
    assert "other" not in protocol(4).to_dict()  # hashes of older ones stay


def test_a_judge_is_asked_without_chance_and_briefly():
    judge = judge_of("lab/m", thinks=False)
    assert (judge.ref, judge.temperature, judge.max_tokens) == ("lab/m", 0.0, 400)
    assert judge_of("lab/m", thinks=True).max_tokens > 1000
