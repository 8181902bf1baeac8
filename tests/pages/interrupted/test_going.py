"""A page that a button opens is opened, unless a link is followed after it."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.pages.app_page import SHELL, has, press


@pytest.fixture
def going(app, monkeypatch):
    """Spend, where "New chat" was pressed; the script was ended on its way there."""
    page = AppTest.from_file(SHELL, default_timeout=20).switch_page("spend.py").run()
    with monkeypatch.context() as held:
        held.setattr(st, "switch_page", lambda *_, **__: st.stop())
        press(page, "new-chat")
    assert not has(page, "page-*")
    return page


def test_a_new_chat_opens_when_the_script_that_went_there_was_ended(going):
    assert has(going.run(), "page-chat")


def test_a_link_that_is_followed_before_a_new_chat_is_open_wins(going):
    assert has(going.switch_page("presets.py").run(), "page-presets")
    assert has(going.switch_page("spend.py").run(), "page-spend")
