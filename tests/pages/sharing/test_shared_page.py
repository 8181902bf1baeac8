"""The page of a shared link shows what was shared, has no control, and says no more."""

import json
from dataclasses import replace

import pytest

from moa_core.messages import Question
from moa_core.mixture.config import MoAConfig
from moa_core.mixture.shipped import DEFAULT_PRESET
from pages.widgets.sharing.page_of_link import NOTHING
from services.sharing.guesses import WRONG_A_MINUTE
from storage.errors import StorageError
from tests.pages.app_page import by_key, fitting, has, press, texts_in, words
from tests.pages.sharing.conftest import ended

PERSONA = "You are the chief of a secret paper."
CONFIG: MoAConfig = DEFAULT_PRESET.config


@pytest.fixture
def ask(app):
    def asked(question="Why is the sea salty?", config=CONFIG, **where):
        begun = app.asking().start_question(Question(question), config, **where)
        return ended(app, begun)

    return asked


def controls(page):
    """Everything on a page that can be used, components aside."""
    kinds: tuple[str, ...] = (
        "button",
        "text_input",
        "chat_input",
        "selectbox",
        "toggle",
        "menu_button",
    )
    kinds += ("page_link", "download_button", "file_uploader", "popover", "link_button")
    return [each for kind in kinds for each in page.get(kind)]


def everything(page):
    """All that a browser is sent of a page, as text."""
    nodes = [node for node in page._tree if hasattr(node, "proto")]
    return "\n".join(str(node.proto) for node in nodes)


def test_it_shows_the_questions_and_has_no_control(ask, share, visit):
    begun = ask()
    ask("And the lakes?", conversation_uid=begun.conversation_uid)
    _, secret = share(begun.conversation_uid)
    page = visit(secret)
    said = words(page)
    assert "Of the sea" in said
    assert "Why is the sea salty?" in said
    assert "And the lakes?" in said
    assert controls(page) == []
    assert not page.sidebar.children
    for told in fitting(page, "*-run"):
        data = json.loads(told.proto.json)
        assert data["lookOnly"]
        assert not {"page", "chat"} & data.keys()
    for told in fitting(page, "*-asked"):
        assert json.loads(told.proto.json)["turns"][0]["fixed"]


def test_no_uid_of_the_app_is_told(app, ask, share, visit):
    begun = ask()
    link, secret = share(begun.conversation_uid)
    sent = everything(visit(secret))
    [turn] = app.conversations.load(begun.conversation_uid).turns
    for uid in (begun.run_uid, begun.conversation_uid, turn.uid, link.uid):
        assert uid not in sent


def test_system_prompts_are_told_only_if_they_are_shared(ask, share, visit):
    chief = replace(CONFIG.aggregator, system_prompt=PERSONA)
    uid = ask(config=replace(CONFIG, aggregator=chief)).conversation_uid
    _, closed = share(uid)
    page = visit(closed)
    assert PERSONA not in everything(page)
    _, opened = share(uid, shows_prompts=True)
    page = visit(opened)
    assert PERSONA in texts_in(by_key(page, "*-prompt-0"))


@pytest.mark.parametrize("how", ["wrong", "revoked", "deleted", "ended", "empty"])
def test_all_that_opens_nothing_says_the_same(app, ask, share, visit, how):
    begun = ask()
    link, secret = share(begun.conversation_uid, days=0 if how == "ended" else 7)
    match how:
        case "wrong":
            secret = secret[:-1]
        case "revoked":
            app.shared_links.revoke(link.uid)
        case "deleted":
            app.conversations.delete(begun.conversation_uid)
        case "empty":
            secret = ""
        case _:
            pass
    page = visit(secret)
    assert page.title[0].value == "Nothing here"
    assert words(by_key(page, "shared-nothing")) == NOTHING
    assert controls(page) == []
    assert len(words(page).splitlines()) == 2


def test_an_opening_is_counted_once_a_visit(app, ask, share, visit):
    link, secret = share(ask().conversation_uid)
    page = visit(secret)
    page.run()
    visit(secret)
    [listed] = app.shared_links.all()
    assert (listed.uid, listed.opened) == (link.uid, 2)


def test_who_guesses_is_told_the_same_and_what_opened_opens_on(ask, share, visit):
    uid = ask().conversation_uid
    (_, known), (_, unknown) = share(uid), share(uid)
    visit(known)
    for number in range(WRONG_A_MINUTE):
        visit(f"guess-{number}")
    assert has(visit(unknown), "shared-nothing")
    assert not has(visit(known), "shared-nothing")


def test_a_page_that_was_open_shows_nothing_once_its_link_is_revoked(
    app, ask, share, visit
):
    link, secret = share(ask().conversation_uid)
    page = visit(secret)
    app.shared_links.revoke(link.uid)
    page.run()
    assert has(page, "shared-nothing")
    assert not has(page, "*-run")


def test_what_cannot_be_read_is_nobodys_business(ask, share, visit, monkeypatch):
    _, secret = share(ask().conversation_uid)

    def fail(*_):
        raise StorageError("/home/ada/polyphony.db is broken")

    monkeypatch.setattr("storage.sharing.shared_links.SharedLinks.find", fail)
    page = visit(secret)
    assert "Not now" in words(page)
    assert "ada" not in everything(page)


def test_long_chats_come_in_parts(app, ask, share, visit, monkeypatch):
    monkeypatch.setattr("pages.widgets.sharing.page_of_link.AT_ONCE", 1)
    begun = ask()
    ask("And the lakes?", conversation_uid=begun.conversation_uid)
    _, secret = share(begun.conversation_uid)
    page = visit(secret)
    assert len(fitting(page, "*-run")) == 1
    press(page, "shared-more")
    assert len(fitting(page, "*-run")) == 2
    assert controls(page) == []
