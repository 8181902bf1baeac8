"""The wording of what there is only in another environment than that of most tests."""

from streamlit.testing.v1 import AppTest

from tests.model_server import Play
from tests.pages.app_page import SHELL, press
from tests.pages.wording.said import assert_wording


def test_polyphony_cannot_start(environment):
    environment.setenv("POLYPHONY_IDLE_S", "soon")
    page = AppTest.from_file(SHELL, default_timeout=20).run()
    assert_wording("start-problem", *page.title, *page.error)


def test_an_endpoint_that_is_tried(environment, model_server, request):
    environment.setenv("POLYPHONY_ENDPOINTS", f"lab={model_server.url}")
    app = request.getfixturevalue("app")
    app.live.submit(app.endpoints.refresh(force=True)).result(10)
    page = AppTest.from_file(SHELL, default_timeout=30).switch_page("settings.py").run()
    assert_wording("endpoint-answers", *press(page, "test-lab").success)
    model_server.plays["good"] = Play(status=500)
    assert_wording("endpoint-fails", *press(page, "test-lab").error)
