"""How people sign in, read from the environment: all of it, or an error that helps."""

import pytest

from moa_core.errors import ConfigError
from moa_core.settings import Settings

OIDC = {
    "POLYPHONY_URL": "https://moa.example.org/",
    "POLYPHONY_COOKIE_SECRET": "s" * 32,
    "POLYPHONY_OIDC_ISSUER": "https://id.example.org",
    "POLYPHONY_OIDC_CLIENT_ID": "polyphony",
    "POLYPHONY_OIDC_CLIENT_SECRET": "hush",
}
HEADER = {
    "POLYPHONY_TRUSTED_HEADER": "X-Forwarded-Email",
    "POLYPHONY_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/24 fd00::/8",
}
LIST = {"POLYPHONY_ADMINISTRATORS": "Ada@Example.org; bob-sub,"}


def sign_in(*sets, **changes):
    variables = {name: value for each in sets for name, value in each.items()}
    return Settings.from_mapping(variables | changes).sign_in


def test_by_default_nobody_signs_in():
    assert not sign_in().needed
    assert not sign_in({"POLYPHONY_URL": "http://moa.lan"}).needed


def test_a_provider_and_a_list_of_administrators():
    read = sign_in(OIDC, LIST)
    assert read.needed
    assert read.oidc.url == "https://moa.example.org"
    assert read.oidc.scopes == "openid email profile"
    assert read.administrators == {"ada@example.org", "bob-sub"}


def test_a_header_its_proxies_and_a_claim():
    read = sign_in(HEADER, POLYPHONY_ROLE_CLAIM="X-Forwarded-Groups: admins:all")
    assert [str(each) for each in read.header.proxies] == [
        "127.0.0.1/32",
        "10.0.0.0/24",
        "fd00::/8",
    ]
    assert read.role_claim == ("X-Forwarded-Groups", "admins:all")


def test_plain_http_is_for_this_machine():
    read = sign_in(
        OIDC,
        LIST,
        POLYPHONY_URL="http://localhost:8501",
        POLYPHONY_OIDC_ISSUER="http://127.0.0.1:9400",
    )
    assert read.oidc.issuer == "http://127.0.0.1:9400"


@pytest.mark.parametrize("missing", OIDC)
def test_half_a_set_names_what_is_missing(missing):
    rest = {name: value for name, value in OIDC.items() if name != missing}
    with pytest.raises(ConfigError, match=f"set {missing} as well"):
        sign_in(rest, LIST)


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        ((OIDC, LIST, {"POLYPHONY_URL": "http://moa.example.org"}), "needs https"),
        ((OIDC, LIST, {"POLYPHONY_OIDC_ISSUER": "http://id.lan"}), "needs https"),
        ((OIDC, LIST, {"POLYPHONY_COOKIE_SECRET": "short"}), "at least 32"),
        ((OIDC, LIST, {"POLYPHONY_OIDC_SCOPES": "email"}), "openid"),
        ((OIDC, LIST, HEADER), "one way"),
        ((OIDC,), "who is an administrator"),
        ((HEADER,), "who is an administrator"),
        ((LIST,), "nobody signs in"),
        (({"POLYPHONY_ROLE_CLAIM": "groups:admins"},), "nobody signs in"),
        ((OIDC, {"POLYPHONY_ROLE_CLAIM": "admins"}), "claim:value"),
        ((HEADER, {"POLYPHONY_ROLE_CLAIM": "my groups:admins"}), "header such as"),
        (({"POLYPHONY_TRUSTED_HEADER": "X-User"}, LIST), "TRUSTED_PROXIES as well"),
        (({"POLYPHONY_TRUSTED_PROXIES": "10.0.0.1"}, LIST), "TRUSTED_HEADER as well"),
        ((HEADER, LIST, {"POLYPHONY_TRUSTED_HEADER": "X User"}), "header such as"),
        (
            (HEADER, LIST, {"POLYPHONY_TRUSTED_PROXIES": "proxy"}),
            "addresses or networks",
        ),
        ((HEADER, LIST, {"POLYPHONY_TRUSTED_PROXIES": "0.0.0.0/0"}), "anybody"),
    ],
)
def test_what_would_not_be_safe_is_refused_in_words(sets, said):
    with pytest.raises(ConfigError, match=said):
        sign_in(*sets)


def test_secrets_are_not_shown():
    shown = repr(Settings.from_mapping(OIDC | LIST))
    assert "hush" not in shown
    assert "ssss" not in shown
