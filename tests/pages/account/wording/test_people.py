"""The wording of what people see who sign in, and of those who do not get in."""

import pytest

import services
from tests.pages.account.installation import (
    ADA,
    EVE,
    ROOT,
    VARIABLES,
    person_of,
    sign_in,
    visit,
)
from tests.pages.app_page import by_key
from tests.pages.wording.said import assert_wording

OIDC = {
    "POLYPHONY_URL": "https://moa.example.org",
    "POLYPHONY_COOKIE_SECRET": VARIABLES["POLYPHONY_COOKIE_SECRET"],
    "POLYPHONY_OIDC_ISSUER": "https://id.example.org",
    "POLYPHONY_OIDC_CLIENT_ID": "polyphony",
    "POLYPHONY_OIDC_CLIENT_SECRET": "hush",
    "POLYPHONY_ADMINISTRATORS": ROOT,
}


@pytest.fixture
def several(environment):
    """Sets variables; what they open is closed with the test."""

    def set_all(variables):
        for name, value in variables.items():
            environment.setenv(name, value)

    yield set_all
    services.close_services()


def test_who_does_not_get_in(several):
    several(VARIABLES)
    nobody = by_key(visit(None), "nobody-page")
    services.administration().block(sign_in(EVE).uid)
    blocked = by_key(visit(EVE), "blocked-page")
    assert_wording(
        "no-entry", *nobody.title, *nobody.markdown, *blocked.title, *blocked.markdown
    )


def test_log_in(several):
    several(OIDC)
    page = by_key(visit(None), "log-in-page")
    assert_wording("log-in", *page.title, *page.markdown, *page.button)


def test_people(several):
    several(VARIABLES)
    settings = visit(ADA, "settings.py")
    ours = [each for each in settings.caption if "dministrator" in each.value]
    first = by_key(settings, "no-administrator")
    assert_wording("not-yours", *ours, *first.info)
    refused = by_key(visit(ADA, "people.py"), "nothing-yet")
    page = visit(ROOT, "people.py")
    card = by_key(page, f"person-{person_of(ADA).uid}")
    account = by_key(page, "account")
    assert_wording(
        "people",
        *refused.info,
        *account.text,
        *page.title,
        *card.markdown,
        *card.button,
        *card.text_input,
        *card.number_input,
    )
