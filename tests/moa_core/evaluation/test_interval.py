"""The interval of a mean, and the verdict that it gives."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.evaluation import (
    ALPHA,
    FURTHEST,
    WORTH,
    Tally,
    Verdict,
    WinRate,
    mean_interval,
    more_needed,
    rounded_up,
    verdict,
)
from moa_core.evaluation.statistics.interval import excludes
from tests.profiles import examples

SOME: list[tuple[tuple[int, int, int], tuple[float, float], Verdict, int]] = [
    ((7, 0, 3), (0.2763, 0.9605), "not known", 47),
    ((9, 0, 0), (0.5085, 1), "helps", 0),
    ((0, 0, 5), (0, 0.6486), "not known", 1),
    ((5, 10, 3), (0.3266, 0.7629), "not known", 339),
    ((1, 30, 1), (0.3988, 0.6012), "not known", 1),
    ((45, 30, 25), (0.4728, 0.7165), "not known", 69),
    ((58, 25, 17), (0.5759, 0.8109), "helps", 0),
    ((100, 100, 100), (0.4255, 0.5745), "does not", 0),
]
"""Wins, ties and losses; the interval; the verdict if 0.6 is worth it; more needed.

From the design note, whose reference is another program.
"""

counts = st.integers(0, 60)
tallies = st.builds(Tally, counts, counts, counts)


@pytest.mark.parametrize(("tally", "ends", "said", "more"), SOME)
def test_the_interval_is_that_of_the_reference(tally, ends, said, more):
    tally = Tally(*tally)
    low, high = mean_interval(tally.counts)
    assert (low, high) == pytest.approx(ends, abs=1e-4)
    assert verdict(low, high) == said
    assert more_needed(tally.counts) == more
    assert tally.win_rate() == WinRate(tally.rate, low, high, tally.n)


@pytest.mark.parametrize(("wins", "losses"), [(3, 1), (0, 4), (20, 30), (200, 100)])
def test_without_ties_it_is_the_beta_binomial_sequence(wins, losses):
    """With prior Beta(2, 2): ``B(2 + W, 2 + L) / B(2, 2) m^-W (1 - m)^-L < 20``."""

    def log_beta(a, b):
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    def log_wealth(mean):
        prior = log_beta(2 + wins, 2 + losses) - log_beta(2, 2)
        return prior - wins * math.log(mean) - losses * math.log1p(-mean)

    ends = [end for end in mean_interval({1.0: wins, 0.0: losses}) if 0 < end < 1]
    assert ends
    for end in ends:
        assert log_wealth(end) == pytest.approx(math.log(20), abs=2e-3)


def test_nothing_seen_is_nothing_known():
    assert mean_interval({}) == (0.0, 1.0)
    assert Tally().win_rate() == WinRate(None, 0.0, 1.0, 0)
    assert more_needed(Tally().counts) is None


@given(tallies)
def test_the_other_side_of_the_table_sees_it_in_the_mirror(tally):
    mirrored = Tally(tally.losses, tally.ties, tally.wins)
    low, high = mean_interval(tally.counts)
    assert mean_interval(mirrored.counts) == pytest.approx(
        (1 - high, 1 - low), abs=1e-7
    )


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), max_size=60), st.randoms())
def test_the_order_of_outcomes_does_not_matter(outcomes, dice):
    other = [*outcomes]
    dice.shuffle(other)
    assert Tally.of(other).win_rate() == Tally.of(outcomes).win_rate()


@given(tallies, st.floats(0.001, 0.5))
def test_a_stricter_promise_is_a_wider_interval_around_the_mean(tally, alpha):
    low, high = mean_interval(tally.counts, alpha)
    lower, higher = mean_interval(tally.counts, alpha / 2)
    assert lower <= low <= high <= higher
    if tally.n:
        assert low <= tally.rate <= high


@given(tallies, st.floats(0.01, 0.99))
def test_what_is_excluded_is_outside_of_the_interval(tally, mean):
    low, high = mean_interval(tally.counts)
    if min(abs(mean - low), abs(mean - high)) > 1e-6:
        assert excludes(tally.counts, mean) == (not low < mean < high)


@examples(0.5)
@given(tallies, st.sampled_from([0.55, WORTH, 0.7]))
def test_more_needed_is_the_first_number_that_tells(tally, worth):
    more = more_needed(tally.counts, worth)

    def told(extra):
        grown = {y: n * (tally.n + extra) / tally.n for y, n in tally.counts.items()}
        return verdict(*mean_interval(grown, ALPHA), worth)

    if more is not None:
        assert told(more) != "not known"
        assert more == 0 or told(more - 1) == "not known"
        assert more <= 2 * FURTHEST


def test_a_gain_that_is_sure_and_small_helps_nevertheless():
    assert verdict(0.51, 0.58) == "helps"
    assert verdict(0.5, 0.59) == "does not"
    assert verdict(0.2, 0.4, worth=0.55) == "does not"
    assert verdict(0.5, 0.6) == "not known"


def test_numbers_are_rounded_up_for_people():
    assert [rounded_up(n) for n in (1, 47, 51, 169, 201)] == [5, 50, 60, 170, 250]


@pytest.mark.parametrize(
    ("outcomes", "alpha"),
    [({1.5: 1}, 0.05), ({1.0: -1}, 0.05), ({1.0: math.inf}, 0.05), ({1.0: 1}, 0)],
)
def test_what_cannot_be_is_refused(outcomes, alpha):
    with pytest.raises(ValueError, match="must be"):
        mean_interval(outcomes, alpha)


def test_millions_of_outcomes_are_no_trouble():
    low, high = mean_interval({1.0: 6_000_000, 0.5: 1, 0.0: 4_000_000})
    assert 0.59 < low < 0.6 < high < 0.61
