"""A question waits while the one before it is answered, and is sent once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import event

from moa_core.errors import ConfigError
from moa_core.messages import Question
from storage.conversations.queue import LONGEST_QUESTION_CHARS, QueuedQuestions
from storage.errors import ConversationBusyError, NotFoundError
from storage.recording.run_start import Order
from tests.storage.fabricated import mixture

ORDER = Order(config=mixture())


@pytest.fixture
def queue(database):
    return QueuedQuestions(database)


@pytest.fixture
def begun(runs):
    return runs.begin(Question("Why?"), mixture())


def test_a_question_waits_with_its_conversation_until_it_is_taken(
    queue, begun, conversations
):
    uid = begun.conversation_uid
    assert conversations.load(uid).queued is None
    queue.add(uid, begun.turn_uid, "And \0then?")
    queued = conversations.load(uid).queued
    assert queued.text == "And \N{REPLACEMENT CHARACTER}then?"
    assert (queued.after_uid, queued.at_once) == (begun.turn_uid, False)
    assert queue.take(uid) == queued
    assert queue.take(uid) is None
    assert conversations.load(uid).queued is None


def test_what_is_queued_besides_is_added_to_it(queue, begun, conversations):
    uid = begun.conversation_uid
    queue.add(uid, begun.turn_uid, "And then?")
    queue.send_at_once(uid)
    queue.add(uid, begun.turn_uid, "In French.")
    queued = conversations.load(uid).queued
    assert queued.text == "And then?\n\nIn French."
    assert queued.at_once


def test_a_question_that_has_become_too_long_is_refused_and_the_queue_stays(
    queue, begun, conversations
):
    uid = begun.conversation_uid
    queue.add(uid, begun.turn_uid, "And then?")
    with pytest.raises(ConfigError, match="200,000 characters"):
        queue.add(uid, begun.turn_uid, "x" * (LONGEST_QUESTION_CHARS - 10))
    assert conversations.load(uid).queued.text == "And then?"


def test_nothing_waits_in_a_conversation_that_is_gone(queue, begun, conversations):
    conversations.delete(begun.conversation_uid)
    with pytest.raises(NotFoundError):
        queue.add(begun.conversation_uid, begun.turn_uid, "And then?")


@pytest.fixture
async def waiting(recorded, queue):
    """The uid of a conversation that was answered, with a question that waits."""
    begun, _ = await recorded(mixture(), question="Why?")
    queue.add(begun.conversation_uid, begun.turn_uid, "And then?")
    return begun.conversation_uid


def questions(conversations, uid):
    return [turn.question.text for turn in conversations.load(uid).turns]


class KilledError(BaseException):
    """Stands for a process that ends here."""


async def test_whoever_is_killed_while_it_is_asked_leaves_it_in_the_queue(
    waiting, runs, conversations, database
):
    def kill(_connection):
        raise KilledError

    event.listen(database._engine, "commit", kill)
    with pytest.raises(KilledError):
        runs.begin_queued(waiting, ORDER)
    event.remove(database._engine, "commit", kill)
    assert questions(conversations, waiting) == ["Why?"]
    assert conversations.load(waiting).queued.text == "And then?"
    assert runs.begin_queued(waiting, ORDER).messages[-1].text == "And then?"
    assert questions(conversations, waiting) == ["Why?", "And then?"]
    assert conversations.load(waiting).queued is None


async def test_of_many_pages_that_ask_it_at_once_one_does(waiting, runs, conversations):
    together = Barrier(4)

    def ask(_page):
        together.wait()
        return runs.begin_queued(waiting, ORDER)

    with ThreadPoolExecutor(together.parties) as pages:
        begun = list(pages.map(ask, range(together.parties)))
    assert sum(one is not None for one in begun) == 1
    assert questions(conversations, waiting) == ["Why?", "And then?"]


async def test_it_waits_on_where_it_cannot_be_asked(waiting, runs, conversations):
    newest = conversations.load(waiting).turns[-1].uid
    runs.begin(Question("Besides?"), mixture(), conversation_uid=waiting)
    with pytest.raises(ConversationBusyError):
        runs.begin_queued(waiting, ORDER, after=newest)
    assert conversations.load(waiting).queued.text == "And then?"
