import time

import pytest
from streamlit.testing.v1 import AppTest

from moa_core.messages import Question
from moa_core.mixture.shipped import DEFAULT_PRESET
from tests.pages.app_page import SHELL


@pytest.fixture(scope="module")
def open_page(shared_app):
    """Opens a page as a browser tab would, by its address."""

    def opened(name="chat", **address):
        page = AppTest.from_file(SHELL, default_timeout=60)
        for key, value in address.items():
            page.query_params[key] = value
        page.switch_page(f"{name}.py").run()
        assert not page.exception
        return page

    return opened


@pytest.fixture(scope="module")
def asked(shared_app):
    """Asks a question and waits for its answer."""

    def ask(config=DEFAULT_PRESET.config, question="Why is the sky blue?", **where):
        asking = shared_app.asking()
        begun = asking.start_question(Question(question), config, **where)
        return ended(shared_app, begun)

    return ask


@pytest.fixture(scope="module")
def reworked(shared_app):
    """Carries out a plan over a run and waits for its end."""

    def rework(run_uid, plan):
        return ended(shared_app, shared_app.asking().start_rework(run_uid, plan))

    return rework


def ended(app, begun):
    while app.live.get(begun.run_uid):
        time.sleep(0.005)
    return begun
