"""A question waits while the one before it is answered, and is sent once."""

import pytest

from moa_core.errors import ConfigError
from moa_core.messages import Question
from storage.conversations.queue import LONGEST_QUESTION_CHARS, QueuedQuestions
from storage.errors import NotFoundError
from tests.storage.fabricated import mixture


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
