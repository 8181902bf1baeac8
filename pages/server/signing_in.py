"""Has Streamlit sign people in: at a provider, or by what a trusted proxy says."""

from typing import Any, Final

from starlette.middleware import Middleware
from streamlit import config

from moa_core.settings import SignIn
from pages.server.trusted_headers import TrustedHeaders

_CALLBACK: Final = "oauth2callback"


def secrets_of(sign_in: SignIn) -> dict[str, Any] | None:
    """What ``st.login`` reads, which would else stand in a file; ``None``: no login."""
    if (oidc := sign_in.oidc) is None:
        return None
    return {
        "auth": {
            "redirect_uri": f"{oidc.url}/{_CALLBACK}",
            "cookie_secret": sign_in.cookie_secret,
            "client_id": oidc.client_id,
            "client_secret": oidc.client_secret,
            "server_metadata_url": f"{oidc.issuer}/.well-known/openid-configuration",
            "client_kwargs": {"scope": oidc.scopes},
        }
    }


def trusting(sign_in: SignIn) -> tuple[Middleware, ...]:
    """What lets the header of a proxy through, and nobody else's."""
    if (header := sign_in.header) is None:
        return ()
    from pages.account import NAME, ROLE  # needs what pages draw with

    names = {header.name: NAME}
    if sign_in.role_claim:
        names[sign_in.role_claim[0]] = ROLE
    config.set_option("server.trustedUserHeaders", names)
    return (Middleware(TrustedHeaders, headers=names, proxies=header.proxies),)
