"""What a script of the chat costs: each message and each statement takes CPU."""

from contextlib import contextmanager
from threading import current_thread

import pytest
from sqlalchemy import Engine, event
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

from moa_core.messages import Question
from tests.moa_core.scripted import mixture

MORE_CHATS = 5


@pytest.fixture
def messages(monkeypatch):
    """What scripts have sent to browsers."""
    sent, enqueue = [], ScriptRunContext.enqueue

    def note(context, message):
        sent.append(message)
        enqueue(context, message)

    monkeypatch.setattr(ScriptRunContext, "enqueue", note)
    return sent


@contextmanager
def noted_statements():
    statements = []

    def note(_connection, _cursor, statement, *_):
        if not current_thread().name.startswith("polyphony-"):  # which record runs
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def begin_chats(app, count):
    """Store so many chats; returns the last one's uid."""
    uids = [
        app.runs.begin(
            Question(f"Question {number}?"), mixture(["ada", "bo"])
        ).conversation_uid
        for number in range(count)
    ]
    return uids[-1]


def test_a_longer_list_of_chats_is_no_more_messages(app, open_page, messages):
    begin_chats(app, 2)
    page = open_page()
    messages.clear()
    page.run()
    few = len(messages)
    begin_chats(app, MORE_CHATS)
    messages.clear()
    page.run()
    assert len(messages) == few


def test_an_open_chat_is_drawn_by_few_statements(app, open_page):
    uid = begin_chats(app, 2)
    page = open_page(uid)
    with noted_statements() as few:
        page.run()
    begin_chats(app, MORE_CHATS)
    with noted_statements() as as_few:
        page.run()
    assert len(as_few) == len(few) <= 25
