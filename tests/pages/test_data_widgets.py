"""Taking data along, keeping it for a time, and deleting it: on the settings page."""

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from pages.widgets.settings import export_import
from storage.database import sqlite
from storage.schema.tables import ConversationRow
from storage.transfer.export import export_lines
from storage.upkeep.backup import copies_of
from storage.upkeep.erase import erase_everything
from tests.pages.app_page import ask, button, open_uid, words
from tests.storage.installation import content

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(open_page):
    return open_page().switch_page("settings.py").run()


@pytest.fixture
def talk(app, page):
    """A conversation that was answered; its uid."""
    return open_uid(ask(page, "Why is the sky blue?"))


def downloads(page) -> list[str]:
    return [each.proto.label for each in page.get("download_button")]


def menu() -> None:
    """What a page with the menu does; runs in a script of its own."""
    import streamlit as st

    from pages.widgets.conversations.export_menu import export_menu
    from services import services

    app = services()
    export_menu(app, app.conversations.load(st.query_params["c"]))


def test_one_conversation_is_offered_in_every_form_once_the_menu_is_open(app, talk):
    page = AppTest.from_function(menu, default_timeout=20)
    page.query_params["c"] = talk
    page.run()
    assert not page.exception
    assert downloads(page) == []
    page.session_state[f"export-{talk}"] = True
    page.run()
    assert not page.exception
    assert downloads(page) == [
        "Markdown",
        "JSON",
        "Chat, for training",
        "Preferences, for training",
    ]


def upload(page, data: bytes) -> None:
    uploader = next(e for e in page.file_uploader if e.label == "Import an export")
    uploader.set_value(("all.json", data, "application/json")).run()


def click(page, label: str) -> None:
    """Press a button, and wait for the end of what it began."""
    button(page, label).click().run()
    finish(page)


def finish(page) -> None:
    """Look again until what takes long has ended."""
    while going(page):
        page.run()
    assert not page.exception


def going(page) -> list[str]:
    """What the page says of work under way."""
    assert not page.exception
    texts = [each.proto.text for each in page.get("progress")]
    texts += [each.value for each in page.info]
    return [text for text in texts if "You can leave this page" in text]


def test_an_export_is_taken_in_and_what_is_there_already_is_said(app, talk, settings):
    data = "".join(export_lines(app.database)).encode()
    before = content(app.database)
    upload(settings, data)
    finish(settings)
    assert "Added: 0 conversations. Already here: 1 conversation." in (
        settings.success[0].value
    )
    erase_everything(app.database)
    upload(settings, data + b" ")
    finish(settings)
    assert settings.error
    assert "Nothing was changed" in settings.error[0].value
    upload(settings, data)
    finish(settings)
    assert "Added: 1 conversation." in settings.success[0].value
    assert content(app.database) == before


def test_the_page_goes_on_while_an_export_is_taken_in(app, talk, settings):
    data = "".join(export_lines(app.database)).encode()
    with app.database.writing() as session:
        session.connection()  # from here on nobody else can
        upload(settings, data)
        [said] = going(settings)
        assert said.startswith(r"Taking in all\.json: 0")
        assert button(settings, "Back up now").disabled
    finish(settings)
    assert "Already here: 1 conversation." in settings.success[0].value
    assert not button(settings, "Back up now").disabled
    assert not settings.run().success


def test_everything_is_offered_on_the_settings_page(settings):
    assert not settings.exception
    assert {
        "Export everything",
        "As Markdown",
        "Chats for training",
        "Preferences for training",
    } <= set(downloads(settings))


def test_what_is_too_much_for_a_browser_is_left_to_the_command(
    talk, settings, monkeypatch
):
    monkeypatch.setattr(export_import, "MOST_CALLS", 1)
    settings.run()
    assert "Export everything" not in downloads(settings)
    assert "python -m storage export" in words(settings)


def test_what_cannot_be_copied_is_said_where_it_was_asked_for(app, settings):
    (app.database.path.parent / "backups").write_text("in the way")
    click(settings, "Back up now")
    assert len(settings.error) == 1
    assert not settings.success


def test_a_backup_is_made_by_a_click(app, settings):
    click(settings, "Back up now")
    [copy] = copies_of(app.database.path)
    [said] = [each.value.replace("\\", "") for each in settings.success]
    assert copy.name in said


def test_nothing_is_deleted_before_it_is_said_how_many(app, talk, settings):
    with app.database.writing() as session:
        session.execute(update(ConversationRow).values(updated_at=1))
    days = settings.number_input(key="keep days")
    assert days.value is None
    days.set_value(30).run()
    assert app.retention.days() == 30
    assert "1 conversation would be deleted" in words(settings)
    assert len(app.history.newest()) == 1
    click(settings, "Delete 1 conversation for good")
    assert app.history.newest() == []
    settings.number_input(key="keep days").set_value(None).run()
    assert app.retention.days() is None


def test_the_bin_is_emptied_by_clicks(app, talk, settings):
    app.conversations.delete(talk)
    settings.run()
    button(settings, "Bring back").click().run()
    assert [each.uid for each in app.history.newest()] == [talk]
    app.conversations.delete(talk)
    settings.run()
    click(settings, "Delete 1 conversation for good")
    assert app.retention.bin() == []
    assert content(app.database)["call_texts"] == []


def test_the_page_goes_on_while_much_is_deleted(app, talk, settings):
    app.conversations.delete(talk)
    settings.run()
    with app.database.writing() as session:
        session.connection()  # from here on nobody else can
        button(settings, "Delete 1 conversation for good").click().run()
        [said] = going(settings)
        assert "1 conversation left" in said
    finish(settings)
    assert [each.value for each in settings.success] == [
        "1 conversation deleted for good."
    ]
    assert not settings.run().success


@pytest.fixture
def impatient(monkeypatch):
    """Databases that wait 0.2 s for one another."""
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.2)


def test_what_could_not_be_deleted_is_said_and_is_still_there(
    impatient, app, talk, settings
):
    app.conversations.delete(talk)
    settings.run()
    with app.database.writing() as session:
        session.connection()  # nobody else can, for longer than anybody waits
        button(settings, "Delete 1 conversation for good").click().run()
        finish(settings)
        assert len(settings.error) == 1
    assert [each.uid for each in app.retention.bin()] == [talk]
    assert not settings.run().error


def test_everything_is_deleted_only_when_that_is_typed(app, talk, settings):
    page = open_everything(settings)
    assert button(page, "Delete everything for good").disabled
    page.text_input(key="typed to delete").set_value("delete").run()
    assert button(page, "Delete everything for good").disabled
    page.text_input(key="typed to delete").set_value(" Delete Everything").run()
    click(page, "Delete everything for good")
    assert "Everything was deleted" in page.success[0].value
    assert {name for name, rows in content(app.database).items() if rows} == set()
    assert not page.switch_page("chat.py").run().exception


def open_everything(page):
    """As if its header had been clicked, which AppTest cannot."""
    page.session_state["delete-everything"] = True
    return page.run()
