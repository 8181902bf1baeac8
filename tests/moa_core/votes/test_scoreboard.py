"""The scoreboard says what the votes say, and no more than that."""

import math
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.errors import ConfigError
from moa_core.evaluation import Tally, mean_interval
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from moa_core.usage import FREE, UNKNOWN_COST, Cost
from moa_core.votes.bradley_terry import IMAGINED_TIES, bradley_terry, linked
from moa_core.votes.scoreboard import FEWEST_VOTES, Score, mix_tally, score_contestants
from moa_core.votes.vote import Contestant, Side, Verdict, Vote, VoteKind

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def contestant(name: str) -> Contestant:
    return Contestant.mixture(mixture(name), name)


def mixture(model: str, temperature: float = 0.7) -> MoAConfig:
    agent = AgentSpec(endpoint="lab", model=model, temperature=temperature)
    return MoAConfig(layers=(Layer((agent, agent)),), aggregator=agent)


def vote(
    names: Sequence[str],
    verdict: Verdict = "won",
    winner: int | None = None,
    costs: Sequence[Cost] | None = None,
    minutes: int = 0,
) -> Vote:
    if verdict == "won" and winner is None:
        winner = 0
    costs = costs or [FREE] * len(names)
    return Vote(
        kind="duel",
        sides=tuple(
            Side(contestant(name), cost)
            for name, cost in zip(names, costs, strict=True)
        ),
        verdict=verdict,
        winner=winner,
        at=NOON + timedelta(minutes=minutes),
    )


def board(votes: Sequence[Vote]) -> dict[str, Score]:
    return {score.contestant.name: score for score in score_contestants(votes)}


def dollars(amount: str) -> Cost:
    return Cost(Decimal(amount))


def test_the_figures_are_those_one_counts_by_hand():
    cheap, dear = dollars("0.001"), dollars("0.05")
    scores = board(
        [
            *[vote("ab", costs=[cheap, dear])] * 3,
            vote("ab", winner=1, costs=[cheap, dear]),
            *[vote("ab", "tie", costs=[cheap, dear])] * 2,
            vote("ab", "both_bad", costs=[cheap, dear]),
        ]
    )
    a, b = scores["a"], scores["b"]
    assert (a.wins, a.losses, a.ties, a.both_bad, a.votes) == (3, 1, 2, 1, 7)
    assert (b.wins, b.losses, b.ties, b.both_bad, b.votes) == (1, 3, 2, 1, 7)
    assert (a.decided, a.win_rate, b.win_rate) == (6, 4 / 6, 2 / 6)
    assert a.cost == dollars("0.007")
    assert a.price_of_a_win == Cost(Decimal("0.002333333"))
    assert b.price_of_a_win == dollars("0.35")


def test_an_unknown_cost_makes_the_price_of_a_win_unknown_and_never_zero():
    known_in_part = vote("ab", costs=[Cost(Decimal("0.4"), 2), FREE])
    scores = board([known_in_part, vote("ab", costs=[UNKNOWN_COST, FREE])])
    price = scores["a"].price_of_a_win
    assert price == Cost(Decimal("0.2"), 3)
    assert price.total_usd is None
    assert scores["b"].price_of_a_win is None


def test_without_a_decided_vote_there_is_no_rate():
    [a, _] = score_contestants([vote("ab", "both_bad")])
    assert (a.votes, a.win_rate, a.interval, a.strength) == (1, None, None, None)


def test_without_votes_the_board_is_empty():
    assert score_contestants([]) == ()


def test_of_three_sides_the_winner_beats_both_others():
    scores = board([vote("abc", winner=1)])
    assert [scores[name].wins for name in "abc"] == [0, 1, 0]
    assert [scores[name].losses for name in "abc"] == [1, 0, 1]


def test_one_name_with_two_configurations_is_two_contestants():
    first, second = (Contestant.mixture(mixture("m", t), "Mine") for t in (0.1, 0.2))
    assert first != second
    assert first.sign != second.sign
    sides = Side(first, FREE), Side(second, FREE)
    against = Vote(kind="duel", sides=sides, verdict="won", winner=0, at=NOON)
    assert [score.wins for score in score_contestants([against])] == [1, 0]


def test_one_configuration_under_two_names_is_one_contestant_by_its_newest_name():
    config, other = mixture("m"), contestant("b")
    votes = [
        Vote(
            kind="duel",
            sides=(Side(Contestant.mixture(config, name), FREE), Side(other, FREE)),
            verdict="won",
            winner=0,
            at=NOON + timedelta(minutes=minutes),
        )
        for minutes, name in ((5, "New"), (0, "Old"))
    ]
    best = score_contestants(votes)[0]
    assert (best.contestant.name, best.wins) == ("New", 2)


def test_a_proposal_of_the_first_layer_is_that_model_alone_and_no_later_one_is():
    agent = AgentSpec(endpoint="lab", model="small")
    hotter = AgentSpec(endpoint="lab", model="small", temperature=1.5)
    alone = Contestant.alone(agent)
    assert alone.config == MoAConfig(layers=(), aggregator=agent)
    assert alone.name == "lab/small"
    assert alone not in (Contestant.alone(agent, 1), Contestant.alone(hotter))
    assert Contestant.alone(agent, 1).name == "lab/small in layer 2"
    assert contestant("small") != alone


def test_a_mixture_without_a_name_says_what_it_is():
    assert Contestant.mixture(mixture("m")).name == "mixture of 2 under m"


@pytest.mark.parametrize(
    ("names", "verdict", "winner"),
    [("a", "tie", None), ("ab", "won", None), ("ab", "tie", 0), ("ab", "won", 2)],
)
def test_what_cannot_be_a_vote_is_refused(names, verdict, winner):
    sides = tuple(Side(contestant(name), FREE) for name in names)
    with pytest.raises(ConfigError):
        Vote(kind="duel", sides=sides, verdict=verdict, winner=winner, at=NOON)


def test_the_interval_is_the_one_that_holds_while_one_watches():
    scores = board([vote("ab")] * 7 + [vote("ab", winner=1)] * 3)
    assert scores["a"].interval == mean_interval({1: 7, 0: 3})
    assert scores["a"].interval == pytest.approx((0.2763, 0.9605), abs=1e-4)


def test_whether_mixing_helped_is_counted_of_votes_of_that_kind_alone():
    mixed = Side(contestant("mix"), FREE)
    proposal = Side(Contestant.alone(AgentSpec(endpoint="lab", model="m")), FREE)

    def judged(verdict: Verdict, winner: int | None, sides, kind: VoteKind = "mix"):
        return Vote(kind=kind, sides=sides, verdict=verdict, winner=winner, at=NOON)

    votes = [
        judged("won", 0, (mixed, proposal)),
        judged("won", 1, (proposal, mixed)),
        judged("won", 0, (proposal, mixed)),
        judged("tie", None, (mixed, proposal)),
        judged("both_bad", None, (proposal, mixed)),
        judged("won", 0, (mixed, proposal), "duel"),
    ]
    assert mix_tally(votes) == Tally(wins=2, ties=2, losses=1)


verdicts = st.sampled_from(["won", "tie", "both_bad"])
a_cost = st.builds(
    Cost, st.decimals("0", "9", places=9), st.integers(min_value=0, max_value=2)
)


@st.composite
def any_vote(draw) -> Vote:
    names = draw(st.lists(st.sampled_from("abcdef"), min_size=2, max_size=4))
    verdict = draw(verdicts)
    last = len(names) - 1
    winner = draw(st.integers(0, last)) if verdict == "won" else None
    costs = draw(st.lists(a_cost, min_size=len(names), max_size=len(names)))
    return vote(names, verdict, winner, costs, draw(st.integers(0, 999)))


@given(st.lists(any_vote(), max_size=60))
def test_whatever_the_votes_the_figures_add_up(votes):
    scores = score_contestants(votes)
    assert sum(score.votes for score in scores) == sum(len(v.sides) for v in votes)
    assert sum(score.wins for score in scores) == sum(
        vote.winner is not None for vote in votes
    )
    total = sum((side.cost for vote in votes for side in vote.sides), FREE)
    assert sum((score.cost for score in scores), FREE) == total
    for score in scores:
        outcomes = score.wins + score.losses + score.ties + score.both_bad
        assert outcomes == score.votes
        assert (score.strength is None) == bool(score.lacks)
        if score.win_rate is not None:
            low, high = score.interval
            assert 0 <= low <= score.win_rate <= high <= 1
            assert low < high


@given(st.lists(any_vote(), max_size=30), st.randoms())
def test_the_order_of_the_votes_does_not_matter(votes, dice):
    shuffled = [*votes]
    dice.shuffle(shuffled)
    for one, other in zip(
        score_contestants(votes), score_contestants(shuffled), strict=True
    ):
        assert one.contestant.key == other.contestant.key
        assert (one.votes, one.wins, one.cost) == (other.votes, other.wins, other.cost)
        assert one.strength == pytest.approx(other.strength, abs=1e-3)


@given(
    st.lists(
        st.tuples(st.integers(6, 20), st.integers(0, 4), st.integers(0, 3)),
        min_size=1,
        max_size=6,
    )
)
def test_who_beats_the_next_one_more_often_is_stronger(ladder):
    """Each beats the next of a ladder: so the strengths fall, one by one."""
    wins: dict[tuple[int, int], float] = {}
    for i, (won, lost, tied) in enumerate(ladder):
        wins[i, i + 1] = won + tied / 2
        wins[i + 1, i] = lost + tied / 2
    strengths = bradley_terry(len(ladder) + 1, wins)
    assert all(better > worse for better, worse in pairwise(strengths))
    assert sum(strengths) / len(strengths) == pytest.approx(1000)


def test_on_a_ladder_the_strengths_are_what_the_formula_says():
    """Without circles the odds of each pair are its own wins, so paper suffices."""
    wins = {(0, 1): 8.0, (1, 0): 2.0, (1, 2): 5.5, (2, 1): 3.5}
    first, second, third = bradley_terry(3, wins)
    imagined = IMAGINED_TIES / 2
    odds = (8 + imagined) / (2 + imagined), (5.5 + imagined) / (3.5 + imagined)
    assert first - second == pytest.approx(400 * math.log10(odds[0]), abs=1e-6)
    assert second - third == pytest.approx(400 * math.log10(odds[1]), abs=1e-6)


def test_who_never_lost_is_strong_but_not_infinitely():
    [winner, loser] = bradley_terry(2, {(0, 1): 30.0})
    assert winner - loser == pytest.approx(400 * math.log10(61))


def test_those_who_never_met_have_no_common_scale():
    wins = {(0, 1): 3.0, (2, 3): 1.0, (3, 2): 1.0}
    assert linked(range(5), wins) == [{0, 1}, {2, 3}, {4}]
    with pytest.raises(ValueError, match="never met"):
        bradley_terry(5, wins)


def test_strengths_wait_for_enough_votes_and_say_how_many():
    scores = board([vote("ab")] * (FEWEST_VOTES - 1))
    assert scores["a"].strength is None
    assert scores["a"].lacks == "1 more decided vote"
    scores = board([vote("ab")] * FEWEST_VOTES + [vote("bc")])
    assert scores["a"].strength > 1000 > scores["b"].strength
    assert scores["c"].lacks == f"{FEWEST_VOTES - 1} more decided votes"


def test_who_never_met_the_others_is_told_so():
    scores = board([vote("ab")] * 10 + [vote("bc")] * 10 + [vote("yz")] * 10)
    assert scores["a"].strength > scores["b"].strength > scores["c"].strength
    assert scores["y"].lacks == scores["z"].lacks == "a vote against one of the others"


def test_ten_straight_wins_stand_above_a_lucky_first_one():
    order = [
        score.contestant.name
        for score in score_contestants(
            [vote("ab")] * 10 + [vote("cd")] + [vote("ad", "tie")]
        )
    ]
    assert order.index("a") < order.index("c") < order.index("b")


def test_few_votes_load_no_heavy_library():
    """Half a second and 50 MB that most pages never need."""
    code = (
        "import sys\nfrom moa_core.votes.scoreboard import score_contestants\n"
        "assert score_contestants([]) == ()\n"
        "print({'numpy', 'scipy', 'choix'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"
