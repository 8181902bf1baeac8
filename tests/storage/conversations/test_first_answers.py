"""A first answer that stands is the answer of its run, wherever an answer is read."""

import shutil
from decimal import Decimal

import pytest

from moa_core.engine.pacing import DEFAULT_THRESHOLD, Threshold
from moa_core.mixture.config import Seat
from moa_core.mixture.pace import Auto, Pace
from moa_core.plan import rework_plan
from moa_core.plan.title_call import title_call
from moa_core.run.controls import Controls
from moa_core.votes.vote import Contestant
from storage.conversations.conversation_store import Conversations
from storage.database.sessions import Database
from storage.history.results import InAnswer, InProposal
from storage.history.search import Search
from storage.recording.titles import Titles
from storage.runs.answers import AnswerRef
from storage.settings import Caps
from storage.spending.amounts import CallFilter
from storage.spending.auto_savings import AutoSavings
from storage.spending.spend import Spend
from storage.transfer.export import export_to
from storage.transfer.importer import import_from
from storage.votes.vote_store import Votes
from tests.moa_core.scripted import failure, mixture
from tests.storage.desk import Desk, priced
from tests.storage.rollup import difference

AUTO = Pace(auto=Auto())
CONFIG = mixture(["a", "b", "c"], pace=AUTO)
BLUE = ["The sky is blue since air scatters short waves of sunlight the most."]
WIZARD = ["Ask the wizard of the third mountain, who painted everything at dawn."]
MILD = ["The sky is blue by air and waves, as wizards of mountains often painted it."]
ALONE, SYNTHESIS = Seat(1, 1), Seat(1, 0)
STANDS = {"chief": BLUE, "a": BLUE}
DOUBTED = {"chief": lambda n: BLUE if n == 1 else ["Written."], "a": WIZARD}


@pytest.fixture
def desk(database, recorder) -> Desk:
    return Desk(database, recorder)


async def asked(desk: Desk, scripts, controls=None, config=CONFIG):
    desk.scripts = scripts
    begun, state = await desk.ask("Why is the sky blue?", config, controls)
    return begun, state, desk.turn(begun)


def ref(begun, seat=ALONE) -> AnswerRef:
    return AnswerRef(begun.run_uid, seat)


async def test_one_that_stands_is_the_version_and_what_the_next_question_follows(desk):
    begun, state, turn = await asked(desk, STANDS)
    assert turn.answer == ref(begun)
    assert [(v.number, v.text, v.ref) for v in turn.versions] == [
        (1, BLUE[0], ref(begun))
    ]
    stored = turn.runs[0].state
    assert stored.decisions == [
        (pytest.approx(at_s, abs=0.001), made) for at_s, made in state.decisions
    ]
    assert stored.synthesis.text == state.synthesis.text == BLUE[0]
    desk.scripts = {}
    following, _ = await desk.ask(
        "And at dusk?", CONFIG, conversation_uid=begun.conversation_uid
    )
    assert [message.text for message in following.messages][:2] == [
        "Why is the sky blue?",
        BLUE[0],
    ]


async def test_one_that_was_doubted_is_kept_beside_the_answer(desk):
    begun, _, turn = await asked(desk, DOUBTED)
    assert turn.answer == ref(begun, SYNTHESIS)
    assert [version.text for version in turn.versions] == ["Written."]
    assert turn.runs[0].state.seat_at(ALONE).text == BLUE[0]
    assert turn.text_of(ref(begun)) == BLUE[0]


async def test_one_whose_mixture_could_not_write_is_the_answer(desk):
    fails = [failure("chief")]
    scripts = {"chief": lambda n: BLUE if n == 1 else fails, "a": WIZARD}
    begun, state, turn = await asked(desk, scripts)
    assert state.status == "failed"
    assert turn.answer == ref(begun)
    assert [version.text for version in turn.versions] == BLUE


async def test_one_that_was_whole_when_its_run_was_stopped_is_the_answer(desk):
    controls = Controls()

    def stop(_):
        controls.stop()
        return [5.0, "too late"]

    begun, state, turn = await asked(desk, {**DOUBTED, "b": stop}, controls)
    assert state.status == "stopped"
    assert turn.answer == ref(begun)
    assert [version.text for version in turn.versions] == BLUE


async def test_part_of_one_can_be_gone_on_from(desk):
    controls = Controls()

    def stop(_):
        controls.stop()
        return [5.0, "too late"]

    scripts = {"chief": ["The sky", 5.0, " is blue."], "a": stop}
    begun, _, turn = await asked(desk, scripts, controls)
    assert turn.answer == ref(begun)
    assert turn.versions == ()
    assert turn.text_of(turn.answer) == "The sky"


async def test_while_the_mixture_is_asked_it_is_no_answer_yet(desk, database):
    seen = []

    def look(_):
        seen.append(desk.conversations.load(uids[0]).turns[0].answer)
        return ["b answers"]

    begin, uids = desk.runs.begin, []

    def begin_and_tell(*given, **more):
        begun = begin(*given, **more)
        uids.append(begun.conversation_uid)
        return begun

    desk.runs.begin = begin_and_tell
    await asked(desk, {**DOUBTED, "b": look})
    assert seen == [None]


async def test_asking_the_others_anyway_gives_a_second_version(desk):
    begun, state, _ = await asked(desk, STANDS)
    desk.scripts = {"chief": ["Written."]}
    again, _ = await desk.rework(begun.run_uid, rework_plan.ask_the_others(state))
    assert [r.agent.model for r in desk.provider.requests] == ["b", "c", "chief"]
    turn = desk.turn(begun)
    assert [version.text for version in turn.versions] == [BLUE[0], "Written."]
    assert turn.answer == ref(again, SYNTHESIS)


async def test_it_is_found_as_the_answer_that_it_is(desk, database):
    await asked(desk, STANDS)
    (hit,) = Search(database).find("scatters").hits
    spots = [match.where for match in hit.matches]
    assert spots == [InAnswer("chief", 1), InProposal("a", 0)]
    await asked(desk, DOUBTED)
    newest = Search(database).find("scatters").hits[0]
    assert newest.matches[0].where == InAnswer("chief", None)


async def test_a_chat_that_it_answered_first_gets_a_title_and_only_once(desk, database):
    titles = Titles(database)
    begun, state, _ = await asked(desk, STANDS)
    call = title_call(state, "Why is the sky blue?", priced())
    assert call.agent.model == "a"  # the cheapest that answered
    following, _ = await desk.ask(
        "And at dusk?", CONFIG, conversation_uid=begun.conversation_uid
    )
    assert titles.begin(following.run_uid, call, Caps()) is None
    assert titles.begin(begun.run_uid, call, Caps()) is not None


async def test_a_vote_on_one_that_stands_is_for_the_mixture_with_all_that_was_paid(
    desk, database
):
    begun, _, turn = await asked(desk, STANDS)
    votes = Votes(database)
    votes.cast(turn.uid, "mix", [ref(begun), ref(begun, Seat(0, 0))], "tie")
    first, proposal = votes.of_turn(turn.uid)[0].vote.sides
    assert first.contestant == Contestant.mixture(CONFIG)
    assert first.cost.usd == Decimal(16 + 1)
    assert proposal.contestant == Contestant.alone(CONFIG.layers[0].proposers[0])


async def test_a_vote_on_one_that_was_followed_is_for_its_model_alone(desk, database):
    begun, _, turn = await asked(desk, DOUBTED)
    votes = Votes(database)
    sides = [ref(begun), ref(begun, SYNTHESIS)]
    votes.cast(turn.uid, "mix", sides, "won", 1)
    first, whole = votes.of_turn(turn.uid)[0].vote.sides
    assert first.contestant == Contestant.alone(CONFIG.aggregator)
    assert first.cost.usd == Decimal(16)
    assert whole.contestant == Contestant.mixture(CONFIG)
    assert whole.cost.usd == Decimal(16 + 1 + 2 + 4 + 16)


async def test_its_second_opinion_was_used_though_no_model_read_it(desk, database):
    await asked(desk, STANDS, config=mixture(["a", "b"], ["c"], pace=AUTO))
    breakdown = Spend(database).breakdown()
    assert breakdown.of(CallFilter(disposition="unread")).calls == 0
    assert breakdown.of(CallFilter(role="provisional")).calls == 1
    assert breakdown.of(CallFilter(disposition="used")).cost.usd == Decimal(16 + 1)
    with database.reading() as session:
        assert difference(session) == 0


async def test_what_it_saved_is_added_up_as_an_estimate(desk, database):
    spend = Spend(database)
    assert spend.auto_savings() == AutoSavings()
    await asked(desk, STANDS)
    await asked(desk, STANDS)
    await asked(desk, DOUBTED)
    found = spend.auto_savings()
    assert (found.judged, found.enough, found.calls) == (3, 2, 2 * 2)
    assert found.cost.usd > 0
    assert found.cost.unknown_calls == 0


async def test_votes_teach_how_much_doubt_is_worth_asking_the_others(
    desk, database, monkeypatch
):
    monkeypatch.setattr("moa_core.engine.pacing.threshold.VOTES_NEEDED", 2)
    votes = Votes(database)
    for number in (1, 2):
        begun, _, turn = await asked(desk, {**DOUBTED, "a": MILD})
        sides = [ref(begun), ref(begun, SYNTHESIS)]
        vote = votes.cast(turn.uid, "mix", sides, "won", 0)
        assert votes.threshold().votes == (2 if number == 2 else 0)
    doubt = turn.runs[0].state.decisions[0][1].doubt
    assert DEFAULT_THRESHOLD < doubt < votes.threshold().value
    votes.undo(vote)
    assert votes.threshold() == Threshold()


async def test_an_export_brings_it_back_as_the_answer(
    desk, database, tmp_path, new_file
):
    begun, _, _ = await asked(desk, STANDS)
    await asked(desk, {**DOUBTED, "b": BLUE})
    export_to(database, tmp_path / "all.json")
    other = Database.open(f"sqlite:///{shutil.copy(new_file, tmp_path / 'other.db')}")
    import_from(other, tmp_path / "all.json")
    turn = Conversations(other).load(begun.conversation_uid).turns[0]
    assert [version.text for version in turn.versions] == BLUE
    assert turn.answer == ref(begun)
    assert Spend(other).auto_savings() == Spend(database).auto_savings()
    other.close()
