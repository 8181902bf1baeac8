"""Who somebody is and which role they have, as a provider or a proxy says it."""

import pytest

from moa_core.settings import Settings
from pages.account.identity import identity_in

OIDC = {
    "POLYPHONY_URL": "https://moa.example.org",
    "POLYPHONY_COOKIE_SECRET": "s" * 32,
    "POLYPHONY_OIDC_ISSUER": "https://id.example.org",
    "POLYPHONY_OIDC_CLIENT_ID": "polyphony",
    "POLYPHONY_OIDC_CLIENT_SECRET": "hush",
    "POLYPHONY_ADMINISTRATORS": "ada@example.org,sub-7",
}
HEADER = {
    "POLYPHONY_TRUSTED_HEADER": "X-User",
    "POLYPHONY_TRUSTED_PROXIES": "127.0.0.1",
    "POLYPHONY_ADMINISTRATORS": "ada",
}
ADA = {
    "is_logged_in": True,
    "iss": "https://id.example.org",
    "sub": "sub-1",
    "email": "Ada@example.org",
    "email_verified": True,
}


def identity(user, variables=OIDC, **more):
    return identity_in(user, Settings.from_mapping(variables | more).sign_in)


def test_a_person_is_issuer_and_subject_and_shown_by_e_mail():
    ada = identity(ADA)
    assert ada.name == "oidc:https://id.example.org#sub-1"
    assert (ada.shown, ada.administers) == ("Ada@example.org", True)


@pytest.mark.parametrize(
    "changes",
    [
        {"is_logged_in": False},
        {"is_logged_in": "yes"},
        {"sub": ""},
        {"iss": "https://evil.example.org"},
        {"iss": None},
    ],
)
def test_a_cookie_of_nobody_or_of_another_provider_is_nobody(changes):
    assert identity(ADA | changes) is None


@pytest.mark.parametrize("verified", [False, None, "false", "", 0])
def test_an_address_that_nobody_verified_makes_no_administrator(verified):
    assert identity(ADA | {"email_verified": verified}).administers is False


def test_a_subject_makes_an_administrator():
    assert identity(ADA | {"sub": "sub-7", "email": ""}).administers is True


@pytest.mark.parametrize(
    ("claim", "said", "administers"),
    [
        ("groups:admins", {"groups": ["users", "admins"]}, True),
        ("groups:admins", {"groups": "admins"}, True),
        ("groups:admins", {"groups": ["admins-of-another"]}, False),
        ("groups:admins", {"groups": None}, False),
        ("groups:admins", {}, False),
        ("realm.roles:a", {"realm": {"roles": ["a"]}}, True),
        ("realm.roles:a", {"realm": "a"}, False),
        ("https://x.org/roles:a", {"https://x.org/roles": ["a"]}, True),
    ],
)
def test_a_claim_makes_an_administrator(claim, said, administers):
    bob = ADA | {"email": "bob@example.org"} | said
    assert identity(bob, POLYPHONY_ROLE_CLAIM=claim).administers is administers


def test_a_proxy_says_who_it_is_and_in_which_groups():
    more = {"POLYPHONY_ROLE_CLAIM": "X-Groups:admins"}
    assert identity({"name": " bob "}, HEADER).name == "proxy:bob"
    assert identity({"name": "Ada"}, HEADER).administers is True
    bob = {"name": "bob", "role": "a, admins"}
    assert identity(bob, HEADER, **more).administers is True
    assert (
        identity({"name": "bob", "role": "admins-2"}, HEADER, **more).administers
        is False
    )
    assert identity({"name": "  "}, HEADER) is None
    assert identity({}, HEADER) is None
