"""Taking data along, keeping it for a time, and deleting it: on the settings page."""

import re
import time

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from moa_core.messages import Question
from moa_core.mixture.shipped import DEFAULT_PRESET
from pages.widgets.layout import background_job
from pages.widgets.settings import export_import
from storage.database import sqlite
from storage.schema import ConversationRow
from storage.transfer.export import export_lines
from storage.upkeep.backup import copies_of
from storage.upkeep.erase import CONFIRMATION, erase_everything
from tests.pages.app_page import SHELL, by_key, fill, fitting, has, press, words
from tests.storage.installation import content

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(app):
    page = AppTest.from_file(SHELL, default_timeout=20)
    return page.switch_page("settings.py").run()


@pytest.fixture
def talk(app):
    """A conversation that was answered; its uid."""
    begun = app.asking().start_question(Question("Why?"), DEFAULT_PRESET.config)
    while app.live.get(begun.run_uid):
        time.sleep(0.005)
    return begun.conversation_uid


def downloads(page) -> list[str]:
    """Their keys."""
    return [each.key for each in page.get("download_button")]


def buttons() -> None:
    """What a page with the buttons does; runs in a script of its own."""
    import streamlit as st

    from pages.widgets.conversations.export_buttons import export_buttons
    from services import services

    app = services()
    export_buttons(app, app.conversations.load(st.query_params["c"]))


def test_one_conversation_is_offered_in_every_form(app, talk):
    page = AppTest.from_function(buttons, default_timeout=20)
    page.query_params["c"] = talk
    page.run()
    assert not page.exception
    kinds = ("markdown", "json", "chat", "preferences")
    assert downloads(page) == [f"export-{kind}" for kind in kinds]


@pytest.fixture
def hasty(monkeypatch):
    """A page that waits for no job."""
    monkeypatch.setattr(background_job, "_SHORT_S", 0)


def upload(page, data: bytes) -> None:
    by_key(page, "import-file").set_value(("all.json", data, "application/json")).run()


def click(page, key: str) -> None:
    """Press a button, and wait for the end of what it began."""
    press(page, key)
    finish(page)


def counts(page) -> tuple[int, ...]:
    """How many conversations the report of an import counts: new ones, and others."""
    said = words(by_key(page, "import-result"))
    return tuple(map(int, re.findall(r": (\d+)", said)))


def finish(page) -> None:
    """Look again until what takes long has ended."""
    while going(page):
        page.run()
    assert not page.exception


def going(page) -> list[str]:
    """What the page says of work under way."""
    assert not page.exception
    bars = [
        bar for place in fitting(page, "*-progress") for bar in place.get("progress")
    ]
    texts = [info.value for place in fitting(page, "*-progress") for info in place.info]
    return [*texts, *(bar.proto.text for bar in bars)]


def test_an_export_is_taken_in_and_what_is_there_already_is_said(app, talk, settings):
    data = "".join(export_lines(app.database)).encode()
    before = content(app.database)
    upload(settings, data)
    finish(settings)
    assert counts(settings) == (0, 1)
    erase_everything(app.database)
    upload(settings, data + b" ")
    finish(settings)
    assert has(settings, "import-problem")
    assert content(app.database)["conversations"] == []
    upload(settings, data)
    finish(settings)
    assert counts(settings) == (1, 0)
    assert content(app.database) == before


def test_the_page_goes_on_while_an_export_is_taken_in(hasty, app, talk, settings):
    data = "".join(export_lines(app.database)).encode()
    with app.database.writing() as session:
        session.connection()  # from here on nobody else can
        upload(settings, data)
        [said] = going(settings)
        assert "all\\.json: 0" in said
        assert by_key(settings, "back-up").disabled
    finish(settings)
    assert counts(settings) == (0, 1)
    assert not by_key(settings, "back-up").disabled
    assert not has(settings.run(), "import-result")


def test_everything_is_offered_on_the_settings_page(settings):
    assert not settings.exception
    kinds = ("json", "markdown", "chat", "preferences")
    assert downloads(settings) == [f"export-{kind}" for kind in kinds]


def test_what_is_too_much_for_a_browser_is_left_to_the_command(
    talk, settings, monkeypatch
):
    monkeypatch.setattr(export_import, "MOST_CALLS", 1)
    settings.run()
    assert downloads(settings) == []
    assert has(settings, "export-too-large")


def test_what_cannot_be_copied_is_said_where_it_was_asked_for(app, settings):
    (app.database.path.parent / "backups").write_text("in the way")
    click(settings, "back-up")
    assert has(settings, "backup-problem")
    assert not has(settings, "backup-result")


def test_a_backup_is_made_by_a_click(app, settings):
    click(settings, "back-up")
    [copy] = copies_of(app.database.path)
    assert copy.name in words(by_key(settings, "backup-result"))


def test_nothing_is_deleted_before_it_is_said_how_many(app, talk, settings):
    with app.database.writing() as session:
        session.execute(update(ConversationRow).values(updated_at=1))
    assert by_key(settings, "keep-days").value is None
    fill(settings, "keep-days", 30)
    assert app.retention.days() == 30
    assert "1 chat" in words(by_key(settings, "retention-preview"))
    assert len(app.history.newest()) == 1
    click(settings, "delete-old-for-good")
    assert app.history.newest() == []
    fill(settings, "keep-days", None)
    assert app.retention.days() is None


def test_the_bin_is_emptied_by_clicks(app, talk, settings):
    app.conversations.delete(talk)
    settings.run()
    press(settings, "bring-back-*")
    assert [each.uid for each in app.history.newest()] == [talk]
    app.conversations.delete(talk)
    settings.run()
    click(settings, "empty-bin-for-good")
    assert app.retention.bin() == []
    assert content(app.database)["call_texts"] == []


def test_the_page_goes_on_while_much_is_deleted(hasty, app, talk, settings):
    app.conversations.delete(talk)
    settings.run()
    with app.database.writing() as session:
        session.connection()  # from here on nobody else can
        press(settings, "empty-bin-for-good")
        [said] = going(settings)
        assert "1 chat left" in said
    finish(settings)
    assert "1 chat" in words(by_key(settings, "deleting-result"))
    assert not has(settings.run(), "deleting-result")


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
        click(settings, "empty-bin-for-good")
        assert has(settings, "deleting-problem")
    assert [each.uid for each in app.retention.bin()] == [talk]
    assert not has(settings.run(), "deleting-problem")


def test_everything_is_deleted_only_when_that_is_typed(app, talk, settings):
    page = open_everything(settings)
    assert by_key(page, "erase").disabled
    fill(page, "typed-to-delete", "delete")
    assert by_key(page, "erase").disabled
    fill(page, "typed-to-delete", f" {CONFIRMATION.title()}")
    click(page, "erase")
    assert has(page, "deleting-result")
    assert {name for name, rows in content(app.database).items() if rows} == set()
    assert not page.switch_page("chat.py").run().exception


def open_everything(page):
    """As if its header had been clicked, which AppTest cannot."""
    page.session_state["delete-everything"] = True
    return page.run()
