import time

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from services.sharing import opened_link
from services.sharing.guesses import Guesses
from storage.sharing import NewLink
from tests.pages.app_page import SHELL


@pytest.fixture(autouse=True)
def nobody_has_guessed(monkeypatch):
    """Other tests of this process have tried links; all visitors have one address."""
    monkeypatch.setattr(opened_link, "_guesses", Guesses())
    monkeypatch.setattr(ContextProxy, "ip_address", None)


@pytest.fixture
def share(app):
    """Shares runs of a chat, all of one path by default; gives link and secret."""

    def shared(uid, *runs, **how):
        turns = app.conversations.load(uid).turns
        all_runs = [run.uid for turn in turns for run in turn.runs]
        values = {"kind": "chat", "title": "Of the sea", "days": 7, **how}
        return app.shared_links.create(
            NewLink(conversation_uid=uid, runs=runs or all_runs, **values)
        )

    return shared


@pytest.fixture
def visit(app):
    """Opens a link as somebody's browser would."""

    def visited(token):
        page = AppTest.from_file(SHELL, default_timeout=20)
        page.query_params["s"] = token
        page.run()
        assert not page.exception
        return page

    return visited


def ended(app, begun):
    while app.live.get(begun.run_uid):
        time.sleep(0.005)
    return begun
