"""Sets of proposers are suggested for being good, and then for being different."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.errors import ConfigError
from moa_core.evaluation import (
    FEWEST_QUESTIONS,
    Known,
    ModelRecord,
    SuggestedSet,
    Tally,
    WinRate,
    comparable,
    likenesses,
    missed_in_words,
    reasons_for,
    suggest,
    suggestion,
)
from moa_core.evaluation.choice import Likeness, candidates

QUALITY = {"best": 0.60, "twin": 0.58, "other": 0.57, "poor": 0.30}
LIKENESS = dict.fromkeys(combinations(sorted(QUALITY), 2), 0.3) | {
    ("best", "twin"): 0.9,
    ("best", "other"): 0.2,
}


def test_of_two_good_models_the_one_that_is_no_twin_is_chosen():
    first, *_, last = suggest(2, QUALITY, LIKENESS)
    assert isinstance(first, SuggestedSet)
    assert first.members == ("best", "other")
    assert (first.quality, first.difference) == pytest.approx((0.585, 0.8))
    assert last.members == ("other", "twin")
    assert candidates(QUALITY) == ["best", "other", "twin"]
    assert suggest(4, QUALITY, LIKENESS) == []
    assert suggest(2, {}, {}) == []


@given(st.permutations(sorted(QUALITY)), st.integers(2, 3))
def test_the_order_of_the_models_does_not_matter(names, size):
    shuffled = {name: QUALITY[name] for name in names}
    assert suggest(size, shuffled, LIKENESS) == suggest(size, QUALITY, LIKENESS)


def test_where_all_are_alike_quality_alone_decides():
    same = dict.fromkeys(LIKENESS, 0.5)
    assert suggest(2, QUALITY, same)[0].members == ("best", "twin")


def test_what_cannot_be_suggested_is_said():
    with pytest.raises(ConfigError, match="how alike best and other are"):
        suggest(2, QUALITY, {("best", "twin"): 0.9})
    many = {f"m{number}": 0.5 for number in range(80)}
    with pytest.raises(ConfigError, match="more than 200,000 sets of 4"):
        suggest(4, many, {})


def test_likeness_counts_common_questions():
    red, blue = "Rust is iron oxide that forms in air", "Light scatters off molecules"
    answers = [{"a": red, "b": f"{red} slowly", "c": blue}, {"a": red, "b": red}]
    told = likenesses([*answers, {"a": red}])
    assert {pair: each.questions for pair, each in told.items()} == {
        ("a", "b"): 2, ("a", "c"): 1, ("b", "c"): 1,
    }  # fmt: skip
    assert 0.8 < told["a", "b"].mean <= 1
    assert told["a", "c"].mean < 0.2


def known(records=None, questions=FEWEST_QUESTIONS, unlike=()):
    records = {name: ModelRecord() for name in QUALITY} | (records or {})
    likeness = {
        pair: Likeness(alike, 5 if pair in unlike else questions)
        for pair, alike in LIKENESS.items()
    }
    quality = {name: rate for name, rate in QUALITY.items() if name in records}
    return Known(records=records, quality=quality, likeness=likeness)


def test_a_suggestion_is_a_whole_mixture():
    told = suggestion(known(), 2, "chief")
    assert told.best.members == ("best", "other")
    assert told.next_best.members == ("best", "twin")
    assert told.aggregator == "chief"
    assert told.why == "stays: no other model was tried as aggregator"
    assert known().difference("best") == pytest.approx(1 - (0.9 + 0.2 + 0.3) / 3)
    assert suggestion(known(), 4, "chief") is None


@pytest.mark.parametrize(
    ("tally", "aggregator", "why"),
    [
        (Tally(70, 0, 30), "twin", "as aggregator wins 70 of 100 (55 to 83)"),
        (Tally(55, 0, 45), "chief", "stays: no other model surely writes better"),
        (Tally(9, 0, 0), "chief", "stays: no other model was tried as aggregator"),
    ],
)
def test_an_aggregator_stays_unless_another_surely_writes_better(
    tally, aggregator, why
):
    told = suggestion(known({"twin": ModelRecord(as_aggregator=tally)}), 2, "chief")
    assert (told.aggregator, told.why) == (aggregator, why)


def test_what_is_missing_is_counted():
    few = Known(
        records={"a": ModelRecord(alone=Tally(5, 5, 8)), "b": ModelRecord()},
        quality={},
        likeness={},
    )
    assert few.missing == {"a": 12, "b": 30}
    assert few.difference("a") is None
    assert suggestion(few, 2, "a") is None
    gaps = known(unlike={("best", "twin"), ("other", "twin")})
    models, lacking = comparable(gaps)
    assert models == ["best", "other", "poor"]
    assert lacking == {"twin": 25}
    assert suggestion(gaps, 2, "chief").best.members == ("best", "other")


def test_the_reasons_are_said_in_words():
    records = {
        "best": ModelRecord(alone=Tally(58, 0, 42), only_winner=9),
        "other": ModelRecord(
            alone=Tally(50, 10, 40),
            as_aggregator=Tally(30, 20, 20),
            left_out=WinRate(0.51, 0.47, 0.55, 100),
            saves_usd=0.004,
        ),
    }
    told = reasons_for(["twin", "other", "best"], records, LIKENESS)
    assert told["best"] == (
        "wins 58 of 100 alone (43 to 72), 100 compared",
        "only one that won on 9 of 100",
    )
    assert told["other"] == (
        "wins 55 of 100 alone (41 to 69), 100 compared",
        "least like the others",
        "as aggregator wins 57 of 100 (42 to 71)",
        "not missed when left out (47 to 55): saves $0.0040 a question",
    )
    assert told["twin"] == ()
    missed = ModelRecord(left_out=WinRate(0.6, 0.55, 0.65, 90), saves_usd=1)
    worse = ModelRecord(left_out=WinRate(0.4, 0.3, 0.45, 90))
    told = reasons_for(["a", "b"], {"a": missed, "b": worse}, {})
    assert told["a"] == ("missed when left out (55 to 65)",)
    assert told["b"] == ("better without it (30 to 45)",)
    unsure = ModelRecord(left_out=WinRate(0.5, 0.1, 0.9, 5))
    assert missed_in_words(unsure) == "not known whether it is missed (10 to 90)"
    assert missed_in_words(ModelRecord()) == ""
