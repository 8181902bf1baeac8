"""Votes are kept with exactly what they were about, and can be taken back."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from moa_core.errors import ConfigError
from moa_core.evaluation import mean_interval
from moa_core.messages import Question
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig, Seat
from moa_core.run.rework import ReusedCall, Rework
from moa_core.run.run_state import RunState
from moa_core.usage import FREE, Cost
from moa_core.votes.scoreboard import score_contestants
from moa_core.votes.vote import Contestant
from storage.errors import NotFoundError
from storage.presets.preset_store import Presets
from storage.recording.run_start import Order
from storage.runs.answers import AnswerRef
from storage.schema import (
    CallRow,
    ConversationRow,
    RunRow,
    TurnRow,
    VoteRow,
    VoteSideRow,
)
from storage.votes.vote_store import Votes
from tests.profiles import examples
from tests.storage.fabricated import Storyteller, mixture, said

NAMES = "abc"


@pytest.fixture
def votes(database) -> Votes:
    return Votes(database)


class Duels:
    """Duels that were fought to the end, and what each answer had cost."""

    def __init__(self, recorded) -> None:
        self._recorded = recorded
        self.dice = random.Random(7)

    async def __call__(self, configs, names=None, question="Who is better?"):
        """The turn, an answer for each side, and the cost of each."""
        names = names or [None] * len(configs)
        orders = [
            Order(config=config, preset_name=name)
            for config, name in zip(configs, names, strict=True)
        ]
        begun = self._recorded.runs.begin_duel(Question(question), orders, blind=True)
        costs = [
            await self._told(run, config)
            for run, config in zip(begun, configs, strict=True)
        ]
        return (
            begun[0].turn_uid,
            [final(*it) for it in zip(begun, configs, strict=True)],
            costs,
        )

    async def _told(self, begun, config) -> Cost:
        state = RunState(config)
        for event in Storyteller(config, random.Random(self.dice.random())).tell():
            await self._recorded.tell(begun, event, state)
        return sum((call.cost for call in state.calls), FREE)


@pytest.fixture
def duel(recorded) -> Duels:
    return Duels(recorded)


def final(begun, config) -> AnswerRef:
    return AnswerRef(begun.run_uid, Seat(len(config.layers), 0))


def proposal(begun, position: int = 0, layer_index: int = 0) -> AnswerRef:
    return AnswerRef(begun.run_uid, Seat(layer_index, position))


def alone(model: str) -> MoAConfig:
    return MoAConfig(layers=(), aggregator=AgentSpec(endpoint="lab", model=model))


async def test_a_vote_keeps_what_was_judged_and_by_which_configuration(duel, votes):
    configs = [mixture(1, 2), mixture(2, 1)]
    turn_uid, answers, costs = await duel(configs, ["Mine", None])
    uid = votes.cast(turn_uid, "duel", answers, "won", 1, blind=True)
    [kept] = votes.all()
    assert (kept.uid, kept.turn_uid, kept.question) == (uid, turn_uid, "Who is better?")
    assert list(kept.answers) == answers
    vote = kept.vote
    assert (vote.kind, vote.verdict, vote.winner, vote.blind) == (
        "duel",
        "won",
        1,
        True,
    )
    assert [side.cost for side in vote.sides] == costs
    assert [side.contestant for side in vote.sides] == [
        Contestant.mixture(config) for config in configs
    ]
    assert vote.sides[0].contestant.name == "Mine"
    assert votes.of_turn(turn_uid) == [kept]
    assert votes.of_turn("another") == []


async def test_did_the_mix_help_is_a_synthesis_against_a_model(recorded, votes):
    config = mixture(2, 2)
    begun, state = await recorded(config)
    answers = [proposal(begun, 1), final(begun, config)]
    votes.cast(begun.turn_uid, "mix", answers, "won", 1)
    one, whole = votes.all()[0].vote.sides
    agent = config.layers[0].proposers[1]
    assert one.contestant == Contestant.alone(agent)
    assert one.contestant.name == agent.ref
    assert whole.contestant == Contestant.mixture(config)
    own = [call.cost for call in state.calls if call.seat == Seat(0, 1)]
    assert one.cost == sum(own, FREE)
    assert whole.cost == state.cost


async def test_a_proposal_of_a_later_layer_is_not_that_model_alone(recorded, votes):
    config = mixture(2, 2)
    begun, _ = await recorded(config)
    answers = [proposal(begun, 0, 1), final(begun, config)]
    votes.cast(begun.turn_uid, "mix", answers, "tie")
    agent = config.layers[1].proposers[0]
    [kept] = votes.all()
    assert kept.vote.sides[0].contestant == Contestant.alone(agent, 1)
    assert kept.vote.sides[0].contestant != Contestant.alone(agent)


async def test_a_model_alone_is_the_same_contestant_in_a_duel_and_as_a_proposer(
    duel, recorded, votes
):
    config = mixture(1, 2)
    single = MoAConfig(layers=(), aggregator=config.layers[0].proposers[0])
    turn_uid, answers, _ = await duel([single, config])
    votes.cast(turn_uid, "duel", answers, "won", 0)
    begun, _ = await recorded(config)
    pair = [proposal(begun), final(begun, config)]
    votes.cast(begun.turn_uid, "mix", pair, "won", 0)
    scores = score_contestants(kept.vote for kept in votes.all())
    assert [(score.wins, score.losses) for score in scores] == [(2, 0), (0, 2)]


async def test_a_synthesis_that_left_proposals_out_is_that_of_a_smaller_mixture(
    recorded, runs, recorder, votes
):
    config = mixture(2, 3)
    begun, state = await recorded(config)
    given = {
        call.seat: ReusedCall(call, included=call.seat != Seat(1, 2))
        for call in state.calls
        if call.role == "proposer"
    }
    again = runs.begin_rework(
        begun.run_uid, config, Rework(reused=given), preset_name="Mine"
    )
    await said(recorder, again, config, "Shorter.")
    answers = [final(begun, config), final(again, config)]
    votes.cast(begun.turn_uid, "duel", answers, "won", 1)
    whole, smaller = votes.all()[0].vote.sides
    fewer = (config.layers[0], Layer(config.layers[1].proposers[:2]))
    assert whole.contestant == Contestant.mixture(config)
    assert smaller.contestant == Contestant.mixture(replace(config, layers=fewer))
    assert smaller.contestant.name != "Mine"
    assert smaller.cost.unknown_calls == 1  # what `said` makes has no price
    unread = sum((c.cost.usd for c in state.calls if c.seat == Seat(1, 2)), Decimal(0))
    last = sum((c.cost.usd for c in state.calls if c.role == "aggregator"), Decimal(0))
    assert smaller.cost.usd == state.cost.usd - unread - last


async def test_an_undone_vote_does_not_count_until_it_is_redone(duel, votes):
    turn_uid, answers, _ = await duel([mixture(1, 1), mixture(1, 2)])
    uid = votes.cast(turn_uid, "duel", answers, "won", 0)
    before = votes.all()
    votes.undo(uid)
    votes.undo(uid)
    assert votes.all() == votes.of_turn(turn_uid) == []
    votes.redo(uid)
    assert votes.all() == before


async def test_what_was_voted_on_stays_known_when_the_vote_is_undone(duel, votes):
    turn_uid, answers, _ = await duel([mixture(1, 1), mixture(1, 2), mixture(1, 3)])
    pair = answers[:2]
    assert not votes.judged(turn_uid, "duel", pair)
    votes.undo(votes.cast(turn_uid, "duel", pair, "won", 0))
    assert votes.judged(turn_uid, "duel", pair[::-1])
    assert not votes.judged(turn_uid, "mix", pair)
    assert not votes.judged(turn_uid, "duel", answers[1:])


@pytest.mark.parametrize("order", [1, -1])
async def test_voting_again_takes_the_earlier_vote_back(duel, votes, order):
    turn_uid, answers, _ = await duel([mixture(1, 1), mixture(1, 2)])
    first = votes.cast(turn_uid, "duel", answers, "won", 0)
    second = votes.cast(turn_uid, "duel", answers[::order], "tie")
    assert [kept.uid for kept in votes.all()] == [second]
    votes.redo(first)
    assert [kept.uid for kept in votes.all()] == [first]


async def test_votes_on_other_answers_or_of_another_kind_stand_beside_it(
    recorded, votes
):
    config = mixture(1, 2)
    begun, _ = await recorded(config)
    synthesis = final(begun, config)
    pairs = [[proposal(begun, position), synthesis] for position in range(2)]
    for kind in ("duel", "mix"):
        for pair in pairs:
            votes.cast(begun.turn_uid, kind, pair, "both_bad")
    assert Counter(kept.vote.kind for kept in votes.all()) == {"duel": 2, "mix": 2}
    assert [kept.answers for kept in votes.all(kind="mix")] == [
        tuple(pair) for pair in reversed(pairs)
    ]


async def test_only_votes_since_a_moment_are_found(duel, votes, database):
    for _ in range(2):
        turn_uid, answers, _ = await duel([mixture(1, 1), mixture(1, 2)])
        votes.cast(turn_uid, "duel", answers, "tie")
    newest, oldest = votes.all()
    old = VoteRow.uid == oldest.uid
    with database.writing() as session:
        session.execute(update(VoteRow).where(old).values(created_at=1_700_000_000_000))
    long_ago = datetime.fromtimestamp(1_700_000_000, UTC)
    assert [kept.uid for kept in votes.all()] == [newest.uid, oldest.uid]
    assert len(votes.all(since=long_ago)) == 2
    assert [kept.uid for kept in votes.all(long_ago + timedelta(milliseconds=1))] == [
        newest.uid
    ]


async def test_what_cannot_be_judged_is_refused_and_nothing_is_kept(
    duel, votes, database
):
    turn_uid, answers, _ = await duel([mixture(1, 1), mixture(1, 2)])
    other_turn, strangers, _ = await duel([mixture(1, 1), mixture(1, 2)])
    unsaid = AnswerRef(answers[0].run_uid, Seat(5, 0))
    for sides, verdict, winner in (
        (answers[:1], "tie", None),
        (answers, "won", None),
        (answers, "won", 2),
        ([answers[0], answers[0]], "tie", None),
    ):
        with pytest.raises(ConfigError):
            votes.cast(turn_uid, "duel", sides, verdict, winner)
    for turn, sides in (
        (turn_uid, [answers[0], strangers[1]]),
        (turn_uid, [answers[0], unsaid]),
        ("nowhere", answers),
    ):
        with pytest.raises(NotFoundError):
            votes.cast(turn, "duel", sides, "tie")
    with pytest.raises(NotFoundError):
        votes.undo("nothing")
    with pytest.raises(NotFoundError):
        votes.redo("nothing")
    with database.reading() as session:
        assert session.scalars(select(VoteRow)).all() == []
    assert votes.of_turn(other_turn) == []


async def test_an_answer_that_failed_cannot_be_judged(duel, votes, database):
    turn_uid, answers, _ = await duel([mixture(1, 1), mixture(1, 2)])
    with database.writing() as session:
        session.execute(update(CallRow).values(status="failed"))
    with pytest.raises(ConfigError, match="finished answer"):
        votes.cast(turn_uid, "duel", answers, "tie")


async def test_a_vote_goes_when_its_texts_are_deleted_for_real(duel, votes, database):
    for _ in range(2):
        turn_uid, answers, _ = await duel([mixture(1, 1), mixture(1, 2)])
        votes.cast(turn_uid, "duel", answers, "tie")
    with database.writing() as session:
        gone = select(TurnRow.conversation_id).where(TurnRow.uid == turn_uid)
        session.execute(delete(ConversationRow).where(ConversationRow.id.in_(gone)))
    assert len(votes.all()) == 1
    with database.reading() as session:
        assert len(session.scalars(select(VoteSideRow)).all()) == 2


async def test_a_vote_that_lost_one_of_its_answers_no_longer_counts(
    duel, votes, database
):
    turn_uid, answers, _ = await duel([mixture(1, 1), mixture(1, 2)])
    votes.cast(turn_uid, "duel", answers, "won", 1)
    with database.writing() as session:
        gone = RunRow.uid == answers[0].run_uid
        session.execute(delete(RunRow).where(gone))
    assert votes.all() == []


async def test_a_deleted_conversation_keeps_its_votes_but_shows_no_question(
    duel, votes, conversations
):
    turn_uid, answers, _ = await duel([mixture(1, 1), mixture(1, 2)])
    votes.cast(turn_uid, "duel", answers, "tie")
    conversations.delete(votes.all()[0].conversation_uid)
    assert [kept.question for kept in votes.all()] == [""]


async def test_votes_are_there_after_a_restart(duel, votes, database, url):
    from storage.database.sessions import Database

    turn_uid, answers, _ = await duel([mixture(1, 1), alone("small")], ["Mine", None])
    votes.cast(turn_uid, "duel", answers, "won", 0)
    before = votes.all()
    again = Database.open(url)
    try:
        assert Votes(again).all() == before
    finally:
        again.close()


@pytest.mark.slow
async def test_the_scoreboard_is_what_one_counts_by_hand_from_stored_votes(
    duel, votes, database
):
    """Counted here from the rows, without the code that counts for the page."""
    configs = {name: mixture(1, i + 1) for i, name in enumerate(NAMES)}
    dice = random.Random(3)
    for i in range(30):
        names = dice.sample(NAMES, 3 if i % 6 == 0 else 2)
        turn_uid, answers, _ = await duel([configs[name] for name in names], names)
        verdict = dice.choice(["won", "won", "won", "tie", "both_bad"])
        winner = dice.randrange(len(names)) if verdict == "won" else None
        uid = votes.cast(turn_uid, "duel", answers, verdict, winner)
        if i % 8 == 7:
            votes.undo(uid)
    counts, paid = Counter(), Counter()
    with database.reading() as session:
        for row in session.scalars(select(VoteRow).where(VoteRow.undone_at.is_(None))):
            its_sides = VoteSideRow.vote_id == row.id
            for side in session.scalars(select(VoteSideRow).where(its_sides)):
                won = row.winner == side.position
                outcome = {"won": "win" if won else "loss"}.get(
                    row.verdict, row.verdict
                )
                counts[side.preset_name, outcome] += 1
                paid[side.preset_name] += side.cost_nusd
    scores = score_contestants(kept.vote for kept in votes.all())
    assert len(scores) == len(NAMES)
    for score in scores:
        name = score.contestant.name
        by_hand = [counts[name, what] for what in ("win", "loss", "tie", "both_bad")]
        won, lost, tied, both_bad = by_hand
        assert [score.wins, score.losses, score.ties, score.both_bad] == by_hand
        assert score.votes == won + lost + tied + both_bad
        rate = (won + tied / 2) / (won + lost + tied)
        assert score.win_rate == pytest.approx(rate)
        assert score.interval == mean_interval({1: won, 0.5: tied, 0: lost})
        assert score.cost == Cost(Decimal(paid[name]).scaleb(-9))
        price = score.price_of_a_win.usd
        assert float(price) == pytest.approx(paid[name] / won / 1e9, abs=1e-9)
        assert score.strength is not None


async def test_a_presets_record_tells_how_its_votes_went(duel, votes, database):
    configs = mixture(1, 1), mixture(1, 2)
    for winner in (0, 0, 1):
        turn_uid, answers, _ = await duel(configs)
        uid = votes.cast(turn_uid, "duel", answers, "won", winner)
    turn_uid, answers, _ = await duel(configs)
    votes.cast(turn_uid, "duel", answers, "both_bad")
    found = Presets(database).records_of(configs)
    assert [(found[each].wins, found[each].votes) for each in configs] == [
        (2, 4),
        (1, 4),
    ]
    votes.undo(uid)
    assert Presets(database).record_of(configs[1]).wins == 0
    assert Presets(database).record_of(mixture(3, 1)).votes == 0


@pytest.mark.slow
@settings(examples(0.15), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["cast", "undo", "redo"]), max_size=12), seed=...)
async def test_whatever_one_does_one_vote_at_most_counts_on_a_pair(
    duel, votes, steps, seed: int
):
    turn_uid, answers, _ = await duel([mixture(1, 1), mixture(1, 2)])
    dice, cast = random.Random(seed), []
    for step in steps:
        if step == "cast" or not cast:
            pair = dice.sample(answers, 2)
            cast.append(votes.cast(turn_uid, "duel", pair, "tie"))
            expected = cast[-1]
        elif step == "redo":
            expected = dice.choice(cast)
            votes.redo(expected)
        else:
            votes.undo(undone := dice.choice(cast))
            expected = None if undone == expected else expected
        assert [kept.uid for kept in votes.of_turn(turn_uid)] == (
            [expected] if expected else []
        )
