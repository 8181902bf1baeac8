"""A browser that asks from an address that was left is taken where the script went."""

import time

import pytest

from pages.streamlit_patches import addresses as room
from pages.streamlit_patches.addresses import Address, Addresses

CHAT = Address.of("chat", "c=1")
NEW = Address.of("chat", "")
SPEND = Address.of("spend", "")


@pytest.fixture
def known() -> Addresses:
    """Of a browser that shows a chat."""
    known = Addresses()
    known.go(CHAT)
    return known


@pytest.fixture
def clock(monkeypatch):
    """What the time is; a test sets it."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def asked(known: Addresses, address: Address, *, navigates: bool = False) -> Address:
    """Where the script goes when a browser asks from an address."""
    known.heard_from(address, navigates=navigates)
    return known.corrected(address, navigates=navigates)


def test_the_first_address_of_a_browser_is_where_it_is():
    assert asked(Addresses(), CHAT) == CHAT


def test_the_page_of_a_first_request_is_known_when_the_script_has_found_it():
    known = Addresses()
    assert asked(known, Address.of("", "c=1")) == Address.of("", "c=1")
    known.found("chat")
    known.go(NEW)
    assert asked(known, CHAT) == NEW


def test_who_asks_from_an_address_that_was_left_stays_where_the_script_went(known):
    known.go(NEW)
    assert asked(known, CHAT) == NEW
    assert asked(known, CHAT) == NEW


def test_a_browser_that_has_heard_may_go_back_by_a_link(known):
    known.go(NEW)
    assert asked(known, NEW) == NEW
    assert asked(known, CHAT) == CHAT


def test_who_navigates_gets_there_though_the_script_has_just_left_it(known):
    known.go(NEW)
    assert asked(known, CHAT, navigates=True) == CHAT


def test_an_address_that_nobody_knows_is_a_link_that_was_followed(known):
    known.go(NEW)
    other = Address.of("chat", "c=2")
    assert asked(known, other) == other
    assert asked(known, NEW) == other, "sent before the link's page was there"


def test_a_link_is_followed_though_something_else_is_heard_with_it(known):
    """Streamlit makes one request of both, with the address of the later one."""
    known.heard_from(SPEND, navigates=True)
    known.heard_from(CHAT, navigates=False)
    assert known.corrected(CHAT, navigates=False) == SPEND


@pytest.mark.parametrize(
    "half", [Address.of("chat", ""), Address.of("spend", "c=1"), CHAT]
)
def test_on_the_way_to_another_page_a_browser_may_have_heard_half_of_it(known, half):
    known.go(SPEND)
    assert asked(known, half) == SPEND


def test_what_was_left_twice_is_still_known_when_it_was_left_first(known):
    for address in (NEW, CHAT, NEW):
        known.go(address)
    assert asked(known, CHAT) == NEW


def test_after_a_while_every_browser_has_heard(known, clock):
    known.go(NEW)
    clock[0] += room.HEARD_WITHIN_S + 1
    assert asked(known, CHAT) == CHAT


def test_queries_are_compared_as_the_server_writes_them():
    assert Address.of("chat", "c=a%20b&x=") == Address.of("chat", "c=a+b&x=")
