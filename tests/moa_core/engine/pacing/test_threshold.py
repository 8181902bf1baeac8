"""What votes say about when the others are worth asking."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.engine.pacing import (
    DEFAULT_THRESHOLD,
    VOTES_NEEDED,
    Threshold,
    VoteOnDoubt,
    learnt_threshold,
)

VOTES = st.builds(VoteOnDoubt, st.floats(0, 1), st.sampled_from([True, False, None]))


def _won_from(doubt, count=40):
    """Votes by a user for whom the mixture is better from this doubt on."""
    return [VoteOnDoubt(i / count, i / count >= doubt) for i in range(count)]


def test_too_few_votes_leave_the_documented_threshold():
    votes = _won_from(0.9, VOTES_NEEDED - 1)
    assert learnt_threshold(votes) == Threshold(DEFAULT_THRESHOLD, 0)


@pytest.mark.parametrize("doubt", [0.1, 0.3, 0.62, 0.9])
def test_votes_move_it_to_where_the_mixture_begins_to_win(doubt):
    learnt = learnt_threshold(_won_from(doubt))
    assert learnt.value == pytest.approx(doubt, abs=0.03)
    assert learnt.votes == 40


def test_whoever_always_prefers_the_mixture_is_given_it():
    votes = [VoteOnDoubt(doubt / 40, mixture_won=True) for doubt in range(40)]
    assert learnt_threshold(votes).value == 0.0


def test_whoever_never_prefers_it_is_spared_it():
    votes = [VoteOnDoubt(doubt / 40, mixture_won=None) for doubt in range(40)]
    assert learnt_threshold(votes).value >= 0.98


@given(st.lists(VOTES, max_size=60))
def test_it_is_a_doubt_and_says_how_many_votes_it_rests_on(votes):
    learnt = learnt_threshold(votes)
    assert 0.0 <= learnt.value <= 1.0
    assert learnt.votes == (len(votes) if len(votes) >= VOTES_NEEDED else 0)
