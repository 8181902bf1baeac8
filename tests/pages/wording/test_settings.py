"""The wording of the page of settings, a test a widget."""

import pytest
from sqlalchemy import update

from pages.widgets.layout import background_job
from pages.widgets.settings import export_import
from storage.schema import ConversationRow
from storage.transfer.export import export_lines
from storage.upkeep.erase import CONFIRMATION
from tests.pages.app_page import by_key, fill, fitting, press
from tests.pages.wording.said import assert_wording, said

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wording of settings")]


@pytest.fixture(scope="module")
def settings(asked, open_page):
    asked()
    page = open_page("settings")
    page.session_state["delete-everything"] = True
    return page.run()


def test_the_headings(settings):
    main = settings.main
    parts = (main.title, main.header, main.subheader, main.caption)
    assert_wording("settings-headings", *(each for kind in parts for each in kind))


def test_the_caps(settings):
    assert_wording("caps", *fitting(settings, "cap-*"))


def test_what_chats_are_called_after(settings):
    assert_wording("chat-titles", by_key(settings, "chat-titles"))


def test_what_programs_are_told(settings):
    keys = ("api-base-url", "api-models", "api-examples", "no-api-keys")
    nodes = [by_key(settings, key) for key in (*keys, "create-api-key")]
    assert_wording("api-address", *nodes)


def test_a_key_of_the_api(shared_app, settings):
    press(settings, "create-api-key")
    assert_wording("create-api-key", *settings.get("dialog"))
    by_key(settings, "api-key-name").set_value("An editor")
    by_key(settings, "api-key-cap").set_value(5.0)
    by_key(settings, "api-key-expose").set_value(True)
    press(settings, "api-key-create")
    assert_wording("created-api-key", *settings.get("dialog"))
    press(settings, "api-key-done")
    [key] = shared_app.api_keys.list()
    first, facts, *fields = said(by_key(settings, f"api-key-{key.uid}"))
    assert first == f"**An editor** · `{key.begins}…{key.ends}`"
    assert_wording("api-key", [line for line in fields if "created" not in line])
    assert "This month: $0 of $5.00, $5.00 left · never used · created " in "\n".join(
        [facts, *fields]
    )
    press(settings, f"revoke-api-key-{key.uid}")
    assert_wording("api-key-revoked", by_key(settings, "api-key-revoked"))


def test_own_prices(settings):
    by_key(settings, "price-model").set_value("simulated/brief")
    by_key(settings, "price-input").set_value(1.5)
    by_key(settings, "price-output").set_value(2.0)
    press(settings, "set-price")
    keys = ("price-model", "price-input", "price-output", "set-price")
    nodes = [by_key(settings, key) for key in (*keys, "price-simulated/brief")]
    assert_wording("own-prices", *nodes)
    press(settings, "price-simulated/brief")


def test_what_is_kept_where(settings):
    first, _, *others = said(by_key(settings, "storage-facts"))[0].splitlines()
    assert first == (
        "- Chats, every model's answers, tokens, times, prices and presets:"
    )
    assert " ".join(others) == (
        "- Keys: in the environment or the file .env, or in this browser session; never"
        " in the   database, a log, an export or a page."
        " - Your questions go to the endpoints of the models you choose, and nowhere"
        " else."
    )


def test_taking_data_along(settings):
    nodes = fitting(settings, "export-*")
    keys = ("import-file", "back-up")
    assert_wording("export", *nodes, *(by_key(settings, key) for key in keys))


def test_too_much_for_a_browser(settings, monkeypatch):
    monkeypatch.setattr(export_import, "MOST_CALLS", 1)
    settings.run()
    assert_wording("export-too-large", by_key(settings, "export-too-large"))


def finish(page):
    while fitting(page, "*-progress"):
        page.run()
    return page


def take_in(page, name, data):
    by_key(page, "import-file").set_value((name, data, "application/json")).run()
    return page


def test_an_import(shared_app, settings, monkeypatch):
    data = "".join(export_lines(shared_app.database)).encode()
    with monkeypatch.context() as patch, shared_app.database.writing() as session:
        patch.setattr(background_job, "_SHORT_S", 0)
        session.connection()  # from here on nobody else can
        take_in(settings, "all.json", data)
        [doing] = said(by_key(settings, "import-progress"))
    assert doing.startswith("Importing all.json: 0\N{NO-BREAK SPACE}% · ")
    assert doing.endswith(". You can leave this page.")
    finish(settings)
    assert_wording("import-result", by_key(settings, "import-result"))
    finish(take_in(settings, "broken.json", data + b" "))
    [problem] = said(by_key(settings, "import-problem"))
    assert problem.startswith("The file broken.json cannot be imported: line ")
    assert problem.endswith(
        ": something follows the end of the export.\n\nNothing was changed."
    )


def test_a_backup(settings):
    finish(press(settings, "back-up"))
    assert said(by_key(settings, "backup-result"))[0].startswith("Backup saved to ")


def test_how_long_conversations_stay(shared_app, settings):
    with shared_app.database.writing() as session:
        session.execute(update(ConversationRow).values(updated_at=1))
    fill(settings, "keep-days", 30)
    keys = ("keep-days", "retention-preview", "delete-old")
    assert_wording("retention", *(by_key(settings, key) for key in keys))
    finish(press(settings, "delete-old-for-good"))
    assert_wording("deleted-for-good", by_key(settings, "deleting-result"))


def test_the_bin(shared_app, asked, settings):
    shared_app.conversations.delete(asked().conversation_uid)
    settings.run()
    kept = by_key(settings, "bin")
    assert_wording("bin", by_key(kept, "bring-back-*"), by_key(kept, "empty-bin"))
    assert said(kept)[0] == "Bin"


def test_deleting_everything(settings):
    parts = [by_key(settings, key) for key in ("typed-to-delete", "erase")]
    explained = by_key(settings, "delete-everything").markdown
    assert_wording("delete-everything", *explained, *parts)
    fill(settings, "typed-to-delete", CONFIRMATION)
    finish(press(settings, "erase"))
    assert_wording("deleted-everything", by_key(settings, "deleting-result"))
