"""What a database tells of single models, to choose among them."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from moa_core.errors import ServerFailedError
from moa_core.evaluation import Tally
from moa_core.experiments import AnswerKey
from moa_core.mixture import AgentSpec
from moa_core.review import matches_prompt_hash, sent_to
from moa_core.usage import FREE
from moa_core.votes import Contestant, Side, Vote
from services.choosing import VOTES, Choosing
from storage.conversations import Conversations
from storage.evaluation import Ballots, ModelEvidence
from storage.votes import Votes
from tests.moa_core.experiments.desk import MIXTURE
from tests.moa_core.scripted import mixture
from tests.storage.evaluation.laboratory import Laboratory

pytestmark = pytest.mark.slow

OF_MODELS = ("A", "B", "E1", "P1", "P2", "P3", "W1")


@pytest.fixture
def laboratory(database, recorder):
    return Laboratory(database, recorder)


@pytest.fixture
def choosing(database):
    return Choosing(database, Votes(database))


@pytest.fixture
async def compared(laboratory):
    """An experiment of two questions that compares all models of the mixture."""
    uid = laboratory.create(2, arms=OF_MODELS)
    assert (await laboratory.run(uid)).reason == "done"
    return uid


async def test_what_an_experiment_tells_of_models_is_added_up(compared, choosing):
    [source] = choosing.sources()
    assert (source.judge, source.comparisons) == ("lab/judge", 12)
    assert source.opponent == MIXTURE
    found = choosing.candidates(source)
    assert set(found.known.records) == {"lab/a", "lab/b", "lab/c", "lab/chief"}
    record = found.known.records["lab/a"]
    assert record.alone.n == record.as_aggregator.n == record.left_out.n == 2
    assert record.saves_usd > 0
    assert found.known.quality == {}
    assert found.known.missing["lab/chief"] == 28
    alike = found.known.likeness["lab/a", "lab/chief"]
    assert alike.questions == 2  # drafts, and what the aggregator wrote alone
    assert found.known.difference("lab/a") is None
    assert found.agents["lab/a"] == MIXTURE.layers[0].proposers[0]


async def test_experiments_on_one_mixture_add_up(compared, laboratory, choosing):
    again = laboratory.create(3, arms=("A", "B", "P1"))
    other = laboratory.create(1, arms=("A", "B"), mixture=mixture(["a", "d"]))
    nothing = laboratory.create(1, arms=("B", "C"), primary="BC")
    for uid in (again, other, nothing):
        assert (await laboratory.run(uid)).reason == "done"
    first, second = choosing.sources()
    assert [first.comparisons, second.comparisons] == [18, 1]
    assert choosing.candidates(first).known.records["lab/a"].alone.n == 5


async def test_votes_are_a_source_of_their_own(compared, laboratory, choosing):
    ballots = Ballots(laboratory.database)
    item = laboratory.experiments.load(compared).items[0].id
    ballots.cast(item, "BP1", "second", ours_first=True)
    ballots.cast(item, "BP2", "skipped", ours_first=True)
    ballots.cast(item, "BP3", "both_bad", ours_first=True)
    undone = ballots.cast(item, "BA", "first", ours_first=True)
    ballots.undo(undone)
    _, votes = choosing.sources()
    assert (votes.judge, votes.comparisons) == (VOTES, 2)
    records = choosing.candidates(votes).known.records
    assert records["lab/a"].alone == Tally(1, 0, 0)
    assert records["lab/c"].alone == Tally(0, 1, 0)
    assert records["lab/chief"].alone.n == 0


async def test_deleted_experiments_tell_nothing(compared, laboratory, choosing):
    Conversations(laboratory.database).delete(compared)
    assert choosing.sources() == []


async def test_answers_come_from_chats_as_well(laboratory, database):
    evidence = ModelEvidence(database)
    for number in range(3):
        await laboratory.ask(f"Question {number}?")
    answers = evidence.answers({"lab/a", "lab/b"}, MIXTURE)
    assert [set(each) for each in answers] == [{"lab/a", "lab/b"}] * 3
    assert evidence.answers({"lab/a", "lab/b"}) == answers
    assert evidence.answers({"lab/a", "lab/none"}) == []
    unknown = replace(MIXTURE, length="short")
    assert evidence.answers({"lab/a", "lab/b"}, unknown) == []


async def test_drafts_of_chats_are_answers_of_models(laboratory, choosing):
    await laboratory.ask("Why is the sky blue?")
    uid = laboratory.create_of_chats(arms=("B", "P1", "P2"), primary="BP1")
    assert (await laboratory.run(uid)).reason == "done"
    assert laboratory.world.count("a") == laboratory.world.count("chief") == 1
    [source] = choosing.sources()
    assert choosing.candidates(source).known.records["lab/a"].alone.n == 1


class Told:
    """Votes of duels, which nobody needs to fight."""

    def __init__(self, duels):
        self.duels = duels

    def all(self):
        return [
            SimpleNamespace(
                vote=Vote(
                    kind="duel",
                    sides=tuple(Side(each, FREE) for each in sides),
                    verdict="won",
                    winner=winner,
                    at=datetime(2026, 11, 1, tzinfo=UTC),
                )
            )
            for *sides, winner in self.duels
        ]


def test_votes_on_single_models_count_by_strength(database):
    single = {
        name: Contestant.alone(AgentSpec.from_ref(f"lab/{name}")) for name in "abc"
    }
    mixed = Contestant.mixture(MIXTURE)
    duels = [
        *((single["a"], single["b"], int(number % 3 == 0)) for number in range(36)),
        *((single["b"], mixed, int(number % 3 == 0)) for number in range(12)),
        *((single["c"], mixed, 0) for _ in range(4)),
    ]
    choosing = Choosing(database, Told(duels))
    [source] = choosing.sources()
    assert (source.opponent, source.comparisons) == (None, 52)
    found = choosing.candidates(source)
    assert set(found.known.quality) == {"lab/a", "lab/b"}
    assert found.known.quality["lab/a"] > 0.5 > found.known.quality["lab/b"]
    assert found.known.missing == {"lab/c": 26}
    assert found.known.records["lab/a"].alone == Tally(24, 0, 12)
    assert found.agents["lab/c"].model == "c"


async def test_layers_asked_again_go_on_where_a_failure_cut_them_off(laboratory):
    """A seat of layer 1 left out, another mixture, and each model alone."""
    world, deep = laboratory.world, mixture(["a", "b"], ["b", "c"])
    uid = laboratory.create(
        1, mixture=deep, arms=("B", "E1.2", "M", "P2.2"), primary="BM",
        other=mixture(["d"]),
    )  # fmt: skip

    def fails_after_the_first(request):
        if request.agent.model == "chief" and world.count("chief") > 1:
            raise request.error(ServerFailedError, "down")

    world.before_answer = fails_after_the_first
    assert (await laboratory.run(uid)).reason == "incomplete"
    world.before_answer = None
    assert (await laboratory.run(uid)).reason == "done"
    assert [world.count(name) for name in "abcd"] == [1, 1 + 1 + 1, 1 + 1 + 1, 1]
    [item] = laboratory.experiments.load(uid).items
    runs = laboratory.work(uid).runs_of(item)
    without = runs[AnswerKey(item.id, "E1.2")].state
    panel = runs[AnswerKey(item.id, "B")].state
    assert [seat.text for seat in without.read_by(1)] == [panel.layers[0].seats[0].text]
    sent = sent_to(without, without.synthesis.seat, item.messages)
    assert matches_prompt_hash(without.synthesis.call, sent)
