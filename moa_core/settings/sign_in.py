"""Reads how people sign in: not at all, at a provider, or in front of a proxy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Self
from urllib.parse import urlsplit

from moa_core.addresses import checked_url
from moa_core.errors import ConfigError
from moa_core.network import is_loopback

SHORTEST_SECRET = 32
"""Characters; `openssl rand -hex 32` gives 64."""

_SCOPES = "openid email profile"
_OIDC = tuple(
    f"POLYPHONY_OIDC_{part}" for part in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")
)
_OIDC_NEEDS = ("POLYPHONY_URL", "POLYPHONY_COOKIE_SECRET", *_OIDC)
_HEADER = ("POLYPHONY_TRUSTED_HEADER", "POLYPHONY_TRUSTED_PROXIES")
_ROLES = ("POLYPHONY_ADMINISTRATORS", "POLYPHONY_ROLE_CLAIM")


@dataclass(frozen=True, slots=True, kw_only=True)
class Oidc:
    """A provider of OpenID Connect, and what it knows this app by.

    Attributes:
        url: Where people open the app; the provider sends them back below it.
        scopes: What the provider is asked for, separated by spaces.
    """

    url: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: str = _SCOPES


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedHeader:
    """A header in which a proxy says who it is.

    Attributes:
        name: Of the header.
        proxies: Only what comes from these addresses is believed.
    """

    name: str
    proxies: tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """How people sign in, and who of them is an administrator.

    Attributes:
        oidc: They sign in at this provider.
        header: A proxy has signed them in.
        cookie_secret: Signs cookies and tickets; ``""``: a random one of each process.
        administrators: E-mail addresses, subjects or values of the header, casefolded.
        role_claim: A claim, or a header of the proxy, and the value that makes an
            administrator; ``groups``, ``admins``. A dot leads into a claim.
    """

    oidc: Oidc | None = None
    header: TrustedHeader | None = None
    cookie_secret: str = field(default="", repr=False)
    administrators: frozenset[str] = frozenset()
    role_claim: tuple[str, str] | None = None

    @property
    def needed(self) -> bool:
        """Whether anybody has to sign in; else there is one user."""
        return bool(self.oidc or self.header)

    @classmethod
    def from_mapping(cls, variables: Mapping[str, str]) -> Self:
        """Read it from ``variables``, which hold nothing empty.

        Raises:
            ConfigError: It is set by half, or would not be safe.
        """
        oidc, header = _oidc(variables), _header(variables)
        if oidc and header:
            raise ConfigError(
                f"{_HEADER[0]}: leave it out, or {_OIDC[0]}. People sign in one way."
            )
        role = _role_claim(variables, is_header=header is not None)
        administrators = _administrators(variables)
        way_in = _OIDC[0] if oidc else _HEADER[0] if header else ""
        _check_roles(variables, way_in)
        return cls(
            oidc=oidc,
            header=header,
            cookie_secret=_secret(variables),
            administrators=administrators,
            role_claim=role,
        )


def _oidc(variables: Mapping[str, str]) -> Oidc | None:
    set_here = [name for name in _OIDC if name in variables]
    if not set_here:
        return None
    if missing := [name for name in _OIDC_NEEDS if name not in variables]:
        names = " and ".join(missing) if len(missing) < 3 else ", ".join(missing)
        raise ConfigError(
            f"{set_here[0]}: set {names} as well, to sign in with OpenID Connect."
        )
    scopes = variables.get("POLYPHONY_OIDC_SCOPES", _SCOPES).split()
    if "openid" not in scopes:
        raise ConfigError(
            "POLYPHONY_OIDC_SCOPES: write openid and others, with spaces."
        )
    return Oidc(
        url=_safe_url("POLYPHONY_URL", variables),
        issuer=_safe_url("POLYPHONY_OIDC_ISSUER", variables),
        client_id=variables["POLYPHONY_OIDC_CLIENT_ID"],
        client_secret=variables["POLYPHONY_OIDC_CLIENT_SECRET"],
        scopes=" ".join(scopes),
    )


def _safe_url(variable: str, variables: Mapping[str, str]) -> str:
    """An address that nobody on the way can read, or one of this machine."""
    url = checked_url(variable, variables[variable])
    parts = urlsplit(url)
    if parts.scheme == "https" or is_loopback(parts.hostname or ""):
        return url
    raise ConfigError(
        f"{variable}: signing in needs https. http is for this machine only."
    )


def _secret(variables: Mapping[str, str]) -> str:
    secret = variables.get("POLYPHONY_COOKIE_SECRET", "")
    if secret and len(secret) < SHORTEST_SECRET:
        raise ConfigError(
            f"POLYPHONY_COOKIE_SECRET: use at least {SHORTEST_SECRET} characters, "
            "for example what `openssl rand -hex 32` prints."
        )
    return secret


def _header(variables: Mapping[str, str]) -> TrustedHeader | None:
    name, proxies = (variables.get(variable, "") for variable in _HEADER)
    if not (name or proxies):
        return None
    if not name:
        raise ConfigError(f"{_HEADER[1]}: set {_HEADER[0]} as well.")
    if not proxies:
        raise ConfigError(
            f"{_HEADER[0]}: set {_HEADER[1]} as well, for example 127.0.0.1. "
            "Anybody else could send that header."
        )
    networks = tuple(map(_network, proxies.replace(",", " ").split()))
    return TrustedHeader(name=_header_name(_HEADER[0], name), proxies=networks)


def _header_name(variable: str, name: str) -> str:
    plain = name.replace("-", "")
    if plain.isascii() and plain.isalnum():
        return name
    raise ConfigError(f"{variable}: write a header such as X-Forwarded-Email.")


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        network = ip_network(text)
    except ValueError:
        raise ConfigError(
            f"{_HEADER[1]}: write addresses or networks, for example "
            "127.0.0.1, 10.0.0.0/24."
        ) from None
    if network.prefixlen == 0:
        raise ConfigError(f"{_HEADER[1]}: {text} would let anybody send the header.")
    return network


def _role_claim(
    variables: Mapping[str, str], *, is_header: bool
) -> tuple[str, str] | None:
    entry = variables.get("POLYPHONY_ROLE_CLAIM")
    if entry is None:
        return None
    is_address = entry.startswith(("https://", "http://"))  # of a namespace
    parts = entry.rpartition(":") if is_address else entry.partition(":")
    claim, _, value = (part.strip() for part in parts)
    if not (claim and value):
        raise ConfigError(
            "POLYPHONY_ROLE_CLAIM: write claim:value, "
            "for example groups:polyphony-admins."
        )
    if is_header:
        claim = _header_name("POLYPHONY_ROLE_CLAIM", claim)
    return claim, value


def _administrators(variables: Mapping[str, str]) -> frozenset[str]:
    names = variables.get("POLYPHONY_ADMINISTRATORS", "").replace(";", ",").split(",")
    return frozenset(name.strip().casefold() for name in names if name.strip())


def _check_roles(variables: Mapping[str, str], way_in: str) -> None:
    set_here = [name for name in _ROLES if name in variables]
    if way_in and not set_here:
        raise ConfigError(
            f"{way_in}: say who is an administrator as well. Set {_ROLES[0]} to e-mail "
            f"addresses, or {_ROLES[1]} to a claim and its value."
        )
    if set_here and not way_in:
        raise ConfigError(
            f"{set_here[0]}: nobody signs in. Set {_OIDC[0]} or {_HEADER[0]} as well."
        )
