"""The wording of sharing by links, a test a widget."""

import pytest
from streamlit.testing.v1 import AppTest

from storage.sharing import NewLink
from tests.pages.app_page import SHELL, by_key, pick_for_chat, press
from tests.pages.wording.said import assert_wording, said

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wording of sharing")]


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


def test_links_and_their_revocation(shared_app, begun, open_page):
    settings = open_page("settings")
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
