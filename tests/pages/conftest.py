import shutil
from functools import cache

import httpx2
import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

import services
from tests.pages.app_page import SHELL

pytest.register_assert_rewrite("tests.pages.wording.said")  # to see what differs


@pytest.fixture(scope="session", autouse=True)
def found_once():
    """What every new page and app would look up anew, and find as it was.

    Streamlit reads the metadata of all installed packages for components, which takes
    ten times as long as to draw a page; OpenSSL reads the system's certificates.
    """
    with pytest.MonkeyPatch.context() as monkeypatch:
        for module, name in (
            (manifest_scanner, "scan_component_manifests"),
            (httpx2, "create_ssl_context"),
        ):
            monkeypatch.setattr(module, name, cache(getattr(module, name)))
        yield


@pytest.fixture
def environment(tmp_path, monkeypatch, new_file):
    """The app's environment: its own database, and models that answer at once."""
    use_folder(monkeypatch, tmp_path, new_file)
    return monkeypatch


def use_folder(monkeypatch, folder, new_file):
    shutil.copy(new_file, folder / "polyphony.db")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder}/polyphony.db")
    monkeypatch.setenv("POLYPHONY_SIMULATED_PACE", "0")
    monkeypatch.setenv("POLYPHONY_LOCAL_SERVERS", "off")
    monkeypatch.setenv("POLYPHONY_REMEMBER_KEYS", "file")
    monkeypatch.setattr(services, "ENV_FILE", folder / ".env")


@pytest.fixture(scope="module")
def shared_app(tmp_path_factory, new_file):
    """The services behind the pages of a whole module."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        use_folder(monkeypatch, tmp_path_factory.mktemp("shared"), new_file)
        monkeypatch.setenv("POLYPHONY_DEMO_MODELS", "off")
        yield services.services()
        services.close_services()


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
