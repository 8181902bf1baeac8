"""What a program asks is found again, kept whole and within the cap of its key."""

import threading
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from moa_core.errors import CapExceededError
from moa_core.plan import rework_plan
from moa_core.run import NO_REQUEST, WriterSettings
from storage.api import writer_request_of
from storage.api.asked_before import MOST_BRANCHES
from storage.errors import NotFoundError
from storage.recording.run_start import Order
from storage.schema import ApiRunRow, ApiTurnRow, ConversationRow, RunRow, TurnRow
from storage.settings import Caps
from tests.storage.api.program import CONFIG, DOLLAR, SYSTEM, Program, assistant, user


@pytest.fixture
def program(database, recorder) -> Program:
    return Program(database, recorder)


def texts(begun):
    return [(message.role, message.text) for message in begun.messages]


def row(database, kind, **of):
    with database.reading() as session:
        return session.scalars(select(kind).filter_by(**of)).one()


async def test_a_question_begins_a_conversation_that_keeps_what_came_before(
    program, database
):
    said = [SYSTEM, user("Hi"), assistant("Hello\0!"), user("Why?")]
    begun, _ = await program.ask(*said)
    assert texts(begun) == [
        ("system", "Be brief."),
        ("user", "Hi"),
        ("assistant", "Hello\N{REPLACEMENT CHARACTER}!"),
        ("user", "Why?"),
    ]
    assert program.desk.runs.messages_of(begun.run_uid) == begun.messages
    conversation = row(database, ConversationRow, uid=begun.conversation_uid)
    assert (conversation.kind, conversation.title) == ("api", "Why?")
    assert program.desk.runs.load(begun.run_uid).state.status == "succeeded"


async def test_the_next_question_stands_behind_the_answer_that_it_quotes(
    program, database
):
    first, answer = await program.ask(SYSTEM, user("Why?"))
    second, _ = await program.ask(SYSTEM, user("Why?"), answer, user("And then?"))
    assert second.conversation_uid == first.conversation_uid
    turn = row(database, TurnRow, uid=second.turn_uid)
    assert turn.parent_id == row(database, TurnRow, uid=first.turn_uid).id
    assert row(database, ApiTurnRow, turn_id=turn.id).given is None
    assert texts(second)[2:] == [("assistant", "Answer 1. "), ("user", "And then?")]
    assert program.desk.runs.messages_of(second.run_uid) == second.messages


async def test_asking_again_is_a_branch_and_each_branch_goes_on(program, database):
    first, one = await program.ask(user("Why?"))
    again, two = await program.ask(user("Why?"))
    assert again.conversation_uid == first.conversation_uid
    behind_one, _ = await program.ask(user("Why?"), one, user("So?"))
    behind_two, _ = await program.ask(user("Why?"), two, user("So?"))
    for begun, parent in (behind_one, first), (behind_two, again):
        turn = row(database, TurnRow, uid=begun.turn_uid)
        assert turn.parent_id == row(database, TurnRow, uid=parent.turn_uid).id
    assert texts(behind_one)[1] == ("assistant", "Answer 1. ")
    assert texts(behind_two)[1] == ("assistant", "Answer 2. ")


async def test_an_answer_that_the_program_changed_is_kept_as_it_sent_it(
    program, database
):
    first, _ = await program.ask(user("Why?"))
    changed = [user("Why?"), assistant("Because."), user("So?")]
    second, answer = await program.ask(*changed)
    assert second.conversation_uid == first.conversation_uid
    assert texts(second)[1] == ("assistant", "Because.")
    third, _ = await program.ask(*changed, answer, user("And?"))
    assert [text for _, text in texts(third)] == [
        "Why?", "Because.", "So?", "Answer 2. ", "And?",
    ]  # fmt: skip
    left_out, _ = await program.ask(user("Why?"), user("Well?"))
    assert texts(left_out) == [("user", "Why?"), ("user", "Well?")]
    assert program.desk.runs.messages_of(third.run_uid) == third.messages


async def test_other_keys_and_deleted_conversations_are_not_found(program):
    first, answer = await program.ask(user("Why?"))
    asked = program.asked(user("Why?"))
    found = program.api.answered(program.key.uid, asked.asked_sha256)
    assert found == first.run_uid
    program.desk.conversations.delete(first.conversation_uid)
    assert program.api.answered(program.key.uid, asked.asked_sha256) is None
    second, _ = await program.ask(user("Why?"), answer, user("So?"))
    assert second.conversation_uid != first.conversation_uid
    assert texts(second)[1] == ("assistant", "Answer 1.")
    program.desk.conversations.restore(first.conversation_uid)
    program.key, _ = program.keys.create("Another")
    third, _ = await program.ask(user("Why?"), answer, user("So?"))
    assert third.conversation_uid not in (
        first.conversation_uid,
        second.conversation_uid,
    )


def test_a_conversation_does_not_grow_without_end_by_asking_the_same(
    program, monkeypatch
):
    monkeypatch.setattr("storage.api.asked_before.MOST_BRANCHES", 2)
    uids = [program.begin(user("Why?")).conversation_uid for _ in range(3)]
    assert uids[0] == uids[1] != uids[2]
    assert MOST_BRANCHES >= 10


def test_a_key_spends_no_more_in_a_month_than_its_cap(program, database):
    program.keys.set_cap(program.key.uid, DOLLAR)
    program.begin(user("Why?"), usd=Decimal("0.7"))
    spent = program.keys.spent("month")[program.key.uid]
    assert spent.reserved_usd == Decimal("0.7")
    with pytest.raises(CapExceededError, match=r"key “An editor” is \$1\.00, with"):
        program.begin(user("Why not?"), usd=Decimal("0.4"))
    with database.reading() as session:
        rows = (ConversationRow, TurnRow, ApiTurnRow, RunRow, ApiRunRow)
        counts = {session.scalar(select(func.count()).select_from(r)) for r in rows}
        assert counts == {1}
    other, _ = program.keys.create("Another", DOLLAR)
    program.key = other
    program.begin(user("Why?"), usd=Decimal("0.9"))
    with pytest.raises(CapExceededError, match="per-run cap"):
        program.begin(
            user("So?"), usd=Decimal("0.05"), caps=Caps(per_run_usd=0 * DOLLAR)
        )
    with database.writing() as session:
        last_month = RunRow.created_at - 40 * 86_400_000
        session.execute(
            update(RunRow).values(
                created_at=last_month, status="stopped", reserved_nusd=0
            )
        )
    assert program.keys.spent("month") == {}
    program.begin(user("So?"), usd=Decimal("0.9"))


def test_requests_at_once_do_not_share_the_last_dollar_of_a_key(program, patient):
    program.keys.set_cap(program.key.uid, DOLLAR)
    refused = []

    def ask(number):
        try:
            program.begin(user(f"Why {number}?"), usd=Decimal("0.3"))
        except CapExceededError as error:
            refused.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 5
    held = program.keys.spent("month")[program.key.uid].reserved_usd
    assert held == Decimal("0.9")


async def test_what_ran_counts_for_its_key_and_a_rework_from_a_page_does_not(program):
    begun, _ = await program.ask(user("Why?"))
    spent = program.keys.spent("month")[program.key.uid]
    assert (spent.cost.usd, spent.reserved_usd) == (17 * DOLLAR, 0)
    state = program.desk.runs.load(begun.run_uid).state
    await program.desk.rework(begun.run_uid, rework_plan.resynthesise(state))
    assert program.keys.spent("month")[program.key.uid] == spent


def test_a_key_that_was_revoked_meanwhile_asks_nothing(program):
    program.keys.revoke(program.key.uid)
    with pytest.raises(NotFoundError):
        program.begin(user("Why?"))


TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {}}}]


def called(number):
    function = {"name": "look", "arguments": "{}"}
    call = {"id": f"call_{number}", "type": "function", "function": function}
    result = {"role": "tool", "tool_call_id": f"call_{number}", "content": "Rain."}
    return [{"role": "assistant", "content": None, "tool_calls": [call]}, result]


async def test_results_of_tools_go_on_from_the_drafts_and_are_kept_once(
    program, database
):
    more = {"tools": TOOLS, "max_tokens": 99}
    begun, _ = await program.ask(user("Why?"), **more)
    runs = [begun.run_uid]
    said = [user("Why?")]
    for number in range(3):
        said += called(number)
        asked = program.asked(*said, **more)
        base = program.api.answered(asked.key_uid, asked.asked_sha256)
        assert base == runs[-1]
        plan = rework_plan.resynthesise(program.desk.runs.load(base).state)
        order = Order(config=plan.config)
        begun = program.api.begin_rework(
            base, asked.key_uid, order, plan.rework, asked.writer
        )
        assert begun.writer == asked.writer
        assert texts(begun) == [("user", "Why?")]
        await program.desk.told(begun, plan.config, plan.rework)
        runs.append(begun.run_uid)
    state = program.desk.runs.load(runs[-1]).state
    by_hand = program.desk.runs.begin_rework(
        runs[-1], CONFIG, rework_plan.resynthesise(state).rework
    )
    assert by_hand.writer == replace(asked.writer, settings=WriterSettings())
    with database.reading() as session:
        kept = [
            session.get_one(ApiRunRow, run.id).request
            for run in session.scalars(
                select(RunRow).where(RunRow.uid.in_(runs)).order_by(RunRow.id)
            )
        ]
        last = session.scalars(select(RunRow).filter_by(uid=runs[-1])).one()
        assert writer_request_of(session, last) == asked.writer
    assert [len(each.get("messages", ())) for each in kept] == [0, 3, 2, 2]
    assert [each.get("kept", 0) for each in kept] == [0, 0, 3, 5]


def test_a_plain_question_keeps_nothing_beside_it(program, database):
    begun = program.begin(user("Why?"))
    assert begun.writer == NO_REQUEST
    with database.reading() as session:
        assert session.scalars(select(ApiRunRow.request)).all() == [None]
