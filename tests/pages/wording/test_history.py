"""The wording of the page of the history, a test a widget."""

import pytest

from tests.pages.app_page import by_key, fill, press
from tests.pages.wording.said import assert_wording
from tests.storage.written import Writer
from tests.support.programs import Program, system, user

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wording of history")]


@pytest.fixture(scope="module")
def empty(open_page):
    return open_page("history")


@pytest.fixture(scope="module")
def history(empty, shared_app, open_page):
    """More conversations than fit on a page; one of them is searched for."""
    writer = Writer(shared_app.database)
    for number in range(31):
        writer.conversation(f"Question {number}")
    uid = writer.conversation("Where do otters sleep?")
    writer.run(writer.turn(uid, "And?"), "In a holt.", answer="A holt.")
    return open_page("history")


def test_an_empty_history(empty):
    assert_wording("history-nothing", by_key(empty, "nothing-yet"))


def test_the_search(history):
    keys = ("history-query", "history-filters")
    assert_wording("history-search", *(by_key(history, key) for key in keys))


def test_the_pages(history):
    keys = ("list-newer", "list-older")
    assert_wording("history-pages", *(by_key(history, key) for key in keys))


def test_what_was_found(history, open_page):
    page = fill(open_page("history"), "history-query", "holt")
    assert_wording("search-hit", *by_key(page, "hit-0").markdown)
    fill(page, "history-query", "badgers")
    assert_wording("search-nothing", by_key(page, "nothing-found"))
    fill(page, "history-archived", True)
    assert_wording("search-nothing-filtered", by_key(page, "nothing-found"))
    fill(page, "history-query", "")
    assert_wording("history-nothing-filtered", by_key(page, "nothing-found"))
    assert_wording("history-filters-set", by_key(page, "history-filters-set"))


def test_what_was_done_can_be_undone(shared_app, history, open_page):
    [last] = shared_app.history.newest(limit=1)
    page = fill(open_page("history"), f"menu-{last.uid}", "Archive")
    assert_wording("archived", by_key(page, "conversation-undo"))
    press(page, "undo-action")
    fill(page, f"menu-{last.uid}", "Delete")
    assert_wording("deleted", by_key(page, "conversation-undo"))
    press(page, "undo-action")
    fill(page, f"menu-{last.uid}", "Rename")
    assert_wording("rename", *page.get("dialog"))


def test_what_programs_asked(shared_app, history, open_page):
    begun = Program(shared_app).ask(system("Be brief."), user("Why?"))
    page = open_page("history")
    assert_wording("history-api", by_key(page, "history-api"))
    page = open_page("chat", c=begun.conversation_uid)
    [said_of_it] = by_key(page, "asked-by").caption
    before, _, after = said_of_it.value.partition(", ")
    assert before == ":material/api: Asked through the API with the key “An editor”"
    assert after.endswith(
        ". What you rerun here stays here: the program does not see it."
    )
    given = by_key(page, f"given-{begun.turn_uid}")
    assert_wording("sent-before", given)
