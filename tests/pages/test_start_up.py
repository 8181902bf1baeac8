import pytest
from streamlit.testing.v1 import AppTest

import services
from tests.pages.app_page import SHELL, by_key, words


@pytest.fixture(autouse=True)
def fresh(environment):
    yield
    services.close_services()


def start_page():
    return AppTest.from_file(SHELL, default_timeout=20).run()


def test_a_damaged_database_is_said_with_its_path_and_left_alone(environment, tmp_path):
    path = tmp_path / "broken.db"
    path.write_bytes(b"this is no database" * 100)
    environment.setenv("DATABASE_URL", f"sqlite:///{path}")
    page = start_page()
    assert not page.exception
    assert "broken.db" in words(by_key(page, "start-problem"))
    assert path.read_bytes() == b"this is no database" * 100


def test_a_setting_that_makes_no_sense_is_said_by_name(environment):
    environment.setenv("POLYPHONY_IDLE_S", "soon")
    page = start_page()
    assert not page.exception
    assert "POLYPHONY_IDLE_S" in words(by_key(page, "start-problem"))
