"""Reads who is there from what Streamlit was told: a provider's claims, or headers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from moa_core.settings import SignIn

NAME: Final = "name"
ROLE: Final = "role"
"""What ``st.user`` calls the headers of a proxy."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, as the way in says it.

    Attributes:
        name: Never changes: ``oidc:<issuer>#<subject>`` or ``proxy:<value>``.
        shown: E-mail address or name, as others wrote it.
        administers: As the way in says it now.
    """

    name: str
    shown: str
    administers: bool


def identity_in(user: Mapping[str, object], sign_in: SignIn) -> Identity | None:
    """Who is there; ``None`` if that is nobody.

    Args:
        user: ``st.user``.
        sign_in: How people sign in.
    """
    if sign_in.oidc:
        return _of_claims(user, sign_in, sign_in.oidc.issuer)
    return _of_headers(user, sign_in)


def _of_claims(
    claims: Mapping[str, object], sign_in: SignIn, issuer: str
) -> Identity | None:
    """A cookie of a provider that was asked before counts no longer."""
    subject = str(claims.get("sub") or "")
    said = str(claims.get("iss") or "").rstrip("/")
    if claims.get("is_logged_in") is not True or not subject or said != issuer:
        return None
    email = str(claims.get("email") or "")
    shown = email or str(claims.get("preferred_username") or claims.get("name") or "")
    names = {subject}
    if email and str(claims.get("email_verified")).lower() == "true":
        names.add(email)
    return Identity(
        name=f"oidc:{said}#{subject}",
        shown=shown or subject,
        administers=_administers(sign_in, names, _claim(claims, sign_in)),
    )


def _claim(claims: Mapping[str, object], sign_in: SignIn) -> set[str]:
    """The values of the claim that makes administrators; a dot leads into one."""
    if sign_in.role_claim is None:
        return set()
    path = sign_in.role_claim[0]
    value: object = claims.get(path)
    if value is None:
        value = claims
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    return {str(each) for each in (value if isinstance(value, list) else [value])}


def _of_headers(headers: Mapping[str, object], sign_in: SignIn) -> Identity | None:
    name = str(headers.get(NAME) or "").strip()
    if not name:
        return None
    groups = {part.strip() for part in str(headers.get(ROLE) or "").split(",")}
    return Identity(f"proxy:{name}", name, _administers(sign_in, {name}, groups))


def _administers(sign_in: SignIn, names: set[str], groups: set[str]) -> bool:
    if {name.casefold() for name in names} & sign_in.administrators:
        return True
    return sign_in.role_claim is not None and sign_in.role_claim[1] in groups
