"""The wording of the page of spending, a test a widget."""

import pytest
from sqlalchemy import text

from tests.pages.app_page import by_key, fill
from tests.pages.wording.said import assert_wording

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wording of spend")]


@pytest.fixture(scope="module")
def empty(open_page):
    return open_page("spend")


@pytest.fixture(scope="module")
def spend(empty, asked, open_page):
    asked()
    return open_page("spend")


def test_nothing_was_spent(empty):
    assert_wording("spend-nothing", by_key(empty, "nothing-yet"))


def test_the_choices(spend):
    assert_wording("spend-choices", by_key(spend, "spend-choices"))


def test_what_money_went_to(spend):
    assert_wording("spend-by", by_key(spend, "spend-by"))
    assert_wording("spend-bar", by_key(spend, "spend-model-0"))


def test_no_program_asked(open_page, spend):
    page = fill(open_page("spend"), "spend-by", "key")
    assert_wording("spend-no-api", by_key(page, "no-api-spend"))


def test_nothing_in_this_time(spend, shared_app, open_page):
    with shared_app.database.writing() as session:
        for statement in (
            "UPDATE runs SET created_at = 1600000000000, counted = false",
            "DELETE FROM spend_days",
        ):
            session.execute(text(statement))
    page = open_page("spend")
    assert_wording("spend-nothing-in-period", by_key(page, "nothing-in-period"))
