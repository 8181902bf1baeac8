"""What an administrator sees of people and does, and what others may not change."""

from decimal import Decimal

import pytest

import services
from storage.settings import Caps
from tests.pages.account.installation import (
    ADA,
    BOB,
    EVE,
    ROOT,
    VARIABLES,
    everything_in,
    person_of,
    sign_in,
    visit,
)
from tests.pages.app_page import by_key, fill, has, press


@pytest.fixture
def people_page(environment):
    """The page of people as its administrator sees it: ada and bob have come by."""
    for name, value in VARIABLES.items():
        environment.setenv(name, value)
    for email in (ADA, BOB, ROOT):
        sign_in(email)
    yield visit(ROOT, "people.py")
    services.close_services()


def test_everybody_is_listed_with_sums_but_no_texts(people_here):
    page = visit(ROOT, "people.py")
    for email in (ROOT, ADA, BOB, EVE):
        assert has(page, f"person-{person_of(email).uid}")
    told = everything_in(page)
    assert "last seen" in told
    assert not any(people_here[email].word in told for email in (ADA, BOB))


def test_nobody_blocks_or_deletes_themselves(people_page):
    me = person_of(ROOT).uid
    assert has(people_page, f"person-{me}")
    assert not has(people_page, f"block-{me}")
    assert not has(people_page, f"delete-for-good-{me}")


def test_caps_are_set_and_taken_back(people_page):
    uid = person_of(ADA).uid
    fill(people_page, f"cap-per_month_usd-{uid}", 5.0)
    assert services.people().caps(uid) == Caps(per_month_usd=Decimal("5.0"))
    fill(people_page, f"cap-per_month_usd-{uid}", None)
    assert services.people().caps(uid) == Caps()


def test_who_is_blocked_gets_in_again(people_page):
    uid = person_of(ADA).uid
    press(people_page, f"block-{uid}")
    assert person_of(ADA).blocked
    assert has(visit(ADA), "blocked-page")
    press(people_page, f"block-{uid}")
    assert not has(visit(ADA), "blocked-page")


def test_data_goes_once_the_name_is_typed(people_page):
    uid = person_of(BOB).uid
    visit(BOB)
    typed, button = f"type-name-of-{uid}", f"delete-for-good-{uid}"
    fill(people_page, typed, "ada@example.org")
    assert by_key(people_page, button).disabled
    fill(people_page, typed, " Bob@example.org ")
    press(people_page, button)
    assert [each.person.shown for each in services.people().list()] == [ROOT, ADA]
    assert not has(people_page, f"person-{uid}")


def test_only_administrators_change_what_holds_for_everybody(people_page):
    hers, root = visit(ADA, "settings.py"), visit(ROOT, "settings.py")
    for key in ("set-price", "endpoint-openai"):
        assert has(root, key)
        assert not has(hers, key)
    assert has(visit(ADA, "people.py"), "nothing-yet")
    assert not has(visit(ADA), "not-connected")
    assert has(visit(ROOT), "not-connected")


def test_until_an_administrator_comes_settings_say_how_to_become_one(environment):
    for name, value in VARIABLES.items():
        environment.setenv(name, value)
    try:
        page = visit(ADA, "settings.py")
        assert by_key(page, "no-administrator").code[0].value == ADA
        visit(ROOT)
        assert not has(visit(ADA, "settings.py"), "no-administrator")
    finally:
        services.close_services()


def test_where_one_user_is_nothing_of_people_is_seen(open_page):
    page = open_page()
    assert not has(page, "account")
    assert "ticket" not in page.session_state
    assert not page.switch_page("people.py").run().exception


def test_a_variable_that_is_missing_is_named_and_nobody_gets_in(environment):
    environment.setenv("POLYPHONY_OIDC_ISSUER", "https://id.example.org")
    page = visit(ADA)
    assert has(page, "start-problem")
    said = by_key(page, "start-problem").error[0].value.replace("\\", "")
    assert "POLYPHONY_OIDC_CLIENT_ID" in said
