"""What was asked is found again: listed, opened, renamed, deleted and restored."""

import re

import pytest

from moa_core.messages import Message, Question
from storage.errors import NotFoundError
from storage.values.text import title_of
from tests.storage.fabricated import mixture, said


async def test_the_newest_conversation_comes_first(runs, recorder, listing):
    begun = [runs.begin(Question(f"Question {i}?"), mixture()) for i in range(3)]
    uids = [each.conversation_uid for each in begun]
    assert [c.uid for c in listing.newest()] == uids[::-1]
    await said(recorder, begun[0], mixture(), "An answer.")
    runs.begin(Question("And then?"), mixture(), conversation_uid=uids[0])
    assert listing.newest(limit=1)[0].uid == uids[0]


async def test_a_conversation_holds_its_turns_and_their_runs(recorded, conversations):
    first, state = await recorded(mixture(3, 2))
    await recorded(
        mixture(1, 1), question="Why?", conversation_uid=first.conversation_uid
    )
    loaded = conversations.load(first.conversation_uid)
    assert [turn.question.text for turn in loaded.turns] == [
        "What is the capital of France?",
        "Why?",
    ]
    assert loaded.turns[0].run.uid == first.run_uid
    assert loaded.turns[0].run.state.calls == state.calls
    assert loaded.turns[1].run.state.config == mixture(1, 1)


def test_a_conversation_with_a_run_under_way_says_so(runs, conversations, listing):
    begun = runs.begin(Question("Why?"), mixture())
    [summary] = listing.newest()
    assert summary.running
    assert summary.run_count == 0
    run = conversations.load(begun.conversation_uid).turns[0].run
    assert run.state.live


async def test_a_conversation_adds_up_all_its_runs(recorded, listing):
    first, one = await recorded(mixture(2, 2))
    _, two = await recorded(mixture(1, 3), conversation_uid=first.conversation_uid)
    [summary] = listing.newest()
    assert summary.run_count == 2
    assert summary.cost == one.cost + two.cost
    assert one.cost.usd
    assert two.cost.usd


async def test_the_next_turn_sees_earlier_questions_with_final_answers(
    runs, recorder, recorded
):
    first = runs.begin(Question("What is 1 + 1?"), mixture())
    assert first.messages == (Message.from_text("user", "What is 1 + 1?"),)
    await said(recorder, first, mixture(), "It is 2.")
    talk = {"conversation_uid": first.conversation_uid}
    await recorded(mixture(1, 1), question="Broken?", trouble=1.0, **talk)
    third = runs.begin(Question("And 2 + 2?"), mixture(), **talk)
    assert third.messages == (
        Message.from_text("user", "What is 1 + 1?"),
        Message.from_text("assistant", "It is 2."),
        Message.from_text("user", "And 2 + 2?"),
    )


def test_a_conversation_can_be_renamed(runs, conversations):
    uid = runs.begin(Question("Why?"), mixture()).conversation_uid
    conversations.rename(uid, "  My\nbest \0 question ")
    assert conversations.load(uid).title == "My best \N{REPLACEMENT CHARACTER} question"
    conversations.rename(uid, "  ")
    assert conversations.load(uid).title == "New chat"


def test_deleting_can_be_undone(runs, conversations, listing):
    uid = runs.begin(Question("Why?"), mixture()).conversation_uid
    conversations.delete(uid)
    assert listing.newest() == []
    with pytest.raises(NotFoundError):
        conversations.load(uid)
    with pytest.raises(NotFoundError):
        runs.begin(Question("Still there?"), mixture(), conversation_uid=uid)
    conversations.restore(uid)
    assert conversations.load(uid).turns[0].question.text == "Why?"


@pytest.mark.parametrize("change", ["load", "delete", "restore"])
def test_an_unknown_conversation_is_told_in_words(conversations, change):
    with pytest.raises(NotFoundError, match="conversation 12ab") as caught:
        getattr(conversations, change)("12ab")
    assert caught.value.advice


def test_an_unknown_run_is_told_in_words(runs):
    with pytest.raises(NotFoundError, match="run 12ab"):
        runs.load("12ab")


def test_names_in_addresses_cannot_be_guessed(runs):
    begun = runs.begin(Question("Why?"), mixture())
    for uid in (begun.run_uid, begun.turn_uid, begun.conversation_uid):
        assert re.fullmatch("[0-9a-f]{32}", uid)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Why?", "Why?"),
        ("  one\n\ntwo\tthree ", "one two three"),
        (
            "Explain the theory of relativity to a child of five, with examples",
            "Explain the theory of relativity to a child of five, with…",
        ),
        ("x" * 100, "x" * 59 + "…"),
        ("", "New chat"),
        ("[an image that you cannot see]", "Image"),
        ("What is it?\n\n[an image that you cannot see]", "What is it?"),
        ("[a file that you cannot read]\n\n", "File"),
        ('[image "cat.png" (640x480): cannot be shown]', "cat.png"),
        ("Is [a file] one?", "Is [a file] one?"),
    ],
)
def test_a_title_is_the_question_on_one_line_cut_at_a_word(question, title):
    assert title_of(question) == title


def test_equal_mixtures_are_kept_once(runs, database):
    for _ in range(3):
        runs.begin(Question("Why?"), mixture())
    runs.begin(Question("Why?"), mixture(3))
    with database.reading() as session:
        count = session.connection().exec_driver_sql("SELECT count(*) FROM configs")
        assert count.scalar() == 2
