"""What users chose becomes examples in the forms that trainers read."""

import json

import pytest

from moa_core.messages import Question
from moa_core.mixture.config import Seat
from moa_core.plan import rework_plan
from storage.conversations.conversation_store import Conversations
from storage.runs.answers import AnswerRef
from storage.transfer.training_data import training_lines
from storage.votes.vote_store import Votes
from tests.moa_core.scripted import mixture
from tests.storage import fabricated
from tests.storage.desk import Desk

FLAT = mixture(["a", "b"])


@pytest.fixture
def desk(database, recorder) -> Desk:
    return Desk(database, recorder)


def examples(database, form, uid=None) -> list[dict]:
    return [json.loads(line) for line in training_lines(database, form, uid)]


async def versions(desk: Desk, *texts: str):
    """A question with a synthesis for each text; returns the runs."""
    desk.scripts = {"chief": [texts[0]]}
    first, _ = await desk.ask("Why?", FLAT)
    runs = [first]
    for text in texts[1:]:
        desk.scripts = {"chief": [text]}
        plan = rework_plan.resynthesise(desk.runs.load(first.run_uid).state)
        runs.append((await desk.rework(first.run_uid, plan))[0])
    return runs


async def test_a_chat_has_the_answers_that_it_went_on_from(database, desk):
    first, _ = await versions(desk, "One.", "Two.")
    proposal = AnswerRef(first.run_uid, Seat(0, 0))
    desk.conversations.choose(first.turn_uid, proposal)
    desk.scripts = {"chief": ["Three."]}
    await desk.ask("And?", FLAT, conversation_uid=first.conversation_uid)
    assert examples(database, "chat") == [
        {
            "messages": [
                {"role": "user", "content": "Why?"},
                {"role": "assistant", "content": "a answers"},
                {"role": "user", "content": "And?"},
                {"role": "assistant", "content": "Three."},
            ]
        }
    ]


async def test_a_version_that_was_gone_on_from_is_preferred_to_the_others(
    database, desk
):
    first, _ = await versions(desk, "One.", "Two.")
    assert examples(database, "preferences") == []  # nobody has chosen yet
    await desk.ask("And?", FLAT, conversation_uid=first.conversation_uid)
    assert examples(database, "preferences") == [
        {
            "input": {"messages": [{"role": "user", "content": "Why?"}]},
            "preferred_output": [{"role": "assistant", "content": "Two."}],
            "non_preferred_output": [{"role": "assistant", "content": "One."}],
        }
    ]


async def test_a_proposal_used_as_the_answer_is_preferred_to_the_synthesis(
    database, desk
):
    [run] = await versions(desk, "One.")
    desk.conversations.choose(run.turn_uid, AnswerRef(run.run_uid, Seat(0, 1)))
    [pair] = examples(database, "preferences-trl")
    assert pair["prompt"] == [{"role": "user", "content": "Why?"}]
    assert pair["chosen"] == [{"role": "assistant", "content": "b answers"}]
    assert pair["rejected"] == [{"role": "assistant", "content": "One."}]


async def test_a_vote_says_what_is_preferred_and_a_tie_says_nothing(database, desk):
    [run] = await versions(desk, "One.")
    sides = [AnswerRef(run.run_uid, seat) for seat in (Seat(0, 0), Seat(1, 0))]
    votes = Votes(database)
    votes.cast(run.turn_uid, "mix", sides, "tie")
    assert examples(database, "preferences") == []
    votes.cast(run.turn_uid, "mix", sides, "won", 0)
    [pair] = examples(database, "preferences-trl")
    assert pair["chosen"][0]["content"] == "a answers"
    assert pair["rejected"][0]["content"] == "One."


async def test_a_vote_counts_more_than_what_the_chat_went_on_from(database, desk):
    [run] = await versions(desk, "One.")
    proposal, synthesis = (AnswerRef(run.run_uid, Seat(layer, 0)) for layer in (0, 1))
    desk.conversations.choose(run.turn_uid, proposal)
    Votes(database).cast(run.turn_uid, "mix", [proposal, synthesis], "won", 1)
    [pair] = examples(database, "preferences-trl")
    assert pair["chosen"][0]["content"] == "One."
    assert pair["rejected"][0]["content"] == "a answers"


async def test_what_has_no_answer_or_was_deleted_gives_no_example(database, desk):
    [run] = await versions(desk, "One.")
    desk.runs.begin(Question("Unanswered?"), FLAT)
    assert len(examples(database, "chat")) == 1
    assert len(examples(database, "chat", run.conversation_uid)) == 1
    Conversations(database).delete(run.conversation_uid)
    assert examples(database, "chat") == []


async def test_what_simulated_models_wrote_is_not_worth_training_on(
    database, runs, recorder
):
    config = fabricated.mixture(1, 1, endpoint="simulated")
    await fabricated.said(
        recorder, runs.begin(Question("Why?"), config), config, "Made up."
    )
    recorder.close()
    assert examples(database, "chat") == []
