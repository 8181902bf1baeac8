"""Entering, testing, saving and removing endpoints and keys on the page of settings."""

import pytest
from streamlit.testing.v1 import AppTest

import services
from tests.pages.app_page import SHELL, by_key, fill, has, press, words

KEY = "sk-of-a-page-0123456789-WXYZ"


@pytest.fixture
def server(environment, model_server):
    """A server in the place of OpenAI's."""
    environment.setenv("OPENAI_BASE_URL", model_server.url)
    return model_server


@pytest.fixture
def app(server):
    yield services.services()
    services.close_services()


@pytest.fixture
def settings(app):
    return AppTest.from_file(SHELL, default_timeout=20).switch_page("settings.py").run()


def everything(page):
    """All that was sent to the browser, and what the session keeps of widgets."""
    sent = [repr(getattr(node, "proto", "")) for node in page._tree]
    return "".join(sent) + words(page)


def listed(app, name):
    return {info.name: info for info in app.endpoints.infos()}.get(name)


def test_a_key_is_tested_saved_and_removed(app, settings, server, tmp_path):
    fill(settings, "enter-key-openai-0", KEY)
    press(settings, "test-key-openai")
    assert len(by_key(settings, "key-result-openai").success) == 1
    assert len(server.calls) == 1
    assert listed(app, "openai").key_origin is None
    press(settings, "save-key-openai")
    assert listed(app, "openai").key_origin == "remembered"
    assert (tmp_path / "endpoints.json").stat().st_mode & 0o077 == 0
    assert KEY[-4:] in words(by_key(settings, "endpoint-openai"))
    assert KEY not in everything(settings)
    press(settings, "remove-key-openai")
    assert listed(app, "openai").key_origin is None
    assert KEY not in (tmp_path / "endpoints.json").read_text("utf-8")


def test_why_a_key_does_not_work_is_said_and_nothing_is_saved(app, settings, server):
    server.refuses_keys = True
    fill(settings, "enter-key-openai-0", KEY)
    press(settings, "test-key-openai")
    assert "key" in words(by_key(settings, "key-result-openai"))
    fill(settings, "enter-key-openai-0", "two words")
    press(settings, "save-key-openai")
    assert len(by_key(settings, "key-result-openai").error) == 1
    assert by_key(settings, "enter-key-openai-0").value == "two words"
    assert listed(app, "openai").key_origin is None


def test_a_key_can_be_used_in_this_tab_only(app, settings, tmp_path):
    fill(settings, "enter-key-openai-0", KEY)
    press(settings, "use-key-openai")
    assert has(settings, "forget-key-openai")
    assert KEY not in everything(settings)
    assert not (tmp_path / "endpoints.json").exists()
    press(settings, "forget-key-openai")
    assert not has(settings, "forget-key-openai")


def test_an_endpoint_is_added_and_its_models_can_be_chosen(app, settings, server):
    settings.query_params["add"] = "lab0"
    settings.run()
    fill(settings, "add-url-0-", "no address")
    press(settings, "add-save")
    assert len(by_key(settings, "add-result").error) == 1
    fill(settings, "add-url-0-", server.url)
    press(settings, "add-test")
    assert len(by_key(settings, "add-result").success) == 1
    press(settings, "add-save")
    assert listed(app, "lab0").base_url == server.url
    assert has(settings, "endpoint-lab0")
    press(settings, "remove-endpoint-lab0")
    assert not has(settings, "endpoint-lab0")


def test_the_address_of_a_known_provider_need_not_be_written(settings):
    fill(settings, "add-name-0", "groq")
    assert by_key(settings, "add-url-0-groq").value.startswith("https://api.groq.com/")


def test_what_is_missing_leads_to_settings(open_link, app):
    page = open_link("self-moa")
    assert has(page, "to-settings-*")


def test_variables_are_shown_as_such_and_go_first(environment, server):
    environment.setenv("OPENAI_API_KEY", KEY)
    app = services.services()
    app.live.submit(app.endpoints.refresh()).result(10)
    page = AppTest.from_file(SHELL, default_timeout=20)
    page.switch_page("settings.py").run()
    said = words(by_key(page, "endpoint-openai"))
    assert "OPENAI_API_KEY" in said
    assert KEY not in everything(page)
    assert not has(page, "enter-key-openai-*")
    services.close_services()


def test_a_damaged_file_is_said_and_left_alone(settings, tmp_path):
    path = tmp_path / "endpoints.json"
    path.write_text("{", "utf-8")
    settings.run()
    assert str(path) in words(by_key(settings, "remembered-problem"))
    fill(settings, "enter-key-openai-0", KEY)
    press(settings, "save-key-openai")
    assert len(by_key(settings, "key-result-openai").error) == 1
    assert path.read_text("utf-8") == "{"


def test_where_nothing_is_remembered_only_the_tab_takes_a_key(environment, server):
    environment.setenv("POLYPHONY_REMEMBER_KEYS", "off")
    page = AppTest.from_file(SHELL, default_timeout=20)
    page.switch_page("settings.py").run()
    assert has(page, "use-key-openai")
    assert not has(page, "save-key-*")
    assert not has(page, "add-endpoint-*")
    services.close_services()
