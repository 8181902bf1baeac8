from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from moa_core.errors import CapExceededError, ConfigError, ServerFailedError
from moa_core.evaluation import WinRate
from moa_core.experiments import AnswerKey, JudgementKey, Task, result_of
from moa_core.messages import Question
from moa_core.mixture import MoAConfig
from moa_core.plan import Estimate
from moa_core.run import FULL_RUN
from moa_core.usage import FREE
from services.experiment_drafts import draft_of_chats
from storage.errors import NotFoundError, RevealedError
from storage.evaluation import Ballots, NewQuestion, votes_of
from storage.recording.runs import Runs
from storage.schema import CallRow, ConversationRow, ExperimentRow, RunRow, TurnRow
from storage.settings import Caps
from storage.spending import CallFilter, Ledger, Spend
from storage.upkeep import Retention
from storage.values import TimeSpan
from tests.moa_core.experiments.desk import MIXTURE, PRICES, protocol, reply
from tests.storage.evaluation.laboratory import Laboratory
from tests.support.files.attached import image

pytestmark = pytest.mark.slow

NOTHING = Estimate(
    calls=1, low=FREE, high=FREE, input_tokens=(0, 0), output_tokens=(0, 0)
)


@pytest.fixture
def laboratory(database, recorder):
    return Laboratory(database, recorder)


async def test_it_comes_back_with_all_that_was_settled(laboratory):
    uid = laboratory.create(2, arms=("A", "B", "D"))
    ended = await laboratory.run(uid)
    assert ended.reason == "done"
    stored = laboratory.experiments.load(uid)
    progress = laboratory.work(uid).progress()
    assert len(progress.answers) == 6
    assert len(progress.judgements) == 8
    assert [item.kind for item in stored.items] == ["facts", "facts"]
    result = result_of(stored.protocol, stored.items, progress).primary
    assert result.judged.tally.n == 2
    asked = len(laboratory.world.asked)
    assert (await laboratory.run(uid)).reason == "done"
    assert len(laboratory.world.asked) == asked
    listed = Spend(laboratory.database).runs(CallFilter(role="judge"), TimeSpan(), 9)
    assert [run.kind for run in listed] == ["experiment"] * 8


async def test_a_judge_is_asked_again_and_its_first_reply_is_kept(laboratory):
    laboratory.world.judge = lambda _, count: "hm" if count == 2 else reply("2")
    uid = laboratory.create(1, arms=("A", "B"))
    assert (await laboratory.run(uid)).reason == "done"
    item = laboratory.experiments.load(uid).items[0]
    run = laboratory.work(uid).runs_of(item)[JudgementKey(item.id, "BA", True)]
    assert run.unread.text == "hm"
    assert run.state.synthesis.call.role == "judge"


async def test_what_was_cut_off_is_continued(laboratory):
    laboratory.world.broken["chief"] = lambda r: r.error(ServerFailedError, "down")
    uid = laboratory.create(2, arms=("A", "B"))
    assert (await laboratory.run(uid)).reason == "incomplete"
    laboratory.world.broken.clear()
    assert (await laboratory.run(uid)).reason == "done"
    assert [laboratory.world.count(name) for name in "abc"] == [2, 2, 2]


async def test_a_piece_of_work_is_claimed_once(laboratory):
    uid = laboratory.create(1, arms=("A", "B"))
    work, item = laboratory.work(uid), laboratory.experiments.load(uid).items[0]
    task = Task(key=AnswerKey(item.id, "B"), config=MIXTURE, messages=item.messages)
    begun = work.begin(task)
    assert work.begin(task) is None
    engine = laboratory.engine
    await laboratory.play(begun, engine.run(MIXTURE, item.messages), MIXTURE)
    assert work.begin(task) is None
    judged = Task(
        key=JudgementKey(item.id, "BA", True),
        config=MoAConfig(layers=(), aggregator=MIXTURE.aggregator),
        messages=item.messages,
    )
    assert work.begin(judged)
    assert work.begin(judged) is None


def test_a_budget_counts_what_is_under_way(laboratory):
    uid = laboratory.create(1, arms=("A", "B"), budget_usd=Decimal(1))
    work, item = laboratory.work(uid), laboratory.experiments.load(uid).items[0]

    def may_cost(usd):
        return lambda _: replace(NOTHING, high=replace(NOTHING.high, usd=Decimal(usd)))

    def task(arm):
        key = AnswerKey(item.id, arm)
        return Task(key=key, config=MIXTURE, messages=item.messages)

    work.begin(task("B"), may_cost("0.7"))
    with pytest.raises(CapExceededError, match=r"budget of this experiment.*\$0.30"):
        work.begin(task("A"), may_cost("0.4"))
    assert work.begin(task("A"), may_cost("0.2"), Caps(per_run_usd=Decimal(5)))


async def test_questions_of_chats_are_taken_with_their_answers(laboratory):
    first = await laboratory.ask("Why is the sky blue?")
    await laboratory.ask("And at night?", conversation_uid=first.conversation_uid)
    asked = laboratory.experiments.questions(MIXTURE)
    assert [each.question for each in asked] == [
        "And at night?",
        "Why is the sky blue?",
    ]
    assert all(each.run_uid for each in asked)
    other = replace(MIXTURE, length="short")
    assert not any(each.run_uid for each in laboratory.experiments.questions(other))
    uid = laboratory.create_of_chats()
    assert (await laboratory.run(uid)).reason == "done"
    assert [laboratory.world.count(name) for name in "abc"] == [2, 2, 2]
    night, _ = laboratory.experiments.load(uid, conversations=True).items
    assert len(night.messages) == 3
    shown = [m[1].text for model, m in laboratory.world.asked if model == "judge"]
    assert sum("[assistant]" in text for text in shown) == 4


async def test_answers_of_the_other_mixture_in_chats_are_taken_too(laboratory):
    first = await laboratory.ask("Why is the sky blue?")
    other = replace(MIXTURE, length="short")
    begun = laboratory.runs.begin_rework(first.run_uid, other, FULL_RUN)
    await laboratory.play(begun, laboratory.engine.run(other, begun.messages), other)
    draft = draft_of_chats(laboratory.experiments, MIXTURE)
    assert draft.answered == 1
    draft = draft.with_other(laboratory.experiments, other)
    assert draft.answered == 2
    laboratory.world.asked.clear()
    design = protocol(1, arms=("B", "M"), other=other, primary="BM")
    assert draft.forecast(design, PRICES).answers == 0
    uid = laboratory.experiments.create("Two", design, draft.questions)
    assert (await laboratory.run(uid)).reason == "done"
    assert {model for model, _ in laboratory.world.asked} == {"judge"}


async def test_a_question_that_is_deleted_goes_with_all_that_came_of_it(laboratory):
    for question in ("Why is the sky blue?", "What is a quark?"):
        await laboratory.ask(question)
    database = laboratory.database
    uid = laboratory.create_of_chats()
    await laboratory.run(uid)
    item = laboratory.experiments.load(uid).items[0]
    Ballots(database).cast(item.id, "BA", "first", ours_first=True)
    spent = Ledger(database).spent("day").cost
    assert spent.usd
    with database.writing() as session:
        gone = session.scalars(
            select(TurnRow.conversation_id)
            .join(ConversationRow)
            .where(TurnRow.question == item.question, ConversationRow.kind == "chat")
        ).one()
        row = update(ConversationRow).where(ConversationRow.id == gone)
        session.execute(row.values(deleted_at=1))
    assert Retention(database).empty_bin() == 1
    left = laboratory.experiments.load(uid)
    assert [each.question for each in left.items] != [item.question]
    assert len(left.items) == 1
    progress = laboratory.work(uid).progress()
    assert {key.item for key in progress.answers} == {left.items[0].id}
    assert Ballots(database).of(uid) == []
    result = result_of(left.protocol, left.items, progress)
    assert result.primary.unanswered == 1
    with database.reading() as session:
        assert session.scalar(select(func.count(TurnRow.id))) == 2


async def test_it_goes_as_a_whole_with_its_conversation(laboratory):
    uid = laboratory.create(2, arms=("A", "B"))
    await laboratory.run(uid)
    with laboratory.database.writing() as session:
        session.execute(update(ConversationRow).values(deleted_at=1))
    with pytest.raises(NotFoundError):
        laboratory.experiments.load(uid)
    assert laboratory.experiments.newest() == []
    assert Retention(laboratory.database).empty_bin() == 1
    with laboratory.database.reading() as session:
        for row in ExperimentRow, TurnRow, RunRow, CallRow:
            assert session.scalar(select(func.count()).select_from(row)) == 0


def test_a_changed_protocol_is_refused(laboratory):
    uid = laboratory.create(2)
    with laboratory.database.writing() as session:
        changed = {**protocol(2).to_dict(), "worth": 0.55}
        session.execute(update(ExperimentRow).values(protocol=changed))
    with pytest.raises(ConfigError, match="changed after its start"):
        laboratory.experiments.load(uid)


def test_state_kind_and_verdicts_are_kept(laboratory):
    experiments, uid = laboratory.experiments, laboratory.create(2)
    experiments.set_state(uid, "running")
    experiments.set_state(uid, "paused", "The daily cap is used up.")
    (listed,) = experiments.newest()
    assert (listed.uid, listed.state) == (uid, "paused")
    assert (listed.title, listed.note) == ("Does it help?", "The daily cap is used up.")
    item = experiments.load(uid).items[1]
    experiments.set_kind(uid, item.id, "maths")
    assert experiments.load(uid).items[1].kind == "maths"
    with pytest.raises(NotFoundError):
        experiments.set_kind(uid, "another", "maths")
    rate = WinRate(0.6, 0.51, 0.7, 30)
    for voted in (10, 10, 11):
        experiments.announce(uid, "It helps.", rate, judged=2, voted=voted)
    said = experiments.announcements(uid)
    assert [each.voted for each in said] == [10, 11]
    assert (said[0].low, said[0].high, said[0].sentence) == (0.51, 0.7, "It helps.")


def test_as_many_questions_as_the_protocol_says(laboratory):
    with pytest.raises(ConfigError, match="2 questions, and these are 1"):
        laboratory.experiments.create("E", protocol(2), [NewQuestion(question="Q")])


def test_an_experiment_is_no_chat(laboratory):
    uid = laboratory.create(2)
    with pytest.raises(NotFoundError):
        Runs(laboratory.database).begin(
            Question("More?"), MIXTURE, conversation_uid=uid
        )


def test_of_a_pair_one_ballot_counts(laboratory):
    uid, ballots = laboratory.create(3), Ballots(laboratory.database)
    one, two, three = (item.id for item in laboratory.experiments.load(uid).items)
    ballots.cast(one, "BA", "first", ours_first=True)
    ballots.cast(two, "BA", "first", ours_first=False)
    ballots.cast(three, "BA", "skipped", ours_first=True)
    ballots.cast(one, "BD", "both_bad", ours_first=True)
    votes = votes_of(ballots.of(uid))
    assert votes.counted == {(one, "BA"): 1.0, (two, "BA"): 0.0, (one, "BD"): 0.5}
    assert votes.skipped == {"BA": 1}
    again = ballots.cast(one, "BA", "tie", ours_first=True)
    assert votes_of(ballots.of(uid)).counted[one, "BA"] == 0.5
    for _ in range(2):
        ballots.undo(again)
        assert (one, "BA") not in votes_of(ballots.of(uid)).counted
    for refused in (lambda: ballots.undo("x"), lambda: cast_on_nothing(ballots)):
        with pytest.raises(NotFoundError):
            refused()


def test_votes_are_undone_and_done_again_one_after_the_other(laboratory):
    """The same counts give the same interval; a new vote ends what could be redone."""
    uid, ballots = laboratory.create(3), Ballots(laboratory.database)
    items = [item.id for item in laboratory.experiments.load(uid).items]
    for item in items:
        ballots.cast(item, "BA", "first", ours_first=True)
    before = votes_of(ballots.of(uid))
    assert ballots.steps(uid).redo is None
    for _ in range(2):
        ballots.undo(ballots.steps(uid).undo)
    assert [ballot.item for ballot in ballots.of(uid)] == items[:1]
    for _ in range(2):
        ballots.redo(ballots.steps(uid).redo)
    assert votes_of(ballots.of(uid)) == before
    assert ballots.steps(uid).redo is None
    ballots.undo(ballots.steps(uid).undo)
    ballots.cast(items[2], "BA", "tie", ours_first=True)
    assert ballots.steps(uid).redo is None


def test_a_vote_stays_once_it_was_shown_who_wrote_what(laboratory):
    uid, ballots = laboratory.create(2), Ballots(laboratory.database)
    one, two = (item.id for item in laboratory.experiments.load(uid).items)
    cast = ballots.cast(one, "BA", "first", ours_first=True)
    ballots.reveal(one)
    assert ballots.steps(uid).undo is None
    undone = ballots.cast(two, "BA", "first", ours_first=True)
    ballots.undo(undone)
    ballots.reveal(two)
    assert ballots.steps(uid).redo is None
    for refused in (
        lambda: ballots.undo(cast),
        lambda: ballots.redo(undone),
        lambda: ballots.cast(two, "BA", "tie", ours_first=True),
    ):
        with pytest.raises(RevealedError, match="stays as it is"):
            refused()


def cast_on_nothing(ballots):
    ballots.cast("another", "BA", "tie", ours_first=True)


async def test_questions_with_files_are_not_asked_anew_without_them(laboratory):
    await laboratory.ask("What is in it?", files=(image(),))
    await laboratory.ask("Why is the sky blue?")
    asked = laboratory.experiments.questions(MIXTURE)
    assert [each.question for each in asked] == ["Why is the sky blue?"]
