"""A chat or an answer is shared from its menu; links are listed, and revoked again."""

from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from storage.transfer.export import export_lines
from tests.pages.app_page import (
    SHELL,
    answered,
    ask,
    ask_run,
    by_key,
    drawn,
    fitting,
    has,
    open_uid,
    pick_for_chat,
    press,
    words,
)
from tests.support.programs import Program, user


@pytest.fixture
def chat(page):
    """A chat with one answer."""
    return ask(page, "Why is the sea salty?")


def created(page):
    """Create the link that the open dialog offers; gives its secret."""
    press(page, "share-go")
    address = drawn(page, "share-link")["code"]
    [secret] = parse_qs(urlsplit(address).query)["s"]
    return secret


def open_settings():
    page = AppTest.from_file(SHELL, default_timeout=20)
    return page.switch_page("settings.py").run()


def test_a_chat_is_shared_with_all_that_has_ended(app, chat):
    ask(chat, "And the lakes?")
    pick_for_chat(chat, "Share")
    assert "2 questions" in words(by_key(chat, "share-what"))
    secret = created(chat)
    link = app.shared_links.find(secret)
    turns = app.conversations.load(open_uid(chat)).turns
    assert link.runs == tuple(turn.run.uid for turn in turns)
    assert (link.kind, link.shows_costs, link.shows_prompts) == ("chat", False, False)
    assert (link.expires_at - link.created_at).days == 7
    press(chat, "share-done")
    assert not has(chat, "share-link")


def test_an_answer_is_shared_alone_and_called_after_its_question(app, chat):
    ask(chat, "And the lakes?")
    [_, last] = fitting(chat, "*-run")
    ask_run(chat, "share", last.key)
    assert "1 question" in words(by_key(chat, "share-what"))
    by_key(chat, "share-end").set_value("Never")
    by_key(chat, "share-costs").set_value(True)
    link = app.shared_links.find(created(chat))
    assert (link.kind, link.title) == ("answer", "And the lakes?")
    assert link.runs == (app.conversations.load(open_uid(chat)).turns[-1].run.uid,)
    assert (link.expires_at, link.shows_costs) == (None, True)


def test_a_version_that_is_looked_at_is_the_one_that_is_shared(app, chat):
    first = app.conversations.load(open_uid(chat)).turns[0].run.uid
    ask_run(chat, "rewrite")
    press(chat, "*-synthesis-go")
    answered(chat)
    turn = app.conversations.load(open_uid(chat)).turns[0]
    assert len(turn.versions) == 2
    pick_for_chat(chat, "Share")
    assert app.shared_links.find(created(chat)).runs == (turn.run.uid,)
    ask_run(chat, "show-version", version=first)
    pick_for_chat(chat, "Share")
    assert app.shared_links.find(created(chat)).runs == (first,)


def test_the_link_is_shown_once_and_kept_nowhere(app, chat, caplog):
    pick_for_chat(chat, "Share")
    secret = created(chat)
    press(chat, "share-done")
    state = chat.session_state._state.filtered_state
    exported = "".join(export_lines(app.database))
    assert secret not in f"{state}{dict(chat.query_params)}{exported}{caplog.text}"
    for path in app.database.path.parent.iterdir():
        assert secret.encode() not in path.read_bytes()


def test_the_dialog_says_who_cannot_open_the_link_or_opens_more(chat, monkeypatch):
    pick_for_chat(chat, "Share")
    assert "127.0.0.1" in words(by_key(chat, "share-only-here"))
    monkeypatch.setattr(
        "pages.widgets.sharing.share_dialog.opened_at", lambda _: "https://poly.example"
    )
    chat.run()
    assert has(chat, "share-open-to-all")
    assert not has(chat, "share-only-here")
    press(chat, "share-go")
    assert drawn(chat, "share-link")["code"].startswith("https://poly.example/?s=")


def test_what_is_under_way_or_gone_is_not_shared(app, chat, monkeypatch):
    pick_for_chat(chat, "Share")
    monkeypatch.setattr(
        "storage.sharing.shared_links.MOST_LINKS", 0
    )  # as if there were too many
    press(chat, "share-go")
    assert "Revoke one" in words(by_key(chat, "share-problem"))
    assert app.shared_links.all() == []
    app.conversations.delete(open_uid(chat))
    assert "not" in words(by_key(chat.run(), "chat-missing"))


def test_links_are_listed_revoked_and_restored(app, chat, visit):
    pick_for_chat(chat, "Share")
    secret = created(chat)
    visit(secret)
    settings = open_settings()
    [link] = app.shared_links.all()
    card = by_key(settings, f"shared-link-{link.uid}")
    said = words(card)
    for fact in ("Why is the sea salty?", "Chat, 1 question", "ends ", "opened 1 time"):
        assert fact in said
    assert secret not in said
    press(settings, f"revoke-shared-{link.uid}")
    assert not has(settings, card.key)
    assert has(settings, "shared-link-revoked")
    assert has(visit(secret), "shared-nothing")
    press(settings, "undo-revoke-shared")
    assert not has(visit(secret), "shared-nothing")
    press(settings, f"open-shared-{link.uid}")
    assert open_uid(settings) == link.conversation_uid


def test_what_programs_ask_is_not_shared(app, open_page):
    page = open_page(Program(app).ask(user("Why?")).conversation_uid)
    told = drawn(page, "*-run")["page"]
    assert not told["share"]
    ask_run(page, "share")
    assert not has(page, "share-what")
