import pytest

from moa_core.experiments import AnswerKey, forecast
from moa_core.experiments.work import missing
from moa_core.pricing import PriceBook
from tests.moa_core.experiments.desk import (
    ALL_ARMS,
    PRICES,
    Desk,
    World,
    protocol,
    questions,
)
from tests.moa_core.scripted import mixture


@pytest.mark.parametrize(
    ("arms", "answers", "judgements"),
    [  # per 100 questions, one layer of 3: evaluation.md, section 9
        (("A", "B"), 500, 200),
        (("A", "B", "C", "D"), 1000, 600),
        (("A", "B", "C", "D", "E1", "E2", "E3"), 1300, 1200),
    ],
)
def test_calls_are_counted(arms, answers, judgements):
    expected = forecast(protocol(100, arms=arms), questions(100), PRICES)
    assert (expected.answers, expected.judgements) == (answers, judgements)
    assert expected.calls == answers + judgements


def test_an_aggregator_in_layer_1_need_not_be_asked_alone():
    small = mixture(["chief", "a", "b"])
    expected = forecast(
        protocol(100, arms=("A", "B"), mixture=small), questions(100), PRICES
    )
    assert expected.answers == 400


def test_only_the_layers_after_a_seat_left_out_are_asked_again():
    deep = mixture(["a", "b", "c"], ["a", "b"], ["c", "d"])
    calls = {
        arm: forecast(
            protocol(1, mixture=deep, arms=("B", arm), primary=f"B{arm}"),
            questions(1), PRICES, {AnswerKey("q000", "B")},
        ).answers
        for arm in ("E1.2", "E2.1", "E1", "P1", "P3.2", "W1")
    }  # fmt: skip
    assert calls == {"E1.2": 5, "E2.1": 3, "E1": 1, "P1": 0, "P3.2": 1, "W1": 1}


def test_what_is_settled_costs_nothing_more():
    settings, items = protocol(10, arms=ALL_ARMS), questions(10)
    settled = set(missing(settings, items, ()))
    expected = forecast(settings, items, PRICES, settled)
    assert expected.calls == expected.high.usd == sum(expected.seconds) == 0


def test_an_unknown_price_is_counted_and_no_zero():
    expected = forecast(protocol(2, arms=("A", "B")), questions(2), PriceBook({}))
    assert expected.low.unknown_calls == expected.high.unknown_calls == expected.calls
    assert expected.low.total_usd is None


async def test_what_was_expected_of_the_judge_holds(tmp_path):
    """The answers of this world are shorter than usual, so its cost is an upper end."""
    desk = Desk(tmp_path, World(), count=4, arms=ALL_ARMS)
    expected = forecast(desk.protocol, desk.items, PRICES)
    assert (await desk.run()).reason == "done"
    assert desk.folder.spent.usd <= expected.high.usd
    assert expected.low.usd < expected.high.usd
    assert 0 < expected.seconds[0] < expected.seconds[1]
