"""What is said once stays until it was drawn wholly and the user has acted again."""

import pytest
from streamlit.testing.v1 import AppTest


def page():
    """Says what the button begins; a test stops it, or lets it draw itself again."""
    import streamlit as st

    from pages.widgets.formatting import (
        page_begins,
        page_is_drawn,
        redraw,
        said_once,
        say_once,
    )

    page_begins()
    st.button("Fail", key="fail", on_click=say_once, args=("problem", "No."))
    if said := said_once("problem"):
        st.error(said)
    st.button("Else", key="else")
    if st.session_state.pop("stopped", False):
        st.stop()
    page_is_drawn()
    if st.session_state.pop("comes", False):
        redraw()


@pytest.fixture
def failed():
    """Draws the page after its button was pressed."""

    def draw(how=None):
        shown = AppTest.from_function(page).run()
        if how:
            shown.session_state[how] = True
        shown.button("fail").click().run()
        assert not shown.exception
        return shown

    return draw


def said(shown):
    return [error.value for error in shown.error]


def test_it_is_gone_when_the_user_acts_again(failed):
    shown = failed()
    assert said(shown) == ["No."]
    assert said(shown.button("else").click().run()) == []


def test_it_is_said_again_when_a_click_ended_the_script_that_drew_it(failed):
    shown = failed("stopped")
    assert said(shown.button("else").click().run()) == ["No."]
    assert said(shown.button("else").click().run()) == []


def test_it_stays_when_the_page_draws_itself_again_until_the_user_acts(failed):
    shown = failed("comes")
    assert said(shown) == ["No."]
    assert said(shown.button("else").click().run()) == []


def test_it_is_said_anew_when_it_happens_again(failed):
    assert said(failed().button("fail").click().run()) == ["No."]
