import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.app_page import SHELL, by_key, fill, has, press, words
from tests.storage.written import Writer


@pytest.fixture
def writer(app):
    return Writer(app.database)


@pytest.fixture
def history(app, writer):
    """Opens the page of the history."""

    def opened():
        return (
            AppTest.from_file(SHELL, default_timeout=20).switch_page("history.py").run()
        )

    return opened


def links(page):
    return [link.proto.label for link in page.get("page_link")]


def said(page):
    return words(page) + " ".join(links(page))


def test_an_empty_history_says_what_will_be_here(history):
    page = history()
    assert not page.exception
    assert has(page, "nothing-yet")


def test_conversations_stand_under_their_days_pinned_ones_first(app, writer, history):
    writer.conversation("Where do otters sleep?")
    pinned = writer.conversation("What do badgers eat?")
    app.history.pin(pinned)
    page = history()
    assert not page.exception
    titles = [label for label in links(page) if label.endswith("\\?")]
    assert titles == ["What do badgers eat\\?", "Where do otters sleep\\?"]
    assert "2023" in said(page)


def test_a_search_shows_the_words_where_they_stand(writer, history):
    uid = writer.conversation("Where do *otters* sleep?")
    writer.run(writer.turn(uid, "And?"), "In a [holt](http://x).", answer="A holt.")
    page = history()
    fill(page, "history-query", "holt")
    [found] = by_key(page, "hit-0").markdown
    assert "A :orange-background[**holt**]" in found.value
    assert r"In a \[:orange-background[**holt**]\]\(http" in found.value


def test_nothing_found_names_the_filters_and_clears_them(writer, history):
    uid = writer.conversation("Where do otters sleep?")
    writer.run(writer.turn(uid, "And?"), answer="In holts.", preset_name="Fast")
    other = writer.conversation("Badgers")
    writer.run(writer.turn(other, "And?"), answer="Also.", preset_name="*Best*")
    page = history()
    fill(page, "history-preset", "*Best*")
    assert len(links(page)) == len(links(history())) - 1
    fill(page, "history-query", "otters")
    assert "Preset: *Best*" in words(by_key(page, "nothing-found"))
    press(page, "clear-filters")
    assert "Where do :orange-background[**otters**] sleep" in said(page)


def test_many_conversations_come_a_page_at_a_time(writer, history):
    for i in range(35):
        writer.conversation(f"Question {i}")
    page = history()
    assert "Question 34" in links(page)
    assert "Question 4" not in links(page)
    press(page, "list-older")
    assert "Question 4" in links(page)
    assert by_key(page, "list-older").disabled
    press(page, "list-newer")
    assert "Question 34" in links(page)


def test_models_of_a_duel_are_not_named_by_a_search(writer, history):
    uid = writer.conversation("Otters?", kind="duel")
    writer.run(writer.turn(uid, "And?"), "Holts.", answer="Holts.")
    page = history()
    fill(page, "history-query", "holts")
    assert "holts" in said(page).casefold()
    assert "aggregator" not in said(page)
    assert "model-0-0" not in said(page)


def test_many_are_deleted_at_once_and_each_deletion_can_be_undone(app, writer, history):
    uids = [writer.conversation(f"Question {number}") for number in range(4)]
    page = fill(history(), "history-select", True)
    for uid in uids[:2]:
        fill(page, f"select-{uid}", True)
    press(page, "delete-selected")
    fill(page, f"menu-{uids[2]}", "Delete")
    assert [each.uid for each in app.history.newest()] == uids[3:]
    press(page, "undo-action-1")
    assert {each.uid for each in app.history.newest()} == {*uids[:2], uids[3]}
    press(page, "undo-action")
    assert {each.uid for each in app.history.newest()} == set(uids)
    assert not has(page, "conversation-undo")


def test_all_that_is_listed_is_archived(app, writer, history):
    for number in range(3):
        writer.conversation(f"Question {number}")
    page = fill(history(), "history-select", True)
    press(page, "select-all")
    press(page, "archive-selected")
    assert all(each.archived for each in app.history.newest())
