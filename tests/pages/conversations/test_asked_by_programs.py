"""What programs ask through the API is found, read, reworked and deleted like chats."""

import pytest
from streamlit.testing.v1 import AppTest

from moa_core.messages import Question
from storage.errors import NotFoundError
from tests.pages.app_page import (
    SHELL,
    answered,
    ask,
    ask_run,
    by_key,
    fill,
    has,
    listed_chats,
    press,
    questions,
    run_data,
    turns_shown,
    words,
)
from tests.support.programs import Program, system, user


@pytest.fixture
def program(app):
    return Program(app)


def open_at(name, **address):
    page = AppTest.from_file(SHELL, default_timeout=20)
    for key, value in address.items():
        page.query_params[key] = value
    page.switch_page(f"{name}.py").run()
    assert not page.exception
    return page


def labels(page):
    return [link.proto.label for link in page.get("page_link")]


def test_the_page_says_who_asked_and_what_came_before(app, program, open_page):
    first = program.ask(system("Be *brief*."), user("Why is the sea salty?"))
    uid = first.conversation_uid
    page = open_page(uid)
    assert "“An editor”" in words(by_key(page, "asked-by"))
    assert "Be *brief*." in words(by_key(page, f"given-{first.turn_uid}"))
    assert questions(page) == ["Why is the sea salty?"]
    [shown] = turns_shown(page)
    assert shown["fixed"] is True
    assert not has(page, "question-*")
    assert not has(page, "choose-mixture")
    told = run_data(page)["page"]
    assert told["use"] is None
    assert {seat["use"] for seat in told["seats"].values()} == {None}
    assert listed_chats(page) == {}


def test_a_rework_from_the_page_is_a_version_that_the_program_does_not_see(
    app, program, open_page
):
    first = program.ask(user("Why is the sea salty?"))
    page = open_page(first.conversation_uid)
    answered(ask_run(page, "retry-seat", place=[0, 0]))
    [turn] = app.conversations.load(first.conversation_uid).turns
    assert len(turn.runs) == 2
    spent = app.api_keys.spent("month")
    assert set(spent) == {program.key.uid}
    second = program.ask(
        user("Why is the sea salty?"), program.answer_to(first), user("And lakes?")
    )
    assert second.conversation_uid == first.conversation_uid


def test_a_chat_cannot_be_asked_on_in_it(app, program):
    first = program.ask(user("Why?"))
    config = app.runs.load(first.run_uid).state.config
    with pytest.raises(NotFoundError):
        app.asking().start_question(
            Question("And?"), config, conversation_uid=first.conversation_uid
        )


def test_the_history_lists_it_where_it_is_asked_for_and_search_finds_it(
    app, program, page
):
    ask(page, "What do badgers eat?")
    begun = program.ask(user("Where do otters sleep?"))
    history = open_at("history")
    assert not any("otters" in label for label in labels(history))
    press(history, "history-api")
    assert any("otters" in label for label in labels(history))
    assert "An editor" in words(by_key(history, f"listed-{begun.conversation_uid}"))
    assert not any("badgers" in label for label in labels(history))
    assert not has(history, "history-api")
    fill(history, "history-kind", None)
    fill(history, "history-query", "otters")
    assert any("otters" in label for label in labels(history))
    fill(history, "history-query", "")
    fill(history, "history-kind", "api")
    fill(history, f"menu-{begun.conversation_uid}", "Delete")
    assert not any("otters" in label for label in labels(history))


def test_keys_of_another_machine_have_no_name(app, program, open_page, monkeypatch):
    begun = program.ask(user("Why?"))
    monkeypatch.setattr(type(app.api_keys), "names", lambda _: {})
    page = open_page(begun.conversation_uid)
    assert "An editor" not in words(by_key(page, "asked-by"))


def test_spending_is_told_by_key(app, program):
    spend = open_at("spend")
    assert not has(spend, "spend-by")
    program.ask(user("Where do otters sleep?"))
    spend = fill(open_at("spend"), "spend-by", "key")
    assert by_key(spend, "spend-runs-key-0").proto.label == "An editor"
    press(spend, "spend-runs-key-0")
    assert any("otters" in label for label in labels(spend))
