import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.app_page import SHELL


@pytest.fixture
def open_evaluate(app):
    """Opens the page as a browser tab would, by its address."""

    def opened(**address):
        page = AppTest.from_file(SHELL, default_timeout=60)
        for key, value in address.items():
            page.query_params[key] = value
        page.switch_page("evaluate.py").run()
        assert not page.exception
        return page

    return opened
