"""The wording of the chat page before and after a question, a test a widget."""

import pytest

from moa_core.errors import ConfigError
from storage.schema import CallRow
from tests.pages.app_page import (
    ask,
    ask_run,
    by_key,
    drawn,
    fill,
    open_sheet,
    open_uid,
    pick,
    pick_for_chat,
    press,
)
from tests.pages.wording.said import assert_wording, offered

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wording of chat")]


@pytest.fixture(scope="module")
def first(open_page):
    """A first visit."""
    return open_page()


@pytest.fixture(scope="module")
def answered(shared_app, open_page):
    """A chat with everything open that opens by a click."""
    page = ask(open_page(), "Why is the sky blue?")
    uid = open_uid(page)
    turn = shared_app.conversations.load(uid).turns[-1]
    opened = [f"{turn.run.uid}-{name}" for name in ("calls", "rewrite")]
    opened += [f"{turn.uid}-from"]
    for key in opened:
        page.session_state[key] = True
    return page.run()


def test_the_welcome(first):
    assert_wording("welcome", by_key(first, "welcome"))


def test_the_button_of_a_new_chat(first):
    assert_wording("new-chat", by_key(first, "new-chat"))


def test_the_mixture_sheet(open_page):
    page = open_sheet(open_page())
    fill(page, "add-model-0", "simulated/brief")
    assert_wording("mixture-form", by_key(page, "mixture-sheet"))


def test_the_composer(first):
    parts = [by_key(first, key) for key in ("next-turn", "question-*")]
    assert_wording("composer", *parts)


def test_what_cannot_be_in_a_mixture(open_page):
    page = pick(open_sheet(open_page()), "mixture-menu-2-0-*", "Remove")
    assert_wording("mixture-problem", by_key(page, "mixture-problem"))


def test_what_cannot_be_asked(open_page, shared_app, monkeypatch):
    def refuse(*_, **__):
        raise ConfigError("It cannot be.")

    page = open_page()
    monkeypatch.setattr(type(shared_app.asking()), "start_question", refuse)
    assert_wording("problem", by_key(ask(page, "Why?"), "problem"))
    assert_wording("example-problem", by_key(press(page, "example-0"), "example-*m"))


def test_the_conversation_menu(answered):
    [group] = drawn(answered, "chat-list")["groups"]
    assert_wording("conversation-menu", [group["heading"], *group["menu"]])


def test_what_can_be_done_with_a_run(answered):
    """What its proposals and its answer offer."""
    assert_wording("run-offers", offered(answered))


def test_the_form_to_rewrite_an_answer(answered):
    assert_wording("rewrite-form", by_key(answered, "*-synthesis-form"))


def test_the_line_of_a_run(answered):
    """Its figures, all calls, and the mixture."""
    assert_wording("run-line", by_key(answered, "*-calls"))


def test_the_replacement_of_a_model(open_page, answered):
    page = open_page(c=open_uid(answered))
    ask_run(page, "replace-seat", place=[0, 0])
    parts = [by_key(page, key) for key in ("*-0-0-other", "*-replace-go")]
    assert_wording("replacement", *parts)


def test_the_origin_picker(answered):
    assert_wording("origin-picker", by_key(answered, "*-from"))


def test_the_export_menu(answered):
    pick_for_chat(answered, "Export")
    assert_wording("export-menu", by_key(answered, f"export-{open_uid(answered)}"))


def test_the_sent_prompts(shared_app, answered):
    calls = by_key(answered, "*-calls").key
    page = fill(answered, calls.replace("-calls", "-look-at"), "Prompts")
    for name, sha256 in (("proven", ...), ("rebuilt", None), ("differs", "0" * 64)):
        if sha256 is not ...:
            with shared_app.database.writing() as session:
                session.query(CallRow).update({"prompt_sha256": sha256})
            page.run()
        assert_wording(f"prompt-{name}", by_key(page, f"*-{name}"))
    assert_wording("prompt-chooser", by_key(page, "*-sent-to"))


def test_what_is_not_here(open_page, answered):
    gone = "0123456789abcdef"
    assert_wording("chat-missing", by_key(open_page(c=gone), "chat-missing"))
    page = open_page(c=open_uid(answered), t=gone)
    assert_wording("turn-missing", by_key(page, "turn-missing"))
