"""The wording of the page of settings, and of what is shared, a test a widget."""

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from pages.widgets.layout import background_job
from pages.widgets.settings import export_import
from storage.schema import ConversationRow
from storage.sharing import NewLink
from storage.transfer.export import export_lines
from storage.upkeep.erase import CONFIRMATION
from tests.pages.app_page import SHELL, by_key, fill, fitting, pick_for_chat, press
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


@pytest.fixture(scope="module")
def begun(asked):
    return asked()


@pytest.fixture(scope="module")
def chat(begun, open_page):
    return open_page(c=begun.conversation_uid)


def test_the_dialog_and_the_link_that_it_made(shared_app, chat):
    pick_for_chat(chat, "Share")
    assert_wording("share-chat", *chat.get("dialog"))
    press(chat, "share-go")
    [made] = chat.get("dialog")
    lines = said(made)
    [ends] = [line for line in lines if line.startswith("It ends on ")]
    assert ends.endswith(" You can revoke it at any time, in Settings.")
    assert_wording("shared-link-made", [line for line in lines if line != ends])
    press(chat, "share-done")
    for link in shared_app.shared_links.all():
        shared_app.shared_links.revoke(link.uid)


def test_links_and_their_revocation(shared_app, begun, settings):
    settings.run()
    assert_wording("no-shared-links", by_key(settings, "no-shared-links"))
    link, _ = shared(shared_app, begun)
    settings.run()
    assert_wording("shared-links-about", by_key(settings, "shared-links-about"))
    title, *rest, facts = said(by_key(settings, f"shared-link-{link.uid}"))
    assert title == "**Of the sky**"
    assert_wording("shared-link", rest)
    assert facts.startswith("Chat, 1 question · shared ")
    assert facts.endswith(" · never ends · never opened · shows costs")
    press(settings, f"revoke-shared-{link.uid}")
    assert_wording("shared-link-revoked", by_key(settings, "shared-link-revoked"))


def test_the_page_of_a_link(shared_app, begun):
    _, secret = shared(shared_app, begun)
    page = AppTest.from_file(SHELL, default_timeout=60)
    page.query_params["s"] = secret
    title, about = said(by_key(page.run(), "shared-head"))
    assert title == "Of the sky"
    assert about.startswith("Shared with Polyphony · ")
    page.query_params["s"] = "wrong"
    assert_wording("shared-nothing", by_key(page.run(), "page-shared"))


def shared(app, begun):
    return app.shared_links.create(
        NewLink(
            conversation_uid=begun.conversation_uid,
            kind="chat",
            runs=[begun.run_uid],
            title="Of the sky",
            days=None,
            shows_costs=True,
        )
    )
