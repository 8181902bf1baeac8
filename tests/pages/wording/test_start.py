"""The wording of keys and endpoints, and of what is offered instead of the demo."""

import pytest
from streamlit.testing.v1 import AppTest

import services
from moa_core.mixture.shipped import preset_named
from tests.model_server import ModelServer
from tests.pages.app_page import SHELL, by_key, fill, press
from tests.pages.conftest import use_folder
from tests.pages.wording.said import assert_wording

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wording of start")]

KEY = "sk-of-a-page-0123456789-WXYZ"


@pytest.fixture(scope="module")
def app(tmp_path_factory, new_file):
    """An app beside a server that is asked in the place of OpenAI's."""
    models = {agent.model for agent in preset_named("openai").config.agents}
    with pytest.MonkeyPatch.context() as patch, ModelServer() as server:
        server.models = {"data": [{"id": model} for model in sorted(models)]}
        use_folder(patch, tmp_path_factory.mktemp("start"), new_file)
        patch.setenv("OPENAI_BASE_URL", server.url)
        yield services.services()
        services.close_services()


def opened(name):
    return AppTest.from_file(SHELL, default_timeout=30).switch_page(f"{name}.py").run()


def test_a_key_in_settings(app):
    page = opened("settings")
    assert_wording("key-form", by_key(page, "key-form-openai"))
    press(page, "test-key-openai")
    missing = by_key(page, "key-result-openai")
    fill(page, "enter-key-openai-0", "two words")
    press(page, "save-key-openai")
    refused = by_key(page, "key-result-openai")
    fill(page, "enter-key-openai-0", KEY)
    press(page, "test-key-openai")
    works = by_key(page, "key-result-openai")
    assert_wording("key-results", missing, refused, works)


def test_adding_an_endpoint(app):
    page = opened("settings")
    form = by_key(page, "add-endpoint-0")
    press(page, "add-save")
    assert_wording("add-endpoint", form, by_key(page, "add-result"))


def test_an_offer_in_the_place_of_the_demo(app):
    page = opened("chat")
    app.remembering.save_key("openai", KEY)
    app.live.submit(app.endpoints.refresh()).result(30)
    assert_wording("offer", by_key(page.run(), "offer"))
    app.remembering.forget("openai", endpoint=False)


def test_what_is_missing_beside_the_next_question(app):
    page = AppTest.from_file(SHELL, default_timeout=30)
    page.query_params["preset"] = "moa-lite"
    assert_wording("mixture-warning", by_key(page.run(), "mixture-warning"))
