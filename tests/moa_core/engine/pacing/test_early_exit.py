"""When the proposals of a layer agree."""

import pytest

from moa_core.engine.pacing import layer_agreement
from moa_core.mixture.pace import EarlyExit

DEFAULT_AGREEMENT = EarlyExit().agreement

TIDES = [
    "Tides come from the pull of the moon on the water of the oceans.",
    "The moon pulls on the oceans, and so the water rises in tides.",
    "Tides: the oceans' water rises by the pull of the moon.",
]
TAXES = "Taxes are due in April, unless an extension was granted by the office."


def test_alike_proposals_agree_and_the_same_ones_wholly():
    assert layer_agreement(TIDES) >= DEFAULT_AGREEMENT
    assert layer_agreement(TIDES[:1] * 3) == pytest.approx(1.0)


def test_one_that_stands_apart_is_never_outvoted():
    assert layer_agreement([*TIDES * 3, TAXES]) < DEFAULT_AGREEMENT / 4


def test_one_that_contradicts_the_others_is_never_outvoted():
    safe, unsafe = "Yes, it is quite safe to eat.", "No, it is quite unsafe to eat."
    assert layer_agreement([safe, safe, unsafe]) == 0.0


@pytest.mark.parametrize("proposals", [[], ["alone"]])
def test_fewer_than_two_say_nothing_of_one_another(proposals):
    assert layer_agreement(proposals) == 0.0


def test_proposals_without_words_do_not_agree():
    assert layer_agreement(["", ""]) == 0.0
