import shutil

import pytest
from streamlit.testing.v1 import AppTest

import services
from tests.pages.app_page import SHELL


@pytest.fixture
def environment(tmp_path, monkeypatch, new_file):
    """The app's environment: its own database, and models that answer at once."""
    shutil.copy(new_file, tmp_path / "polyphony.db")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/polyphony.db")
    monkeypatch.setenv("POLYPHONY_SIMULATED_PACE", "0")
    monkeypatch.setenv("POLYPHONY_LOCAL_SERVERS", "off")
    monkeypatch.setattr(services, "ENV_FILE", tmp_path / ".env")
    return monkeypatch


@pytest.fixture
def app(environment):
    """The services behind the page, started and ended with the test."""
    yield services.services()
    services.close_services()


@pytest.fixture
def open_page(app):
    """Opens the chat as a browser tab would, at a conversation or at none."""

    def opened(conversation_uid=None):
        page = AppTest.from_file(SHELL, default_timeout=20)
        if conversation_uid:
            page.query_params["c"] = conversation_uid
        return page.run()

    return opened


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def open_link(app):
    """Opens the chat by a link with a mixture."""

    def opened(link):
        page = AppTest.from_file(SHELL, default_timeout=20)
        page.query_params["preset"] = link
        return page.run()

    return opened
