"""What a judge and votes say of a pair of arms adds up, and claims no more."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.evaluation import (
    YARDSTICKS,
    AnswerFigures,
    EqualLength,
    Harm,
    JudgedPair,
    PairItem,
    PairReading,
    Steadiness,
    Tally,
    VotedPair,
    Yardstick,
    best_for_the_price,
    judged_pair,
    mean_interval,
    voted_pair,
)
from moa_core.evaluation.statistics import (
    PairLength,
    corrected_rate,
    equal_length,
    more_votes_needed,
    ppi_plus_plus,
    price_of_a_net_win,
    published_length_controlled,
    wilson_interval,
)

READINGS = {
    1: ("first", "second"),
    0.5: ("first", "first"),
    0: ("second", "first"),
    None: ("first", None),
}
outcomes = st.sampled_from([0.0, 0.5, 1.0])


def item(name, told, vote=None, clearly=False, **others):
    figures = {"ours": AnswerFigures(characters=900, cost_usd=0.004, seconds=9)}
    figures |= {"theirs": AnswerFigures(characters=600, cost_usd=0.001, seconds=3)}
    readings = tuple(
        PairReading(better=better, clearly=clearly) for better in READINGS[told]
    )
    return PairItem(item=name, readings=readings, vote=vote, **(figures | others))


SOME = [
    item("a", 1, 1, kind="code"),
    item("b", 1, 0.5, kind="code"),
    item("c", 0, 0, kind="facts", clearly=True),
    item("d", 0.5, kind="facts"),
    item("e", None, 1, kind="facts"),
    replace(item("f", 1, 1), readings=None),
]


def test_the_figures_are_those_one_counts_by_hand():
    judged = judged_pair(SOME)
    assert isinstance(judged, JudgedPair)
    assert judged.tally == Tally(wins=2, ties=1, losses=1)
    assert (judged.left_out, judged.pending, judged.verdict) == (1, 1, "not known")
    assert judged.win_rate.rate == 5 / 8
    assert judged.steadiness == Steadiness(4, 3, 1, 0, 1)
    assert judged.usd == pytest.approx((0.004, 0.001))
    assert judged.usd_per_net_win == pytest.approx(0.003 * 4 / 1)
    assert judged.seconds_per_net_win == pytest.approx(6 * 4 / 1)
    ends = mean_interval({1.0: 1, 0.0: 3})
    assert judged.harm == Harm(("c",), ("c",), *ends)
    assert judged.by_kind == {"code": Tally(2, 0, 0), "facts": Tally(0, 1, 1)}
    assert (len(judged.where_longer), judged.where_shorter) == (4, ())


def test_votes_count_on_questions_that_the_judge_could_not_read_but_correct_no_judge():
    voted = voted_pair(SOME)
    assert isinstance(voted, VotedPair)
    assert (voted.alone.n, voted.alone.rate) == (5, 3.5 / 5)
    assert voted.corrected.n == 3
    assert (voted.agreement, voted.both_decide) == (1.0, 2)
    assert voted.more_votes_alone


def test_an_unknown_cost_makes_the_price_unknown():
    unknown = AnswerFigures(characters=10)
    judged = judged_pair([item("a", 1), item("b", 1, ours=unknown)])
    assert judged.usd[0] is None
    assert judged.usd_per_net_win is None
    assert price_of_a_net_win(2.0, 1.0, wins=3, losses=3, n=9) is None
    assert price_of_a_net_win(1.0, 2.0, wins=4, losses=2, n=10) == -5


def test_nothing_judged_is_nothing_known():
    judged, voted = judged_pair([]), voted_pair([])
    assert (judged.win_rate.rate, judged.equal_length) == (None, None)
    assert (judged.verdict, judged.usd, judged.usd_per_net_win) == (
        "not known",
        (None, None),
        None,
    )
    assert (voted.corrected.rate, voted.agreement, voted.more_votes) == (None,) * 3
    default: Yardstick = "votes and judge"
    assert YARDSTICKS[0] == default


@given(st.lists(outcomes, min_size=1, max_size=40), outcomes)
def test_a_judge_that_always_says_the_same_moves_nothing(votes, always):
    voted = [(vote, always) for vote in votes]
    rate = corrected_rate(voted, [always] * 200)
    assert rate.rate == pytest.approx(sum(votes) / len(votes))
    assert rate.low <= rate.rate <= rate.high


@given(st.lists(st.tuples(outcomes, outcomes), min_size=1, max_size=40), st.randoms())
def test_the_order_of_votes_does_not_matter(voted, dice):
    judged = [judge for _, judge in voted] * 2
    other = [*voted]
    dice.shuffle(other)
    one, two = corrected_rate(voted, judged), corrected_rate(other, judged)
    assert (one.low, one.high) == (two.low, two.high)
    assert one.rate == pytest.approx(two.rate)


def test_more_votes_are_those_that_give_a_verdict():
    voted, judged = [(1.0, 1.0), (0.0, 1.0), (1.0, 0.5)] * 10, [1.0, 0.5] * 50
    more = more_votes_needed(voted, judged)
    assert more
    rate = corrected_rate(voted * 4, judged)
    assert (rate.low > 0.5) == (more_votes_needed(voted * 4, judged) == 0)
    assert more_votes_needed([], judged) is None


def test_a_fixed_sample_is_what_it_is_elsewhere():
    """Newcombe 1998, table I; and PPI++ with a judge who is the voter himself."""
    low, high = wilson_interval(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    same = ppi_plus_plus([(1.0, 1.0), (0.0, 0.0)] * 10, [1.0, 0.0, 1.0] * 30)
    assert same.trust > 0.75
    assert same.low < 0.6 < same.high
    blind = ppi_plus_plus([(1.0, 1.0), (0.0, 1.0)] * 10, [1.0] * 30)
    assert (blind.trust, blind.rate) == (0, 0.5)


def lengths(n, by_length, seed=5):
    """Pairs of equal quality, judged by length in so many of the cases."""
    dice = random.Random(seed)
    for _ in range(n):
        ours, theirs = dice.randint(300, 1500), dice.randint(200, 1200)
        won = dice.random() < 0.5
        if dice.random() < by_length:
            won = ours > theirs
        yield PairLength(float(won), ours, theirs)


def test_a_judge_of_lengths_is_found_out():
    pairs = [*lengths(400, by_length=0.8)]
    raw = sum(pair.outcome for pair in pairs) / len(pairs)
    equal = equal_length(pairs)
    assert isinstance(equal, EqualLength)
    assert equal.shown
    assert equal.slope < -1
    assert raw > 0.57
    assert abs(equal.rate - 0.5) < 2 * equal.error + 0.02 < raw - 0.5 + 0.1


def test_a_judge_who_does_not_look_at_lengths_is_left_alone():
    pairs = [*lengths(400, by_length=0)]
    raw = sum(pair.outcome for pair in pairs) / len(pairs)
    assert equal_length(pairs).rate == pytest.approx(raw, abs=0.01)


@pytest.mark.parametrize("told", [0.0, 1.0])
def test_whoever_always_wins_does_so_at_equal_length(told):
    equal = equal_length([PairLength(told, 100 + i, 110) for i in range(60)])
    assert (equal.rate, equal.error, equal.slope) == (told, 0, 0)


def test_the_length_line_needs_pairs_in_both_directions():
    few = [PairLength(i % 2, 100 + i, 120) for i in range(49)]
    assert not equal_length(few).shown
    longer = [PairLength(i % 2, 100 + i, 105) for i in range(90)]
    assert not equal_length(longer).shown
    same = equal_length([PairLength(i % 2, 100, 100) for i in range(60)])
    assert (same.rate, same.slope, same.shown) == (pytest.approx(0.5), 0, False)
    assert equal_length([PairLength(1, 5, 6)]) is None


def test_the_published_rate_drops_the_length():
    assert published_length_controlled(0, 1, [0, 0]) == 50
    assert published_length_controlled(2, 1, [-2, 900]) == 75


points = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3),
    st.tuples(st.integers(0, 5), st.integers(0, 5)),
)


@given(points)
def test_on_the_front_is_who_is_dominated_by_nobody(points):
    front = best_for_the_price(points)
    assert front == sorted(front, key=lambda name: (points[name], name))
    for name, (cost, quality) in points.items():
        dominated = any(
            c <= cost and q >= quality and (c, q) != (cost, quality)
            for c, q in points.values()
        )
        assert (name in front) != dominated
