"""Questions can be edited and branched from anywhere; every path stays as it was."""

import pytest
from sqlalchemy import update

from moa_core.messages import Message, Question
from moa_core.mixture.agent_prompt import prompt_for, prompt_sha256
from moa_core.mixture.config import Seat
from moa_core.plan import rework_plan
from moa_core.run import Controls
from storage.conversations.conversation_store import Conversations
from storage.database.sessions import Database
from storage.errors import NotFoundError
from storage.recording.runs import Runs
from storage.runs.answers import AnswerRef
from storage.schema import TurnRow
from tests.moa_core.scripted import failure, mixture
from tests.storage.desk import Desk

FLAT = mixture(["a", "b"])
A, B, CHIEF = Seat(0, 0), Seat(0, 1), Seat(1, 0)


@pytest.fixture
def desk(database, recorder) -> Desk:
    return Desk(database, recorder)


class Tree:
    """One conversation that is asked in, by the question of the turn before."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.begun = desk, {}

    async def ask(self, question, after="the newest", **scripts):
        self.desk.scripts = {"chief": [f"{question} Yes."], **scripts}
        where = {}
        if self.begun:
            where["conversation_uid"] = next(iter(self.begun.values())).conversation_uid
        if after != "the newest":
            where["after"] = self.begun[after].turn_uid if after else None
        self.begun[question], _ = await self.desk.ask(question, FLAT, **where)
        return self.begun[question]

    def path(self, through=None, **options):
        uid = next(iter(self.begun.values())).conversation_uid
        through = through and self.begun[through].turn_uid
        return self.desk.conversations.load(uid, through, **options).turns

    def questions(self, through=None, **options):
        return [turn.question.text for turn in self.path(through, **options)]

    def names(self, uids):
        return [q for uid in uids for q, b in self.begun.items() if b.turn_uid == uid]


@pytest.fixture
async def tree(desk) -> Tree:
    """``1 -> 2 -> 3``, ``2`` worded anew as ``2b``, and ``1`` as ``1b``."""
    tree = Tree(desk)
    await tree.ask("1")
    await tree.ask("2")
    await tree.ask("3")
    await tree.ask("2b", after="1")
    await tree.ask("1b", after=None)
    return tree


def contents(begun):
    return [message.text for message in begun.messages]


async def test_a_branch_sees_its_own_path_alone(tree):
    assert contents(tree.begun["3"]) == ["1", "1 Yes.", "2", "2 Yes.", "3"]
    assert contents(tree.begun["2b"]) == ["1", "1 Yes.", "2b"]
    assert contents(tree.begun["1b"]) == ["1b"]
    assert contents(await tree.ask("4", after="3"))[:5] == [
        "1",
        "1 Yes.",
        "2",
        "2 Yes.",
        "3",
    ]


async def test_every_path_can_be_walked(tree):
    assert tree.questions() == ["1b"]
    assert tree.questions("1") == tree.questions("2b") == ["1", "2b"]
    assert tree.questions("2") == tree.questions("3") == ["1", "2", "3"]
    assert tree.questions("2", ends=True) == ["1", "2"]
    first, second = tree.path("2", ends=True)
    assert tree.names(first.siblings) == ["1", "1b"]
    assert tree.names(first.children) == tree.names(second.siblings) == ["2", "2b"]
    assert (first.parent, second.parent) == (None, first.uid)
    assert tree.names(second.children) == ["3"]


async def test_both_paths_are_there_after_a_restart(tree, url, database):
    before = {name: tree.path(name) for name in tree.begun}
    again_opened = Database.open(url)
    try:
        conversations = Conversations(again_opened)
        for name, begun in tree.begun.items():
            loaded = conversations.load(begun.conversation_uid, begun.turn_uid).turns
            assert [(t.uid, t.siblings, t.children, t.answer) for t in loaded] == [
                (t.uid, t.siblings, t.children, t.answer) for t in before[name]
            ]
            messages = Runs(again_opened).messages_of(begun.run_uid)
            assert messages == begun.messages
    finally:
        again_opened.close()


async def test_the_next_turn_goes_on_from_the_version_that_was_chosen(tree, desk):
    begun = tree.begun["1"]
    state = desk.runs.load(begun.run_uid).state
    desk.scripts = {"chief": ["Version two."]}
    second, _ = await desk.rework(
        begun.run_uid, rework_plan.resynthesise(state, included=[A])
    )
    assert "Version two." in contents(await tree.ask("2c", after="1"))
    first = AnswerRef(begun.run_uid, CHIEF)
    desk.conversations.choose(begun.turn_uid, first)
    assert "1 Yes." in contents(await tree.ask("2d", after="1"))
    proposal = AnswerRef(second.run_uid, B)
    desk.conversations.choose(begun.turn_uid, proposal)
    assert "b answers" in contents(await tree.ask("2e", after="1"))
    origins = [tree.path(name)[1].origin for name in ("2", "2c", "2d", "2e")]
    assert origins == [
        first,
        AnswerRef(second.run_uid, CHIEF),
        first,
        AnswerRef(begun.run_uid, B),
    ]
    for name, begun in tree.begun.items():
        assert desk.runs.messages_of(begun.run_uid) == begun.messages, name


async def test_what_would_be_asked_is_what_is_asked(tree, desk):
    uid = tree.begun["1"].conversation_uid
    for after in ("1", "2b", None):
        question = Question(f"Next? {after}")
        expected: tuple[Message, ...] = (question.message,)
        if after:
            place = tree.begun[after].turn_uid
            path = desk.conversations.load(uid, place, ends=True)
            expected = path.messages(question)
        assert (await tree.ask(question.text, after=after)).messages == expected


async def test_a_turn_without_an_answer_is_not_seen_even_if_it_gets_one_later(
    tree, desk
):
    broken = await tree.ask("5", after="3", chief=[failure("chief")])
    after = await tree.ask("6", after="5")
    assert contents(after)[-2:] == ["3 Yes.", "6"]
    state = desk.runs.load(broken.run_uid).state
    desk.scripts = {"chief": ["At last."]}
    await desk.rework(broken.run_uid, rework_plan.resynthesise(state))
    assert desk.runs.messages_of(after.run_uid) == after.messages
    assert tree.path("6")[-1].origin is None
    assert contents(await tree.ask("6b", after="5"))[-3:] == ["5", "At last.", "6b"]


async def test_old_databases_that_kept_no_origins_read_the_same(tree, desk, database):
    begun = tree.begun["2"]
    state = desk.runs.load(begun.run_uid).state
    await desk.rework(begun.run_uid, rework_plan.resynthesise(state))
    with database.writing() as session:
        session.execute(update(TurnRow).values(origin_call_id=None))
    for each in tree.begun.values():
        assert desk.runs.messages_of(each.run_uid) == each.messages
    assert tree.path("3")[2].origin == AnswerRef(begun.run_uid, CHIEF)


async def test_the_prompt_of_every_call_can_be_rebuilt(tree, desk):
    await tree.ask("7", after="2b")
    for begun in tree.begun.values():
        run = desk.runs.load(begun.run_uid)
        messages = desk.runs.messages_of(begun.run_uid)
        read = [seat.text for seat in run.state.layers[0].seats]
        for seat in run.state.seats:
            references = read if seat.role == "aggregator" else []
            prompt = prompt_for(seat.agent, seat.role, FLAT, messages, references)
            assert seat.call.prompt_sha256 == prompt_sha256(prompt)


async def test_a_turn_of_another_conversation_is_not_found(tree, desk):
    other, _ = await desk.ask("Elsewhere?", FLAT)
    uid = tree.begun["1"].conversation_uid
    for turn_uid in (other.turn_uid, "12ab"):
        with pytest.raises(NotFoundError, match="turn"):
            desk.conversations.load(uid, turn_uid)
        with pytest.raises(NotFoundError, match="turn"):
            desk.runs.begin(
                Question("Why?"), FLAT, conversation_uid=uid, after=turn_uid
            )
    assert len(desk.conversations.load(uid).turns) == 1


def stopped_by(controls):
    """A script of an answer that is stopped when half of it is there."""

    def script(_):
        yield "Half an"
        controls.stop()
        yield 3600

    return {"chief": script}


async def stopped(desk, question, **where):
    controls = Controls()
    desk.scripts = stopped_by(controls)
    return await desk.ask(question, FLAT, controls, **where)


async def test_a_stopped_answer_is_continued_from_once_unless_it_is_left_out(desk):
    begun, state = await stopped(desk, "1")
    assert state.status == "stopped"
    turn = desk.turn(begun)
    assert turn.text_of(turn.answer) == "Half an"
    where = {"conversation_uid": begun.conversation_uid}
    follow_up, _ = await stopped(desk, "2", **where)
    assert contents(follow_up) == ["1", "Half an", "2"]
    assert desk.turn(follow_up).origin == turn.answer

    desk.conversations.leave_out(follow_up.turn_uid)
    assert desk.turn(follow_up).answer is None
    desk.scripts = {}
    third, _ = await desk.ask("3", FLAT, **where)
    assert contents(third) == ["1", "Half an", "3"]
    assert desk.runs.messages_of(third.run_uid) == third.messages
    desk.conversations.choose(follow_up.turn_uid, None)
    assert desk.turn(follow_up).text_of(desk.turn(follow_up).answer) == "Half an"
    assert desk.runs.messages_of(third.run_uid) == third.messages


async def test_a_whole_answer_goes_before_one_that_was_stopped(desk):
    begun, _ = await stopped(desk, "1")
    desk.conversations.leave_out(begun.turn_uid)
    desk.scripts = {}
    again, _ = await desk.rework(
        begun.run_uid, rework_plan.resynthesise(desk.runs.load(begun.run_uid).state)
    )
    whole = AnswerRef(again.run_uid, CHIEF)
    assert desk.turn(begun).answer == whole
    controls = Controls()
    desk.scripts = stopped_by(controls)
    plan = rework_plan.resynthesise(desk.runs.load(again.run_uid).state)
    await desk.rework(again.run_uid, plan, controls)
    assert desk.turn(begun).answer == whole
