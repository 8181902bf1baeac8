"""A question that is sent while models write waits, and is sent behind their answer."""

import threading
import time

import pytest

from moa_core.errors import ConfigError
from moa_core.messages import Question
from moa_core.mixture.config import AgentSpec, MoAConfig
from pages.widgets.rework.next_origin import possible_answers
from tests.model_server import ModelServer, Play
from tests.pages.app_page import by_key, fill, has, press, words

ALONE = MoAConfig(layers=(), aggregator=AgentSpec(endpoint="lab", model="solo"))


@pytest.fixture
def go_on():
    """What the model waits for before it ends its answer."""
    lock = threading.Event()
    yield lock
    lock.set()


@pytest.fixture
def environment(environment, go_on):
    """The app with a model that waits."""
    with ModelServer() as server:
        server.models = {"data": [{"id": "solo"}]}
        pieces = ["This is what solo ", "says."]
        server.plays["solo"] = Play(pieces=pieces, held_until=go_on)
        environment.setenv("POLYPHONY_ENDPOINTS", f"lab={server.url}")
        yield environment
        go_on.set()


@pytest.fixture
def waiting(app, open_page):
    """A page on which a question waits while another is being answered."""
    begun = app.asking().start_question(Question("Why?"), ALONE)
    page = send(open_page(begun.conversation_uid), "And then?")
    return page, begun


def send(page, question):
    return fill(page, "question-*", question)


def end(app, begun):
    while app.live.get(begun.run_uid):
        time.sleep(0.005)


def questions(app, begun):
    turns = app.conversations.load(begun.conversation_uid).turns
    return [turn.question.text for turn in turns]


def test_it_waits_over_a_reload_and_is_sent_behind_the_answer(
    app, waiting, go_on, open_page
):
    page, begun = waiting
    assert "And then?" in words(by_key(page, "queued"))
    again = open_page(begun.conversation_uid)
    assert has(again, "queued")
    send(again, "In French.")
    go_on.set()
    end(app, begun)
    again.run()
    assert questions(app, begun) == ["Why?", "And then?\n\nIn French."]
    assert not has(again, "queued")
    assert not has(page.run(), "queued")
    assert len(questions(app, begun)) == 2


def test_it_waits_though_its_chat_was_not_drawn_yet_when_it_was_sent(app, open_page):
    page = open_page()
    begun = app.asking().start_question(Question("Why?"), ALONE)
    page.query_params["c"] = (
        begun.conversation_uid
    )  # the page of a new chat still stands
    send(page, "And then?")
    assert "And then?" in words(by_key(page, "queued"))
    assert len(questions(app, begun)) == 1


def test_it_is_sent_at_once_if_that_is_asked_for(app, waiting):
    page, begun = waiting
    press(page, "send-queued")
    end(app, begun)
    page.run()
    turns = app.conversations.load(begun.conversation_uid).turns
    assert turns[0].run.state.status == "stopped"
    assert turns[1].question.text == "And then?"


def test_it_follows_what_another_tab_has_asked_meanwhile(app, go_on, open_page):
    go_on.set()
    begun = app.asking().start_question(Question("Why?"), ALONE)
    end(app, begun)
    page = open_page(begun.conversation_uid)
    go_on.clear()
    uid, after = begun.conversation_uid, begun.turn_uid
    other = app.asking().start_question(
        Question("Elsewhere?"), ALONE, conversation_uid=uid, after=after
    )
    send(page, "And here?")
    go_on.set()
    end(app, other)
    page.run()
    assert questions(app, begun) == ["Why?", "Elsewhere?", "And here?"]


def test_behind_a_stop_it_waits_until_it_is_sent_by_hand(app, waiting):
    page, begun = waiting
    app.live.stop(begun.run_uid)
    end(app, begun)
    page.run()
    assert has(page, "queued")
    press(page, "send-queued")
    assert questions(app, begun) == ["Why?", "And then?"]


def test_it_can_be_removed_and_edited(app, waiting):
    page, begun = waiting
    press(page, "edit-queued")
    assert not has(page, "queued")
    assert by_key(page, "question-*").proto.value == "And then?"
    send(page, "And now?")
    assert app.conversations.load(begun.conversation_uid).queued.text == "And now?"
    press(page, "remove-queued")
    assert not has(page, "queued")
    assert questions(app, begun) == ["Why?"]


def test_one_that_is_edited_waits_until_a_browser_has_it_in_its_composer(
    app, waiting, go_on
):
    page, begun = waiting
    press(page, "edit-queued")
    go_on.set()
    end(app, begun)
    page.run()
    assert questions(app, begun) == ["Why?"], "it is being edited"
    another = app.conversations.load(begun.conversation_uid)
    assert another.queued.text == "And then?", "it is there after a crash"


def test_one_that_is_refused_waits_on_and_the_reason_is_said(
    app, waiting, go_on, monkeypatch
):
    page, begun = waiting
    go_on.set()
    end(app, begun)

    def refuse(*_, **__):
        raise ConfigError("That is too much.")

    monkeypatch.setattr(type(app.asking()), "start_queued", refuse)
    page.run()
    assert "That is too much." in words(by_key(page, "problem"))
    assert has(page, "queued")
    page.run()
    assert not has(page, "problem")
    monkeypatch.undo()
    press(page, "send-queued")
    assert questions(app, begun) == ["Why?", "And then?"]


def test_a_stopped_answer_is_continued_from_unless_it_is_left_out(app, waiting):
    page, begun = waiting
    while not app.live.get(begun.run_uid).state.synthesis.text:
        time.sleep(0.005)
    app.live.stop(begun.run_uid)
    end(app, begun)
    page.run()
    turn = app.conversations.load(begun.conversation_uid).turns[0]
    [stopped] = possible_answers(turn)
    assert turn.answer == stopped
    page.session_state[f"{turn.uid}-from"] = True
    page.run()
    picker = by_key(page, f"{turn.uid}-from-*")
    assert picker.options == ["stopped answer · solo", "no answer"]
    assert picker.value == stopped
    picker.set_value("none").run()
    assert not page.exception
    assert contents(app, begun) == ["?"]
    page.session_state[f"{turn.uid}-from"] = True
    page.run()
    by_key(page, f"{turn.uid}-from-*").set_value(stopped).run()
    assert contents(app, begun) == ["Why?", "This is what solo ", "?"]
    press(page, "send-queued")
    assert app.conversations.load(begun.conversation_uid).turns[1].origin == stopped


def contents(app, begun):
    """What a model is sent with the next question."""
    loaded = app.conversations.load(begun.conversation_uid)
    return [message.text for message in loaded.messages(Question("?"))]
