"""A dialog stays open until it is closed, another one opens, or one goes elsewhere."""

import pytest

from tests.pages.app_page import ask, by_key, open_sheet, pick_for_chat, press


@pytest.fixture
def exporting(page):
    """A chat whose export is open."""
    return pick_for_chat(ask(page.run(), "Why?"), "Export")


def opened(page):
    return [each.proto.dialog.title for each in page.get("dialog")]


def test_it_is_there_again_when_a_click_ended_the_script_that_drew_it(exporting):
    assert opened(exporting) == ["Export"]
    assert opened(exporting.run()) == ["Export"]


def test_another_takes_its_place(exporting):
    assert opened(press(exporting, "search-chats")) == ["Search chats"]
    assert opened(open_sheet(exporting)) == ["Mixture"]


def test_it_is_closed_elsewhere(exporting):
    assert opened(exporting.switch_page("spend.py").run()) == []
    assert opened(exporting.switch_page("chat.py").run()) == []


def test_it_opens_where_a_click_has_just_led(page):
    """As by Ctrl + K right after "New chat", before the page was drawn."""
    page = ask(page.run(), "Why?")
    for key in ("new-chat", "search-chats"):
        by_key(page, key).click()
    assert opened(page.run()) == ["Search chats"]
    assert "c" not in page.query_params
    assert opened(page.run()) == ["Search chats"]
