"""Tickets say whose runs a browser may follow; nobody else can write one."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.tickets import TicketError, Tickets

SECRET = "a" * 32


def test_a_ticket_names_its_person():
    assert Tickets(SECRET).read(Tickets(SECRET).issue("ada-uid")) == "ada-uid"


def test_without_a_secret_a_process_reads_its_own():
    assert Tickets().read(Tickets().issue("ada-uid")) == "ada-uid"


@pytest.mark.parametrize(
    "text",
    [None, 7, "", "ada-uid", "x" * 501, {"person": "ada-uid"}, "ImFkYSI.aBcD.forged"],
)
def test_what_is_no_ticket_opens_nothing(text):
    with pytest.raises(TicketError):
        Tickets(SECRET).read(text)


def test_a_changed_an_old_and_a_foreign_ticket_open_nothing():
    text = Tickets(SECRET).issue("ada-uid")
    for opened in (
        lambda: Tickets(SECRET).read("b" + text[1:]),
        lambda: Tickets(SECRET).read(text, valid_s=-1),
        lambda: Tickets("b" * 32).read(text),
        lambda: Tickets().read(text),
    ):
        with pytest.raises(TicketError):
            opened()


def test_a_session_keeps_its_ticket_until_another_person_is_there():
    def script():
        import streamlit as st

        from pages.tickets import hold_ticket, ticket_of_visitor

        if who := st.session_state.get("who"):
            hold_ticket(who, "a" * 32)
        st.text(ticket_of_visitor())

    page = AppTest.from_function(script).run()
    assert page.text[0].value == ""
    texts = []
    for who in ("ada", "ada", "bob"):
        page.session_state["who"] = who
        texts.append(page.run().text[0].value)
    assert texts[0] == texts[1]
    assert [Tickets(SECRET).read(each) for each in texts] == ["ada", "ada", "bob"]
